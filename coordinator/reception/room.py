"""What people in a hall say of the programme, and when they are asked. Pure: no I/O.

A machine sees no projector and hears no loudspeaker: the operator's phone asks ten minutes
before the start, and one minute after it. Times are seconds since 1970.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from signaling.entry import Answer

BEFORE_S = 600.0
AFTER_S = 60.0
# A question that could not be put in time is of no use any more.
WITHIN_S = 300.0


class Moment(StrEnum):
    """When a hall is asked."""

    BEFORE = "before"
    AFTER = "after"


def room_word(picture: Answer, sound: Answer) -> bool | None:
    """Return whether the hall sees and hears: both yes, one no, or None for unsure."""
    if Answer.NO in (picture, sound):
        return False
    return True if picture is sound is Answer.YES else None


@dataclass(slots=True)
class RoomQuestion:
    """When the halls of the open session are asked, each moment once."""

    _due: dict[Moment, float] = field(default_factory=dict)
    _session: str | None = None
    _asked: set[Moment] = field(default_factory=set)

    def receive_session(
        self, session: str | None, start_s: float | None, live_s: float | None
    ) -> None:
        """Take the open session: its start as planned, and when it went live if it did."""
        if session != self._session:
            self._session = session
            self._asked.clear()
        self._due = {}
        if start_s is not None and live_s is None:
            self._due[Moment.BEFORE] = start_s - BEFORE_S
        if live_s is not None:
            self._due[Moment.AFTER] = live_s + AFTER_S
        else:
            # A start that was taken back is followed by another.
            self._asked.discard(Moment.AFTER)

    def handle_timer(self, now_s: float) -> bool:
        """Tell whether all halls are to be asked now. Early or twice is fine."""
        due = [m for m, at in self._due.items() if at <= now_s and m not in self._asked]
        self._asked.update(due)
        return any(now_s < self._due[moment] + WITHIN_S for moment in due)

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, None for never."""
        return min((at for m, at in self._due.items() if m not in self._asked), default=None)
