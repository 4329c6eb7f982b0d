"""Alarms without a process: a journal in the making, the machine, and a clock one can turn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from config.thresholds import AlarmLimits
from coordinator.alarm import command
from coordinator.alarm.alarm import CENTRE, AlarmMachine
from coordinator.alarm.fault import Findings, centre_findings, point_findings
from coordinator.alarm.state import INCIDENT, Alarm
from coordinator.fact import Fact, PhaseEntered, PointEntered, PresenceChanged, ReceptionChanged
from coordinator.preflight.readiness import MediaState
from coordinator.state import State
from signaling.schema import Phase, Presence, Reception

from .facts import Chronicle, planned, point

HEALTHY = MediaState(relay=True, studio=True, programme="studio", sound="studio")
SHELF_S = 60.0
WELL = (Presence.ONLINE, Reception.PLAYING, "playing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a point has in common with others."""

    provider: str = ""
    place: str = ""
    unit: str = ""


def halls(count: int, traits: Iterable[Traits] = (Traits(),)) -> list[PointEntered]:
    """Return points whose traits go round."""
    cycle = list(traits)
    made = []
    for number in range(count):
        mine = cycle[number % len(cycle)]
        made.append(
            msgspec.structs.replace(
                point(f"MH-{number:03d}"),
                provider=mine.provider,
                place=mine.place,
                unit=mine.unit or f"Đơn vị {number}",
            )
        )
    return made


class Ward:
    """Points under watch, all well at first."""

    def __init__(self, *points: PointEntered, phase: Phase = Phase.LIVE) -> None:
        self.chronicle = Chronicle(planned(), PhaseEntered(phase=phase), *points)
        self.now = 0.0
        self.machine = AlarmMachine(self.chronicle.state, AlarmLimits(), self.now)
        self.media = HEALTHY
        for one in points:
            self.put(one.code, *WELL)

    @property
    def state(self) -> State:
        """The fold."""
        return self.chronicle.state

    def put(self, code: str, presence: Presence, reception: Reception, why: str) -> None:
        """Have a point's verdicts changed, and the machine told."""
        status = self.chronicle.state.status[code]
        if presence is not status.presence:
            word = {Presence.LOST: "silence", Presence.LEFT: "goodbye"}.get(presence, "word")
            self.record(PresenceChanged(point=code, presence=presence, why=word))
        if (reception, why) != (status.reception, status.reception_why):
            self.record(ReceptionChanged(point=code, reception=reception, why=why))
        self.find(code, point_findings(self.chronicle.state, code))

    def cut(self, code: str) -> None:
        """No packet reaches the hall."""
        self.put(code, Presence.ONLINE, Reception.CONNECTED, "no_packets")

    def lose(self, code: str) -> None:
        """The hall falls silent."""
        self.put(code, Presence.LOST, Reception.UNKNOWN, "silence")

    def heal(self, code: str) -> None:
        """All is well again."""
        self.put(code, *WELL)

    def enter(self, phase: Phase) -> None:
        """The session moves on."""
        self.record(PhaseEntered(phase=phase))
        for code in self.chronicle.state.points:
            self.find(code, point_findings(self.chronicle.state, code))
        self.look()

    def look(self, *, disk_low: bool = False, **media: Any) -> None:
        """Look at the centre's own equipment."""
        self.media = replace(self.media, **media)
        self.find(CENTRE, centre_findings(self.chronicle.state, self.media, disk_low))

    def find(self, code: str, findings: Findings) -> None:
        """Give the machine findings."""
        self.machine.receive_findings(self.chronicle.state, code, findings, self.now)
        self.pump()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while (due := self.machine.next_timer()) is not None and due <= until:
            self.now = max(self.now, due)
            self.machine.handle_timer(self.chronicle.state, self.now)
            self.pump()
        self.now = until
        self.machine.handle_timer(self.chronicle.state, self.now)
        self.pump()

    def pump(self) -> None:
        """Record what the machine decided."""
        self.record(*self.machine.events())

    def record(self, *facts: Fact) -> None:
        """Record facts."""
        self.chronicle.add(*facts)

    def restart(self) -> None:
        """Begin another life of the machine on what the journal says."""
        self.machine = AlarmMachine(self.chronicle.state, AlarmLimits(), self.now)
        self.pump()

    def open(self) -> list[Alarm]:
        """Return the alarms that are not closed, incidents' members apart."""
        alarms = self.chronicle.state.alarms
        found = [alarms.by_id[id_] for id_ in alarms.open]
        return [alarm for alarm in found if alarm.incident is None]

    def lines(self) -> list[tuple[str | None, str, str]]:
        """Return what a wall lists: the point, what it is, where it stands."""
        return [(a.point, a.cause or a.what, a.state.value) for a in self.open()]

    def incidents(self) -> list[Alarm]:
        """Return the incidents that are not closed."""
        return [alarm for alarm in self.open() if alarm.what == INCIDENT]

    def told(self, kind: str) -> list[Fact]:
        """Return the facts of a kind."""
        return [row.fact for row in self.chronicle.rows if kind == row.fact.KIND]


COMMANDS: dict[str, Callable[[State, str, float], list[Fact]]] = {
    "acknowledge": lambda state, id_, _now_s: command.acknowledge(state, id_),
    "shelve": lambda state, id_, now_s: command.shelve(
        state, id_, for_s=SHELF_S, reason="r", now_s=now_s
    ),
    "unshelve": lambda state, id_, _now_s: command.unshelve(state, id_),
    "take": lambda state, id_, _now_s: command.take(state, id_, "test", None),
    "release": lambda state, id_, _now_s: command.release(state, id_, "test"),
    "note": lambda state, id_, _now_s: command.note(state, id_, "n"),
    "resolve": lambda state, id_, _now_s: command.resolve(state, id_),
}
"What a technician can do to an alarm, by its name."
