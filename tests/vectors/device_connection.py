"""Vectors of the device's machine: scripts and what the machine answers, for Python and node.

    python -m tests.vectors.device_connection      writes device_connection.json

The scripts are a few stories and seeded random walks. Both machines use the same arithmetic in
the same order, so their answers must be equal to the last bit.
"""

import json
import random
from pathlib import Path
from typing import Any

import msgspec

from signaling.device_connection import (
    Broken,
    DeviceConnection,
    Event,
    FactRecorded,
    Opened,
    ProbeDue,
    ReportDue,
    Send,
)
from signaling.messages import FactEnter, Hello, decode_to_device

FILE = Path(__file__).with_suffix(".json")
UTC = "2026-10-04T00:45:00.000Z"
Step = dict[str, Any]


class Player:
    """Plays a script on the machine, with a spool that holds what it is told."""

    def __init__(self, last_seq: int) -> None:
        self.machine = DeviceConnection(Hello(versions=(1,), spool="s1", last_seq=last_seq))
        self.last_seq = last_seq
        self.acked: set[int] = set()

    def play(self, step: Step) -> Step:
        """Do one step; return what came of it."""
        self._do(step)
        events = self.machine.events()
        self.acked |= {e.acked.seq for e in events if isinstance(e, FactRecorded)}
        return {
            "state": self.machine.state.value,
            "events": [_plain(event) for event in events],
            "next": self.machine.next_timer(step["at"]),
        }

    def _do(self, step: Step) -> None:
        machine, now = self.machine, step["at"]
        match step["do"]:
            case "opened":
                machine.receive_opened(now)
            case "message":
                text = json.dumps(step["message"])
                machine.receive_message(decode_to_device(text), now)
            case "closed":
                machine.receive_closed()
            case "saved":
                self.last_seq = max(self.last_seq, step["seq"])
                machine.receive_saved(step["seq"])
            case "read":
                self._read(now)
            case "probe":
                machine.send_probe(step["wall_ms"], now)
            case _:
                machine.handle_timer(now)

    def _read(self, now: float) -> None:
        wanted = self.machine.facts_wanted(now)
        if wanted is None:
            return
        seqs = [
            seq
            for seq in range(wanted.after + 1, wanted.through + 1)
            if seq not in self.acked or seq > wanted.have_through
        ]
        self.machine.receive_facts(wanted, [_fact(seq) for seq in seqs[: wanted.limit]], now)


def _fact(seq: int) -> FactEnter:
    body = msgspec.Raw(b'{"branches":[{"branch":"","reported":%d}]}' % seq)
    return FactEnter(
        spool="s1", seq=seq, session="q4", entered_utc=UTC, kind="point.checked_in", body=body
    )


def _plain(event: Event) -> Step:
    match event:
        case Send(message=FactEnter(seq=seq)):
            return {"event": "send", "fact": seq}
        case Send():
            return {"event": "send", "message": json.loads(msgspec.json.encode(event.message))}
        case Opened():
            return {"event": "opened", "version": event.welcome.version}
        case FactRecorded():
            return {"event": "recorded", "seq": event.acked.seq}
        case ReportDue():
            return {"event": "report_due", "seq": event.seq}
        case ProbeDue():
            return {"event": "probe_due"}
        case Broken():
            return {"event": "broken", "code": event.code}
        case _:
            [message] = (getattr(event, name) for name in event.__dataclass_fields__)
            return {"event": "heard", "type": message.__struct_config__.tag}


def welcome(have_through: int = 0, version: int = 1, interval: float = 1.0) -> Step:
    """Return a welcome as it travels."""
    session = {"session": "q4", "title": "Quý IV", "phase": "check_in", "broadcast": "off"}
    return {
        "type": "welcome",
        "version": version,
        "boot": "b1",
        "device": "d1",
        "point": {"code": "MH-001", "name": "Phường Dị Sử"},
        "report_interval_s": interval,
        "have_through": have_through,
        "server_utc": UTC,
        "session": {"type": "session.state", **session},
    }


def acked(seq: int, spool: str = "s1") -> Step:
    """Return an ack as it travels."""
    return {"type": "fact.acked", "spool": spool, "seq": seq, "recorded_utc": UTC, "note": None}


def told(at: float, message: Step) -> Step:
    """Return the step of a message that comes."""
    return {"at": at, "do": "message", "message": message}


