"""The media session of a simulated hall: what its line does happens before anything is counted."""

from signaling.ice_path import TransportOptions
from signaling.reception.session import MediaSession
from signaling.reception.ticker import Ticker
from signaling.schema import Decoding

from ..enrolment import Enrolment
from ..media.exchange import Exchange
from ..programme import MakeSession, Programmes
from .line import Line


class LineSession(MediaSession):
    """A session over the line of a simulated hall."""

    def __init__(
        self,
        exchange: Exchange,
        ticker: Ticker,
        line: Line,
        *,
        name: str,
        decoding: Decoding,
        options: TransportOptions,
    ) -> None:
        super().__init__(exchange, ticker, name=name, decoding=decoding, options=options)
        self._whep, self._line = exchange, line

    async def stop(self) -> None:
        """End the session; without a word when the power is gone."""
        if self._line.cut:
            self._whep.forget()
            await self._transport.close(silent=True)
        await super().stop()

    def _receive_rtp(self, packet: bytes, now: float) -> None:
        line = self._line
        if line.loses():
            return
        if line.delay_s > 0.0:
            self._loop.call_later(line.delay_s, self._receive_late, packet)
        else:
            super()._receive_rtp(packet, now)

    def _receive_late(self, packet: bytes) -> None:
        if not self.ended.is_set():
            super()._receive_rtp(packet, self._loop.time())


def over(line: Line) -> MakeSession:
    """Return what makes sessions over this line."""

    def make(programmes: Programmes, enrolment: Enrolment, decoding: Decoding) -> MediaSession:
        return LineSession(
            programmes.exchange(enrolment),
            programmes.ticker,
            line,
            name=enrolment.point,
            decoding=decoding,
            options=programmes.options(enrolment),
        )

    return make
