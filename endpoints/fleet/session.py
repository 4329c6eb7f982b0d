"""The media session of a simulated hall: what its line does happens before anything is counted.

What its screen does happens after, to what it reports.
"""

from signaling import rtp
from signaling.errors import BadPacket
from signaling.ice_path import TransportOptions
from signaling.reception.session import MediaSession
from signaling.reception.ticker import Ticker
from signaling.schema import Decoding
from signaling.stats import MediaStats

from ..enrolment import Enrolment
from ..media.exchange import Exchange
from ..programme import MakeSession, Programmes
from .fault import HallFault, Screen
from .line import Line


class LineSession(MediaSession):
    """A session over the line, and on the screen, of a simulated hall."""

    def __init__(
        self,
        exchange: Exchange,
        ticker: Ticker,
        place: tuple[Line, Screen],
        *,
        name: str,
        decoding: Decoding,
        options: TransportOptions,
    ) -> None:
        super().__init__(exchange, ticker, name=name, decoding=decoding, options=options)
        self._whep = exchange
        self._line, self._screen = place
        self._transport.lose = self._line.loses

    async def stop(self) -> None:
        """End the session; without a word when the power is gone."""
        if self._line.cut:
            self._whep.forget()
            await self._transport.close(silent=True)
        await super().stop()

    def stats(self, now: float) -> MediaStats:
        """Return what the hall reports."""
        return self._screen.show(super().stats(now), now)

    def _receive_rtp(self, packet: bytes, now: float) -> None:
        line = self._line
        if line.fault is not HallFault.NONE and self._swallows(packet):
            return
        if line.delay_s > 0.0:
            self._loop.call_later(line.delay_s, self._receive_late, packet)
        else:
            super()._receive_rtp(packet, now)

    def _round_trip_s(self) -> float | None:
        path_s = super()._round_trip_s()
        return None if path_s is None else path_s + self._line.delay_s

    def _swallows(self, packet: bytes) -> bool:
        reception = self.reception
        assert reception is not None
        try:
            header = rtp.parse(packet)
        except BadPacket:
            return True
        return self._line.swallows(header, header.payload_type == reception.negotiated.audio_type)

    def _receive_late(self, packet: bytes) -> None:
        if not self.ended.is_set():
            super()._receive_rtp(packet, self._loop.time())


def over(line: Line, screen: Screen) -> MakeSession:
    """Return what makes sessions over this line, on this screen."""

    def make(programmes: Programmes, enrolment: Enrolment, decoding: Decoding) -> MediaSession:
        return LineSession(
            programmes.exchange(enrolment),
            programmes.ticker,
            (line, screen),
            name=enrolment.point,
            decoding=decoding,
            options=programmes.options(enrolment),
        )

    return make
