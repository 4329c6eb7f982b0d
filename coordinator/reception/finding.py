"""From single findings to a word that stands, with hysteresis (DESIGN section 4).

Pure: no clock, no socket, no task.

    good --three of the last five wrong--> FAULT --clean_s without wrong, and a right one--> good
                                             `---hold_s without a wrong one-----------------'
"""

from collections import Counter, deque

from config.thresholds import ReceptionLimits

from ..judge.line import NOTHING_NEW, Answer, Finding

# The programme itself gives no chance to prove anything: nobody can be blamed for that.
EXCUSES = frozenset({"still", "dark", "quiet", "steady", "other_sound", "sound_only"})
# Too little for a proof, enough to end an accusation.
CLEARS = frozenset({"steady"})


class Channel:
    """What is known of one thing a hall gets: its picture, its sound, its player."""

    def __init__(self, limits: ReceptionLimits) -> None:
        self.limits = limits
        self.fault: str | None = None
        self.why = ""
        "Of the last answer."
        self._recent: deque[tuple[Answer, float]] = deque()
        self._wrong = self._right = self._excuses = 0
        "Of the recent answers."
        self._wrong_at = self._right_at = self._good_at = float("-inf")
        self._proven = False

    def receive(self, answer: Answer, now: float) -> None:
        """Take a finding. One without news changes nothing."""
        if answer.why == NOTHING_NEW:
            return
        while self._recent and self._recent[0][1] <= now - self.limits.clean_s:
            self._drop_oldest()
        if len(self._recent) == self.limits.recent:
            self._drop_oldest()
        self._recent.append((answer, now))
        self._count(answer, 1)
        self.why = answer.why
        if answer.finding is Finding.WRONG:
            self._wrong_at = now
        elif answer.finding is Finding.RIGHT:
            self._right_at = self._good_at = now
        elif answer.why in CLEARS:
            self._good_at = now
        self._weigh(now)

    def forget(self) -> None:
        """Begin anew: another device, another programme."""
        self._recent.clear()
        self._wrong = self._right = self._excuses = 0
        self.fault, self._proven = None, False
        self._wrong_at = self._right_at = self._good_at = float("-inf")

    def proven(self, now: float) -> bool:
        """Tell whether it was right not long ago, and often enough."""
        return self._proven and now < self._right_at + self.limits.hold_s

    def excused(self) -> bool:
        """Tell whether lately nothing could be proven, by no fault of the hall."""
        return self._excuses >= self.limits.worse_of

    def _drop_oldest(self) -> None:
        answer, _at = self._recent.popleft()
        self._count(answer, -1)

    def _count(self, answer: Answer, by: int) -> None:
        if answer.finding is Finding.RIGHT:
            self._right += by
        elif answer.finding is Finding.WRONG:
            self._wrong += by
        elif answer.why in EXCUSES:
            self._excuses += by

    def _weigh(self, now: float) -> None:
        if self._wrong >= self.limits.worse_of:
            wrong = [a.why for a, _at in self._recent if a.finding is Finding.WRONG]
            self.fault = Counter(wrong).most_common(1)[0][0]
            self._proven = False
        elif self.fault is not None and self._is_clean(now):
            self.fault = None
        if self.fault is None and self._right >= self.limits.worse_of:
            self._proven = True

    def _is_clean(self, now: float) -> bool:
        since = now - self._wrong_at
        return since >= self.limits.hold_s or (
            since >= self.limits.clean_s and self._good_at > self._wrong_at
        )
