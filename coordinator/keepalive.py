"""Is a silent line still there? Pure: no clock, no socket.

A device that reports renews its line with every word and is never asked. One that is silent is
asked once, and given up when it does not answer: a half-open connection costs nothing for long.

    HEARD --10 s of silence--> ASKED --5 s--> given up
      ^------anything at all-----'
"""

from enum import StrEnum

SILENT_S = 10.0
ANSWER_S = 5.0


class Call(StrEnum):
    """What to do about a line."""

    NOTHING = "nothing"
    ASK = "ask"
    GIVE_UP = "give_up"


class Keepalive:
    """One line."""

    def __init__(self) -> None:
        self._asked_at: float | None = None

    def look(self, heard_at: float, now: float) -> Call:
        """Return what to do about a line that was heard last at ``heard_at``.

        The answer's time runs from the question: whoever looks may have been late himself.
        """
        if now < heard_at + SILENT_S:
            self._asked_at = None
            return Call.NOTHING
        if self._asked_at is None or self._asked_at < heard_at:
            self._asked_at = now
            return Call.ASK
        return Call.GIVE_UP if now >= self._asked_at + ANSWER_S else Call.NOTHING
