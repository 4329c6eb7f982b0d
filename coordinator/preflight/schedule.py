"""Who looks at itself when, and whose turn it is to test its bandwidth. Pure: no I/O.

At T-60 and T-15 minutes every connected device of the halls' equipment is asked to look at
itself, silently, a few a second; who comes later looks when it joins. A bandwidth test takes
some of the uplink, so it needs a ticket: so many are out at a time as fit into what the
programme leaves unused, who has waited longest first. Once live, nothing is asked any more.

    start_s - 60 min --round--> [ queue ] --0.2 s apart--> Ask(run_preflight)
    told of itself, no fresh bandwidth --> [ waiting ] --a ticket is free--> Ask(test_bandwidth)
                                            ticket back: its finding, a refusal, 30 s, gone
"""

from dataclasses import dataclass

from config.thresholds import ScheduleLimits
from signaling.messages import OrderAction
from signaling.schema import Phase

BEFORE_START = (Phase.PLANNED, Phase.REHEARSAL, Phase.CHECK_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Give a device this order."""

    device: str
    action: OrderAction
    within_s: float


class PreflightSchedule:
    """The schedule of one coordinator. All times are seconds since 1970.

    Args:
        limits: When, and how many at a time.

    """

    def __init__(self, limits: ScheduleLimits) -> None:
        self.limits = limits
        self._start_s: float | None = None
        self._rounds: list[float] = []
        self._devices: dict[str, None] = {}
        "Connected equipment, in the order of its coming."
        self._queue: dict[str, None] = {}
        self._queue_due = 0.0
        self._waiting: dict[str, None] = {}
        self._tickets: dict[str, float] = {}
        "Device -> when its turn is over."
        self._most = 0
        self._events: list[Ask] = []

    @property
    def tickets(self) -> frozenset[str]:
        """Devices that may test their bandwidth now."""
        return frozenset(self._tickets)

    @property
    def waits(self) -> bool:
        """Whether a device waits for room on the uplink."""
        return self._start_s is not None and bool(self._waiting)

    def receive_session(self, start_s: float | None, phase: Phase | None, now: float) -> None:
        """The session everybody means has this start and phase; None and None for no session."""
        before = phase in BEFORE_START
        start_s = start_s if before else None
        if not before:
            self._queue.clear()
            self._tickets.clear()
        if start_s != self._start_s:
            self._start_s = start_s
            times = [] if start_s is None else [start_s - b for b in self.limits.before_s]
            self._rounds = sorted(t for t in times if t + self.limits.missed_s >= now)
        self._deal(now)

    def receive_device(self, device: str) -> None:
        """A device of the equipment connected."""
        self._devices[device] = None

    def receive_gone(self, device: str, now: float) -> None:
        """A device is connected no more. Its turn, if it had one, is the next one's."""
        for held in (self._devices, self._queue, self._waiting):
            held.pop(device, None)
        self._tickets.pop(device, None)
        self._deal(now)

    def receive_ticket_back(self, device: str, now: float) -> None:
        """A device has tested its bandwidth, or will not."""
        self._tickets.pop(device, None)
        self._waiting.pop(device, None)
        self._deal(now)

    def receive_untested(self, device: str, now: float) -> None:
        """A device told of itself, and nothing of its bandwidth is fresh: it waits for a turn."""
        if device in self._devices and device not in self._tickets:
            self._waiting.setdefault(device)
        self._deal(now)

    def receive_spare(self, spare_kbps: float | None, now: float) -> None:
        """What the programme leaves of the uplink's budget; None while unknown: one at a time."""
        if spare_kbps is None:
            self._most = 1
        else:
            # What running tests take is missing from the spare, but is theirs already.
            held = len(self._tickets) * self.limits.test_kbps
            free = (max(0.0, spare_kbps) + held) * self.limits.spare_ratio
            self._most = min(self.limits.most, int(free // self.limits.test_kbps))
        self._deal(now)

    def handle_timer(self, now: float) -> None:
        """Do what fell due by ``now``. Calling it early or twice is safe."""
        while self._rounds and now >= self._rounds[0]:
            self._rounds.pop(0)
            self._queue |= self._devices
        for device in [d for d, over in self._tickets.items() if now >= over]:
            del self._tickets[device]  # it goes on when it is asked at the next round
            self._waiting.pop(device, None)
        self._deal(now)

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        due = [*self._rounds[:1], *self._tickets.values()]
        if self._queue:
            due.append(self._queue_due)
        return min(due, default=None)

    def events(self) -> list[Ask]:
        """Return what is to be asked since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _deal(self, now: float) -> None:
        if self._queue and now >= self._queue_due:
            device = next(iter(self._queue))
            del self._queue[device]
            self._queue_due = now + self.limits.spacing_s
            self._ask(device, OrderAction.RUN_PREFLIGHT)
        if self._start_s is None:
            return
        for device in [d for d in self._waiting if d not in self._tickets]:
            if len(self._tickets) >= self._most:
                return
            self._tickets[device] = now + self.limits.ticket_s
            del self._waiting[device]
            self._ask(device, OrderAction.TEST_BANDWIDTH)

    def _ask(self, device: str, action: OrderAction) -> None:
        self._events.append(Ask(device=device, action=action, within_s=self.limits.ticket_s))
