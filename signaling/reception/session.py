"""One media session of a hall: WHEP, packets, the machine behind them, decoders.

    start: gather -> offer -> answer -> ICE and DTLS -> packets ... ended -> stop

Shell: packets go to ``Reception`` and its feedback goes back, nothing is decided here but
when a session is beyond hope. Whoever owns it starts another.
"""

import asyncio
import random

import structlog

from signaling import negotiation, sdp
from signaling.ice_path import TransportOptions
from signaling.ice_server import surest_turn
from signaling.media_errors import BadSdp
from signaling.packet_transport import CloseReason, PacketTransport
from signaling.schema import Decoding
from signaling.stats import MediaStats

from .decoding import OnFrame, OnSound, ProgrammeDecoder
from .exchange import Exchange
from .frame import VideoCodec
from .reception import Negotiated, Reception
from .ticker import Ticker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

# The relay always sends, if only its slate: silence is a fault, never a pause.
STALLED_S = 3.0
DEAD_S = 6.0


class MediaSession:
    """One reception of the programme.

    Args:
        exchange: The programme's endpoint.
        ticker: The process's timer.
        name: Ours in reports (CNAME).
        decoding: How much to decode at first.
        on_frame: See ``ProgrammeDecoder``.
        on_sound: Likewise.
        options: Sockets.

    """

    def __init__(
        self,
        exchange: Exchange,
        ticker: Ticker,
        *,
        name: str = "hall",
        decoding: Decoding = Decoding.ALL,
        on_frame: OnFrame | None = None,
        on_sound: OnSound | None = None,
        options: TransportOptions | None = None,
    ) -> None:
        self._exchange = exchange
        self._ticker = ticker
        self._name = name
        self._decoding = decoding
        self._on_frame, self._on_sound = on_frame, on_sound
        self._loop = asyncio.get_running_loop()
        self._transport = PacketTransport(
            controlling=True,
            on_rtp=self._receive_rtp,
            on_rtcp=self._receive_rtcp,
            on_closed=self._closed,
            options=options,
        )
        self._reception: Reception | None = None
        self._decoder: ProgrammeDecoder | None = None
        self._connected_at: float | None = None
        self.stalled = False
        "No packet came for ``STALLED_S``."
        self.ended = asyncio.Event()
        "Set when nothing more is to be expected."

    async def start(self, *, relayed: bool = False) -> None:
        """Negotiate and connect; packets flow when it returns.

        Args:
            relayed: Go through the server's TURN too, if it has one.

        Raises:
            ExchangeFailed: The server gave no session.
            BadSdp: Its answer is of no use.
            TransportFailed: There is no path.

        """
        turn = surest_turn(await self._exchange.ice_servers()) if relayed else None
        await self._transport.gather(turn)
        offer = negotiation.offer(self._transport.local(), sdp.Direction.RECVONLY)
        answer = sdp.parse(await self._exchange.open(offer))
        self._begin(negotiated(answer))
        await self._transport.connect(answer.transport)
        self._connected_at = self._loop.time()
        self._ticker.add(self, self._tick)

    async def stop(self) -> None:
        """End the session and free everything. Never raises; calling it twice is safe."""
        self._ticker.remove(self)
        self.ended.set()
        if self._decoder is not None:
            self._decoder.close()
        try:
            await self._exchange.close()
        finally:
            await self._transport.close()

    def stats(self, now: float) -> MediaStats:
        """Return what was counted; ``now`` in seconds of the loop's clock."""
        if self._reception is None:
            return MediaStats(decoding=self._decoding)
        connected = self._connected_at is not None and self._transport.closed is None
        return self._reception.stats(now, connected)

    @property
    def reception(self) -> Reception | None:
        """The machine behind the packets, None before the answer."""
        return self._reception

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose how much is decoded from now on."""
        self._decoding = decoding
        if self._decoder is not None:
            self._decoder.set_decoding(decoding)

    def _begin(self, agreed: Negotiated) -> None:
        self._reception = Reception(
            agreed, ssrc=random.getrandbits(32), cname=self._name, now=self._loop.time()
        )
        self._decoder = ProgrammeDecoder(
            self._reception, agreed.codec, self._on_frame, self._on_sound
        )
        self._decoder.set_decoding(self._decoding)

    def _receive_rtp(self, packet: bytes, now: float) -> None:
        assert self._reception is not None
        assert self._decoder is not None
        outcomes = self._reception.receive_rtp(packet, now)
        if outcomes:
            self._decoder.receive(outcomes, now)

    def _receive_rtcp(self, packet: bytes, now: float) -> None:
        assert self._reception is not None
        self._reception.receive_rtcp(packet, now)

    def _tick(self, now: float) -> None:
        reception, decoder = self._reception, self._decoder
        assert reception is not None
        assert decoder is not None
        if now < reception.next_timer():
            return
        round_trip_s = self._round_trip_s()
        if round_trip_s is not None:
            reception.learn_round_trip(round_trip_s)
        decoder.receive(reception.handle_timer(now), now)
        for packet in reception.feedback():
            self._transport.send_rtcp(packet)
        self._watch(now)

    def _round_trip_s(self) -> float | None:
        return self._transport.round_trip_s()

    def _watch(self, now: float) -> None:
        """Mark a silent session, and give up a dead one; comes with each report."""
        assert self._reception is not None
        assert self._connected_at is not None
        age = self._reception.last_packet_age(now)
        silent_s = now - self._connected_at if age is None else age
        if self.stalled is not (silent_s >= STALLED_S):
            self.stalled = not self.stalled
            log.warning("programme.stalled" if self.stalled else "programme.moves", hall=self._name)
        if silent_s >= DEAD_S:
            self.ended.set()

    def _closed(self, reason: CloseReason) -> None:
        # Having freed the resource we hear the relay's goodbye before we say ours.
        if not self.ended.is_set():
            log.warning("programme.ended", hall=self._name, reason=reason.value)
        self.ended.set()


def negotiated(answer: sdp.Description) -> Negotiated:
    """Return what an answer settles.

    Raises:
        BadSdp: If it has no picture or no sound we can take.

    """
    video, audio = answer.section("video"), answer.section("audio")
    if video is None or audio is None or not video.codecs or not audio.codecs:
        raise BadSdp("the answer lacks picture or sound")
    codec = video.codecs[0]
    if codec.name not in negotiation.VIDEO_CODECS:
        raise BadSdp(f"the answer offers {codec.name}")
    return Negotiated(
        codec=VideoCodec(codec.name.lower()),
        video_type=codec.payload_type,
        audio_type=audio.codecs[0].payload_type,
        repair_type=codec.rtx_payload_type,
    )
