"""Which of a hall's devices tells what the hall receives? Pure: no clock, no socket, no task.

The hall is verified by what is on its screen. Each device that receives the programme has a
reception machine of its own, judged all the time; the point shows the word of one of them:

    nobody --any device reports--> that one
    an agent --a screen reports--> the screen, whatever its state: that is what people look at
    holder --silent for ``hand_over_s``, or goodbye--> the best of the others, or nobody

An agent that proves the programme says nothing for a screen that fails, and a screen that says
nothing for a moment is not an agent's business: there the point is unknown, not verified. As
whoever takes over was judged before, a change of hands by itself proves and forgets nothing.
"""

from dataclasses import dataclass

from config.thresholds import ReceptionLimits
from signaling.schema import DeviceRole, Reception
from signaling.stats import MediaStats

from ..judge.line import Verdict
from .reception import PointReception, ReceptionMoved

MOST = 4
"Devices of one point that are judged; of more, the one silent longest is forgotten."


@dataclass(slots=True)
class _Receiver:
    """One device that receives the programme."""

    role: DeviceRole
    machine: PointReception
    spoke_at: float

    def rank(self) -> tuple[bool, float]:
        """Return by what the best is found."""
        return self.role is DeviceRole.SCREEN, self.spoke_at


class PointReceivers:
    """State machine of what one point receives, over all its devices."""

    def __init__(self, point: str, limits: ReceptionLimits) -> None:
        self.point = point
        self.limits = limits
        self.device: str | None = None
        "Whose word is the point's; None before any report."
        self._receivers: dict[str, _Receiver] = {}
        self._room: bool | None = None
        self._told = (Reception.UNKNOWN, "restarted")
        self._events: list[ReceptionMoved] = []

    def receive_stats(
        self,
        device: str,
        role: DeviceRole,
        stats: MediaStats,
        now: float,
        *,
        sound_only: bool = False,
    ) -> bool:
        """Take a report of a device into account; tell whether it is the point's receiver.

        ``sound_only``: the relay sends it no picture, by choice.
        """
        known = self._receivers.get(device)
        if known is None:
            known = self._receivers[device] = self._new(role, now)
        known.role, known.spoke_at = role, now
        known.machine.receive_sending(sound_only, now)
        known.machine.receive_stats(stats, now)
        self._choose(now)
        return device == self.device

    def receive_verdict(self, device: str, verdict: Verdict, now: float) -> bool:
        """Take what the judge says of a report; tell whether of the point's receiver."""
        known = self._receivers.get(device)
        if known is None:
            return False
        known.machine.receive_verdict(verdict, now)
        self._choose(now)
        return device == self.device

    def receive_room(self, sees_and_hears: bool | None, now: float) -> None:
        """Take what people in the hall say, whatever device they look at."""
        self._room = sees_and_hears
        for receiver in self._receivers.values():
            receiver.machine.receive_room(sees_and_hears, now)
        self._choose(now)

    def receive_goodbye(self, device: str, now: float) -> None:
        """A device left on purpose. Its word holds until it would be stale if nobody else is."""
        if len(self._receivers) > 1 and self._receivers.pop(device, None) is not None:
            self._choose(now)

    def handle_timer(self, now: float) -> None:
        """Forget what is stale. Calling it early or twice is safe."""
        for receiver in self._receivers.values():
            receiver.machine.handle_timer(now)
        self._choose(now)

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        due = [r.machine.next_timer() for r in self._receivers.values()]
        held = self._receivers.get(self.device or "")
        if held is not None and len(self._receivers) > 1:
            due.append(held.spoke_at + self.limits.hand_over_s)
        return min((at for at in due if at is not None), default=None)

    def events(self) -> list[ReceptionMoved]:
        """Return what happened since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _new(self, role: DeviceRole, now: float) -> _Receiver:
        if len(self._receivers) == MOST:
            silent = min(self._receivers, key=lambda device: self._receivers[device].spoke_at)
            del self._receivers[silent]
        machine = PointReception(self.point, self.limits)
        machine.receive_room(self._room, now)
        return _Receiver(role, machine, now)

    def _choose(self, now: float) -> None:
        """See who the receiver is, and tell when its word is another than the last."""
        if len(self._receivers) == 1 and self.device in self._receivers:
            self._tell(self._receivers[self.device].machine)
            return
        gone = [device for device, one in self._receivers.items() if self._gone(one, now)]
        # The last one's word stays, which is that nobody knows.
        for device in gone[: len(self._receivers) - 1]:
            del self._receivers[device]
        held = self._receivers.get(self.device or "")
        best = max(self._receivers, key=lambda d: self._receivers[d].rank(), default=None)
        if best is None:
            return
        if held is None or self._receivers[best].role is not held.role:
            self.device = best
        self._tell(self._receivers[str(self.device)].machine)

    def _gone(self, receiver: _Receiver, now: float) -> bool:
        return now >= receiver.spoke_at + self.limits.hand_over_s

    def _tell(self, machine: PointReception) -> None:
        machine.events()
        word = (machine.reception, machine.why)
        if word != self._told:
            self._told = word
            self._events.append(
                ReceptionMoved(point=self.point, reception=machine.reception, why=machine.why)
            )
