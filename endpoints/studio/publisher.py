"""Publishes the film by WHIP as a stranger would, and again whenever the session falls.

Shell: clock, packets and HTTP; the film and its packets are ``programme``'s.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from endpoints.media.exchange import Exchange
from signaling import negotiation, sdp
from signaling.backoff import Backoff, BackoffLimits
from signaling.ice_path import TransportOptions
from signaling.media_errors import BadSdp, MediaError
from signaling.packet_transport import CloseReason, PacketTransport
from signaling.reception.errors import ExchangeFailed

from .encoder import PictureFormat
from .film import Film
from .programme import FilmProgramme
from .sender import RtpSender

log: structlog.stdlib.BoundLogger = structlog.get_logger()

# The relay reports once a second: two reports overdue. Halls miss the studio at once.
SILENCE_S = 2.2
# Halls wait for the studio, so it is less patient than they are.
BACKOFF = BackoffLimits(base_s=0.3, cap_s=2.0, stable_s=5.0)


class StudioPublisher:
    """The studio's publisher.

    Args:
        exchange: The WHIP endpoint.
        format: Of the picture.
        options: Sockets.
        backoff: Between two sessions.
        origin: Of the film, seconds of the loop; by default now.
        sounding: False for the picture alone.
        make: See ``FilmProgramme``.

    """

    def __init__(
        self,
        exchange: Exchange,
        format: PictureFormat,
        options: TransportOptions | None = None,
        backoff: Backoff | None = None,
        *,
        origin: float | None = None,
        sounding: bool = True,
        make: Callable[[int, int, int], Film] = Film,
    ) -> None:
        self._exchange = exchange
        self._format = format
        self._sounding = sounding
        self._options = replace(options or TransportOptions(), silence_s=SILENCE_S)
        self._backoff = backoff or Backoff(random.random, BACKOFF)
        self._loop = asyncio.get_running_loop()
        began = self._loop.time() if origin is None else origin
        self._programme = FilmProgramme(format, began, sounding=sounding, make=make)
        self.counts = self._programme.counts
        self.sessions = 0
        "How many came about."

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            at_least_s = await self._publish()
            await asyncio.sleep(self._backoff.receive_closed(self._loop.time(), at_least_s))

    async def _publish(self) -> float:
        """Run one session to its end; return how long the server wants us to stay away."""
        codec = self._format.codec.value.upper()
        session = _Session(self._exchange, self._programme, codec, self._options)
        session.sounding = self._sounding
        try:
            # Whoever still seems to publish after our first session is ourselves.
            await session.start(takeover=self.sessions > 0)
            self.sessions += 1
            self._backoff.receive_opened(self._loop.time())
            log.info("studio.publishing", session=self.sessions)
            await session.play()
        except ExchangeFailed as error:
            log.warning("studio.refused", error=str(error)[:300])
            return error.retry_after_s or 0.0
        except MediaError as error:
            log.warning("studio.failed", error=repr(error)[:300])
        # The edge of a unit: whatever befalls one session, the next one starts.
        except Exception:
            log.exception("studio.failed")
        finally:
            await session.stop()
        return 0.0


class _Session:
    """One WHIP session."""

    def __init__(
        self,
        exchange: Exchange,
        programme: FilmProgramme,
        codec: str,
        options: TransportOptions,
    ) -> None:
        self._exchange = exchange
        self._programme = programme
        self._codec = codec
        self.sounding = True
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._transport = PacketTransport(
            controlling=True,
            on_rtp=lambda packet, now: None,
            on_rtcp=self._receive_rtcp,
            on_closed=self._closed,
            options=options,
        )

    async def start(self, takeover: bool) -> None:
        """Negotiate and connect. Raises ExchangeFailed, BadSdp, TransportFailed."""
        await self._transport.gather()
        video, repair, audio = (random.getrandbits(32) for _ in range(3))
        tracks = {
            "video": sdp.Track(ssrc=video, rtx_ssrc=repair, cname="studio", label="film"),
            "audio": sdp.Track(ssrc=audio, cname="studio", label="sound"),
        }
        offer = negotiation.offer(
            self._transport.local(),
            sdp.Direction.SENDONLY,
            [self._codec],
            tracks,
            sounds=int(self.sounding),
        )
        answer = sdp.parse(await self._exchange.open(offer, takeover=takeover))
        senders = _senders(answer, video, repair, audio if self.sounding else None)
        await self._transport.connect(answer.transport)
        self._programme.begin(*senders, self._loop.time())

    async def play(self) -> None:
        """Send what is due until the session ends."""
        programme, transport = self._programme, self._transport
        while not self._ended.is_set():
            now = self._loop.time()
            for header, payload in programme.handle_timer(now):
                transport.send_rtp_parts(header, payload)
            for report in programme.reports(now, time.time()):
                transport.send_rtcp(report)
            await asyncio.sleep(max(0.0, programme.next_timer() - self._loop.time()))

    async def stop(self) -> None:
        """End the session and free everything."""
        self._ended.set()
        try:
            await self._exchange.close()
        finally:
            await self._transport.close()

    def _receive_rtcp(self, packet: bytes, now: float) -> None:
        for header, payload in self._programme.receive_rtcp(packet, now):
            self._transport.send_rtp_parts(header, payload)

    def _closed(self, reason: CloseReason) -> None:
        if not self._ended.is_set():
            log.warning("studio.ended", reason=reason.value)
        self._ended.set()


def _senders(
    answer: sdp.Description, video: int, repair: int, audio: int | None
) -> tuple[RtpSender, RtpSender | None]:
    """Return the streams of an answer. Raises BadSdp when it rejects one that was offered."""
    picture, sound = answer.section("video"), answer.section("audio")
    if picture is None or not picture.codecs:
        raise BadSdp("the answer rejects the picture")
    codec = picture.codecs[0]
    repaired = None if codec.rtx_payload_type is None else (codec.rtx_payload_type, repair)
    pictures = RtpSender(codec.payload_type, video, repaired)
    if audio is None:
        return pictures, None
    if sound is None or not sound.codecs:
        raise BadSdp("the answer rejects the sound")
    return pictures, RtpSender(sound.codecs[0].payload_type, audio)
