"""Which rendition one viewer's own line bears, from what the viewer says of it.

Pure: reports and times in, a cap in bits a second out. A cap and not a rung, because what
can be had changes with the source on air.

    FREE --three bad seconds of five, or two of loss by half--> CAPPED below what is sent
    CAPPED --clean seconds, more after each failed try--> CAPPED one rendition higher --> FREE

Bad is: much loss, a queue in the viewer's line (its round trip grows), asking for key frames
again and again, or its own estimate (REMB) far below what it gets, if anything else speaks for it.
An estimate alone is not believed: on a PC that is busy Chromium's falls to 10 kbps, though no
packet is lost and none is late.
"""

from collections import deque
from dataclasses import dataclass

from signaling.media_plane import Rendition, Why

BAD_LOSS, CLEAN_LOSS, HEAVY_LOSS = 0.12, 0.06, 0.5
BAD_QUEUE_S = 0.35
"Round trip over the shortest of the last minute or two."
BAD_ESTIMATE = 0.7
"Of what is sent. Chromium's estimate of a good line is up to 1.5 times that."
ESTIMATE_S = 20
"""An estimate speaks of what was sent while it was made: after a slide that stood it grows by 8 % a
second at most. It is held against the least that was sent in so many seconds."""
SIGN_OF_LOSS, SIGN_OF_QUEUE_S = 0.02, 0.1
"So much makes a low estimate credible."
BAD_WISHES = 4
"Key frames asked for within five seconds."
WINDOW, BAD_OF_WINDOW = 5, 3
WARM_UP_S = 8.0
"Estimates begin low and mean nothing yet."
CLEAN_S, MAX_CLEAN_S = 10.0, 160.0
FAILED_WITHIN_S = 20.0
"Who falls so soon after a rise tries again after twice the time."
PROVEN_S = 60.0
STAY = 1.5
"A rendition that is being sent may grow by so much before it counts as too much."
ROOM = 1.2
"Over a rendition's rate, when it is tried."
RTT_WINDOW_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What can be had now, bits a second on the line."""

    high_bps: float
    low_bps: float | None
    "None while the source on air has one picture only."
    sound_bps: float

    def of(self, rendition: Rendition) -> float:
        """Return the rate of the picture alone; 0 for sound."""
        if rendition is Rendition.SOUND:
            return 0.0
        low = self.low_bps if rendition is Rendition.LOW else None
        return self.high_bps if low is None else low

    def ladder(self) -> tuple[Rendition, ...]:
        """Return what there is, cheapest first."""
        middle = () if self.low_bps is None else (Rendition.LOW,)
        return (Rendition.SOUND, *middle, Rendition.HIGH)


def wished(wish: Rendition | None, bears: Rendition, rates: Rates) -> Rendition:
    """Return the best rendition to give to somebody for whom the centre may have chosen.

    Args:
        wish: What was chosen; None: nothing was.
        bears: What the viewer's own line bears.
        rates: What there is.

    """
    if wish is None or wish not in rates.ladder():
        return bears
    order = tuple(Rendition)
    return wish if wish is Rendition.HIGH else min(wish, bears, key=order.index)


class Shortest:
    """The shortest round trip of the last minute or two: the line without a queue."""

    def __init__(self) -> None:
        self._windows = (float("inf"), float("inf"))
        self._began = float("-inf")

    def receive(self, seconds: float, now: float) -> float:
        """Take one, return by how much it is longer than the shortest."""
        if now - self._began >= RTT_WINDOW_S:
            self._began, self._windows = now, (float("inf"), self._windows[0])
        self._windows = (min(self._windows[0], seconds), self._windows[1])
        return seconds - min(self._windows)


class LineWatch:
    """What one viewer's line bears.

    Args:
        now: When the viewer came.

    """

    def __init__(self, now: float) -> None:
        self.cap_bps: float | None = None
        "Of the picture; None: whatever there is."
        self.why = Why.NOTHING
        "What the cap comes from."
        self._began = self._changed_at = now
        self._raised_at = float("-inf")
        self._failures = 0
        self._left: Rendition | None = None
        "Was found too much: not even kept if it grows a little."
        self._clean_since: float | None = None
        self._shortest = Shortest()
        self._lost: list[float] = []
        self._missed = 0.0
        self._queue_s = 0.0
        self._estimate_bps: float | None = None
        self._sent: deque[float] = deque(maxlen=ESTIMATE_S)
        self._wishes: deque[float] = deque(maxlen=BAD_WISHES)
        self._verdicts: deque[Why] = deque(maxlen=WINDOW)
        self._heavy = 0

    def receive_report(self, lost: float, round_trip_s: float | None, now: float) -> None:
        """Take a receiver report: share lost since the one before (0..1), and round trip."""
        self._lost.append(lost)
        if round_trip_s is not None:
            self._queue_s = max(self._queue_s, self._shortest.receive(round_trip_s, now))

    def receive_missed(self, lost: float) -> None:
        """Take the share of the second's packets that it asked for again (0..1)."""
        self._missed = lost

    def receive_estimate(self, bps: float) -> None:
        """Take the viewer's own estimate."""
        self._estimate_bps = bps

    def receive_wish(self, now: float) -> None:
        """Take a request for a key frame."""
        self._wishes.append(now)

    def handle_second(
        self, rates: Rates, sent: Rendition, now: float, *, lag_s: float = 0.0
    ) -> None:
        """Judge the second that is over. Without a word of the viewer nothing changes.

        Args:
            rates: What there is.
            sent: What it got.
            now: See the module.
            lag_s: How late the relay itself was: that is no fault of the viewer's line.

        """
        if not self._lost:
            return
        lost = max(self._missed, sum(self._lost) / len(self._lost))
        queue_s = self._queue_s - lag_s
        self._lost, self._missed, self._queue_s = [], 0.0, 0.0
        self._sent.append(rates.of(sent) + rates.sound_bps)
        verdict = self._judge(lost, queue_s, min(self._sent), now)
        self._verdicts.append(verdict)
        self._heavy = self._heavy + 1 if lost >= HEAVY_LOSS else 0
        self._note_clean(verdict is Why.NOTHING and lost <= CLEAN_LOSS, now)
        bad = [one for one in self._verdicts if one is not Why.NOTHING]
        if verdict is not Why.NOTHING and (len(bad) >= BAD_OF_WINDOW or self._heavy >= 2):
            self._lower(rates, sent, verdict, now)
            self._restart(now)
        elif self._is_clean(now) and self.cap_bps is not None:
            self._raise(rates, self.cap_bps, now)
            self._restart(now)

    def best(self, rates: Rates, sent: Rendition | None) -> Rendition:
        """Return the best rendition that the line bears.

        Args:
            rates: What there is.
            sent: What it gets now: that may fluctuate.

        """
        if self.cap_bps is None:
            return Rendition.HIGH
        cap_bps = self.cap_bps
        stays = None if sent is self._left else sent
        ladder = rates.ladder()
        bears = [r for r in ladder if rates.of(r) <= cap_bps * (STAY if r is stays else 1.0)]
        return bears[-1]

    def _judge(self, lost: float, queue_s: float, sent_bps: float, now: float) -> Why:
        estimate = self._estimate_bps
        warm = now - self._began >= WARM_UP_S
        wishes = len(self._wishes) == BAD_WISHES and now - self._wishes[0] < WINDOW
        if lost > BAD_LOSS:
            return Why.LOSS
        if queue_s > BAD_QUEUE_S:
            return Why.DELAY
        if wishes:
            return Why.STALLS
        signs = lost > SIGN_OF_LOSS or queue_s > SIGN_OF_QUEUE_S
        if warm and signs and estimate is not None and estimate < sent_bps * BAD_ESTIMATE:
            return Why.ESTIMATE
        return Why.NOTHING

    def _note_clean(self, clean: bool, now: float) -> None:
        if not clean:
            self._clean_since = None
        elif self._clean_since is None:
            self._clean_since = now

    def _is_clean(self, now: float) -> bool:
        since = self._clean_since
        need_s = min(MAX_CLEAN_S, CLEAN_S * 2**self._failures)
        return since is not None and now - max(since, self._changed_at) >= need_s

    def _lower(self, rates: Rates, sent: Rendition, why: Why, now: float) -> None:
        if sent is Rendition.SOUND:
            return
        since_s = now - self._raised_at
        if since_s < FAILED_WITHIN_S:
            self._failures += 1
        elif since_s > PROVEN_S:
            self._failures = 0
        below = max(rates.of(r) for r in rates.ladder() if rates.of(r) < rates.of(sent))
        self.cap_bps, self.why = max(below, rates.of(sent) / 2), why
        self._left = sent

    def _raise(self, rates: Rates, cap_bps: float, now: float) -> None:
        higher = [rates.of(r) for r in rates.ladder() if rates.of(r) > cap_bps]
        self._left = None
        if higher:
            self.cap_bps, self._raised_at = min(higher) * ROOM, now
        else:
            self.cap_bps, self.why = None, Why.NOTHING

    def _restart(self, now: float) -> None:
        """Judge what is sent from now on only by itself."""
        self._changed_at, self._clean_since, self._heavy = now, None, 0
        self._verdicts.clear()
        self._wishes.clear()