def stories() -> list[dict[str, Any]]:
    """Return the scripts that a person would think of."""
    opened = {"at": 0.0, "do": "opened"}
    greeted = [opened, told(0.25, welcome())]
    return [
        {
            "name": "no welcome within ten seconds",
            "last_seq": 0,
            "steps": [opened, {"at": 9.999, "do": "timer"}, {"at": 10.0, "do": "timer"}],
        },
        {
            "name": "an ack before the welcome is not allowed",
            "last_seq": 1,
            "steps": [opened, told(0.1, acked(1))],
        },
        {
            "name": "a second welcome is not allowed",
            "last_seq": 0,
            "steps": [*greeted, told(0.5, welcome())],
        },
        {
            "name": "a version that was not offered",
            "last_seq": 0,
            "steps": [opened, told(0.2, welcome(version=2))],
        },
        {
            "name": "what the coordinator has not is sent again, acked or not",
            "last_seq": 5,
            "steps": [
                opened,
                told(0.25, welcome(have_through=3)),
                {"at": 0.3, "do": "read"},
                *[told(0.4, acked(seq)) for seq in (1, 2, 3, 4, 5)],
                {"at": 0.5, "do": "saved", "seq": 6},
                {"at": 0.5, "do": "read"},
            ],
        },
        {
            "name": "no ack within ten seconds",
            "last_seq": 2,
            "steps": [
                *greeted,
                {"at": 1.0, "do": "read"},
                told(2.0, acked(2)),
                {"at": 10.9, "do": "timer"},
                {"at": 11.0, "do": "timer"},
            ],
        },
        {
            "name": "two hundred facts go in windows of sixty-four, then fifteen a second",
            "last_seq": 200,
            "steps": [
                *greeted,
                {"at": 0.5, "do": "read"},
                *[told(0.75, acked(seq)) for seq in range(1, 65)],
                *[{"at": 1.0 + n / 2, "do": "read"} for n in range(12)],
            ],
        },
        {
            "name": "probes and their answers",
            "last_seq": 0,
            "steps": [
                *greeted,
                {"at": 0.25, "do": "timer"},
                {"at": 0.3, "do": "probe", "wall_ms": 1000.5},
                told(0.4, {"type": "clock.answer", "sent_ms": 1.0, "received_ms": 2.0,
                           "answered_ms": 3.0}),
                told(0.5, {"type": "clock.answer", "sent_ms": 1000.5, "received_ms": 2.0,
                           "answered_ms": 3.0}),
                {"at": 10.25, "do": "timer"},
                {"at": 30.0, "do": "timer"},
                {"at": 31.0, "do": "closed"},
                told(31.5, acked(1)),
            ],
        },
    ]  # fmt: skip


def walk(seed: int) -> dict[str, Any]:
    """Return a random script, greeted at once."""
    draw = random.Random(seed)
    last_seq = seq = draw.randrange(0, 90)
    greeting = welcome(draw.randrange(0, seq + 1), interval=draw.choice((0.05, 1.0, 99.0)))
    at, acks = 0.3, 0
    steps: list[Step] = [{"at": 0.0, "do": "opened"}, told(at, greeting)]
    while len(steps) < 60:
        at += draw.choice((0.0, 0.01, 0.2, 0.73))
        match draw.randrange(6):
            case 0:
                seq += draw.randrange(1, 4)
                steps.append({"at": at, "do": "saved", "seq": seq})
            case 1 | 2:
                steps.append({"at": at, "do": "read"})
            case 3:
                steps.append({"at": at, "do": "timer"})
            case 4:
                steps.append({"at": at, "do": "probe", "wall_ms": 1e12 + at * 1000})
            case _:
                # Mostly in order, so that the window moves on; some of nothing that was sent.
                for _ in range(draw.randrange(1, 16)):
                    acks += 1
                    steps.append(told(at, acked(draw.choice((acks, acks, acks, seq + 1)))))
    return {"name": f"walk {seed}", "last_seq": last_seq, "steps": steps}


def vectors() -> list[dict[str, Any]]:
    """Return all scripts, each step with what the machine answers."""
    # Stories share steps; their answers they do not.
    made: list[dict[str, Any]] = json.loads(
        json.dumps([*stories(), *(walk(seed) for seed in range(12))])
    )
    for script in made:
        player = Player(script["last_seq"])
        for step in script["steps"]:
            step["then"] = player.play(step)
    return made


def main() -> None:
    """Write the file that node and Python read."""
    lines = ",\n".join(json.dumps(script, ensure_ascii=False) for script in vectors())
    FILE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
