"""What the relay sends to each device, as it says itself. Pure: no I/O.

Only the relay knows whether a hall without a picture lost it or was given sound alone.
"""

from collections.abc import Iterable, Sequence

from signaling.media_plane import PROGRAMME, Rendition, SessionSample, ViewerChanged, Why
from signaling.messages import ProgrammeSending
from signaling.schema import Sending

from ..judge.settings import WHO as JUDGE

_SENDINGS = {
    Rendition.HIGH: Sending.PICTURE_HIGH,
    Rendition.LOW: Sending.PICTURE_LOW,
    Rendition.SOUND: Sending.SOUND_ONLY,
}


class Sendings:
    """What every device is sent now."""

    def __init__(self) -> None:
        self._told: dict[str, ProgrammeSending] = {}
        self._at: dict[str, ProgrammeSending] = {}
        self.viewers: dict[Sending, int] = {}
        "Of the programme: how many are sent what, devices or not, the judge left out."

    def of(self, device: str) -> ProgrammeSending | None:
        """Return what a device is sent; None when nothing is, or nobody knows."""
        return self._told.get(device)

    def at(self, point: str) -> ProgrammeSending | None:
        """Return what a point's device is sent; None when nothing is, or nobody knows."""
        return self._at.get(point)

    def receive_sample(self, sessions: Iterable[SessionSample]) -> Sequence[str]:
        """Take everything anew, once a second; return the devices with a change."""
        told: dict[str, ProgrammeSending] = {}
        self._at = {}
        self.viewers = dict.fromkeys(Sending, 0)
        for session in sessions:
            if session.rendition is None or not session.connected or session.name != PROGRAMME:
                continue
            self.viewers[_SENDINGS[session.rendition]] += session.who != JUDGE
            if session.device:
                told[session.device] = _message(session.rendition, session.why)
                self._at[session.who] = told[session.device]
        changed = [device for device, now in told.items() if self._told.get(device) != now]
        self._told = told
        return changed

    def receive_change(self, change: ViewerChanged) -> Sequence[str]:
        """Take a change at once; return the device, if it is one."""
        if not change.device:
            return ()
        self._told[change.device] = _message(change.rendition, change.why)
        self._at[change.who] = self._told[change.device]
        return (change.device,)

    def forget(self) -> None:
        """Know nothing any more: the relay is away."""
        self._told, self._at, self.viewers = {}, {}, {}


def _message(rendition: Rendition, why: Why) -> ProgrammeSending:
    return ProgrammeSending(sending=_SENDINGS[rendition], why=why.value)
