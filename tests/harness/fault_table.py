"""About twenty things that can be wrong in a hall, provoked in a running demo, and what is said."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from endpoints.fleet.fault import FAULT_FILE, HallFault
from tests.harness.demo import RunningDemo

Point = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provoked:
    """One row of the table: what is ordered, and what the wall must say."""

    fault: HallFault
    how: str
    says: str
    "Stable code, among the point's reasons or as the reason of its tile."
    aim_s: float
    keeps: bool = False
    "The hall stays verified all the while."


ROWS = (
    Provoked(
        fault=HallFault.NO_PACKETS,
        how="every packet of the programme is lost, the control connection lives",
        says="no_packets",
        aim_s=4,
    ),
    Provoked(
        fault=HallFault.NO_PICTURE,
        how="every packet of the picture is lost",
        says="no_picture",
        aim_s=6,
    ),
    Provoked(
        fault=HallFault.NO_SOUND, how="every packet of the sound is lost", says="no_sound", aim_s=6
    ),
    Provoked(
        fault=HallFault.UNDECODABLE,
        how="the last packet of every picture is lost, and its repairs",
        says="no_frames",
        aim_s=6,
    ),
    Provoked(
        fault=HallFault.FROZEN,
        how="the screen stands, the player goes on naming new frames",
        says="frozen",
        aim_s=6,
    ),
    Provoked(fault=HallFault.STUCK, how="the player stands", says="frozen", aim_s=6),
    Provoked(fault=HallFault.BLACK, how="the screen is black", says="black", aim_s=6),
    Provoked(fault=HallFault.SILENT, how="the player plays silence", says="silent", aim_s=6),
    Provoked(fault=HallFault.MUTED, how="the player is muted", says="muted", aim_s=6),
    Provoked(fault=HallFault.VOLUME_ZERO, how="its volume is zero", says="muted", aim_s=6),
    Provoked(fault=HallFault.PAUSED, how="the player is paused", says="paused", aim_s=6),
    Provoked(fault=HallFault.HIDDEN, how="the page is hidden", says="hidden", aim_s=6),
    Provoked(
        fault=HallFault.OLD_LOOP,
        how="the screen repeats the last half minute of the same programme",
        says="wrong_picture",
        aim_s=10,
    ),
    Provoked(
        fault=HallFault.OTHER_PICTURE,
        how="a screensaver, under the programme's timestamps",
        says="wrong_picture",
        aim_s=10,
    ),
    Provoked(fault=HallFault.OTHER_SOUND, how="another sound", says="wrong_sound", aim_s=10),
    Provoked(
        fault=HallFault.NO_CALLBACK,
        how="a browser that cannot say what it shows",
        says="no_frame_callback",
        aim_s=10,
    ),
    Provoked(
        fault=HallFault.LOSSY_LINE,
        how="a lossy line: 8 % of the packets lost, 150 ms round trip; the hall stays verified",
        says="loss_high",
        aim_s=10,
        keeps=True,
    ),
)


@dataclass(slots=True)
class Outcome:
    """What became of one row in one hall."""

    detected_s: float | None = None
    cleared_s: float | None = None
    said: set[str] = field(default_factory=set)
    "Everything that was said between the order and its end."
    kept: bool = True
    "It was proven in every look until then."
    left: set[str] = field(default_factory=set)
    "What was still said when it was last looked at."


def says(point: Point) -> set[str]:
    """Return every code a point's tile and reasons show."""
    return {point["why"], *point["reasons"]}


def against(point: Point) -> set[str]:
    """Return what is said against a point's reception; preflights found what they found."""
    return {code for code in point["reasons"] if not code.startswith("preflight_")}


def is_proven(point: Point) -> bool:
    """Tell whether a point is known to get the programme."""
    return point["reception"] in ("verified", "confirmed_in_room")


def order(data: Path, faults: dict[str, HallFault]) -> None:
    """Have these and no other faults be in a demo's halls."""
    file = data / "fleet" / FAULT_FILE
    temporary = file.with_suffix(".new")
    temporary.write_bytes(msgspec.json.encode(faults))
    temporary.replace(file)


async def provoke(
    demo: RunningDemo, faults: dict[str, Provoked], patience_s: float
) -> dict[str, Outcome]:
    """Order a fault in each hall, wait until each is said, take them back, wait until all is well.

    Args:
        demo: Whose halls are all verified now.
        faults: By code of the hall.
        patience_s: How long to wait for the words, and again for their end.

    """
    outcomes = {code: Outcome() for code in faults}
    began = time.monotonic()
    order(demo.data, {code: row.fault for code, row in faults.items()})

    def detect(code: str, point: Point) -> bool:
        outcome = outcomes[code]
        if outcome.detected_s is None:
            outcome.said |= says(point)
            outcome.kept = outcome.kept and is_proven(point)
            if faults[code].says in says(point):
                outcome.detected_s = time.monotonic() - began
        return outcome.detected_s is not None

    await _watch(demo, detect, faults, patience_s)
    ended = time.monotonic()
    order(demo.data, {})

    def clear(code: str, point: Point) -> bool:
        outcome = outcomes[code]
        outcome.left = says(point)
        if outcome.cleared_s is None and is_proven(point) and not against(point):
            outcome.cleared_s = time.monotonic() - ended
        return outcome.cleared_s is not None

    await _watch(demo, clear, faults, 2 * patience_s)
    return outcomes


async def _watch(
    demo: RunningDemo,
    done: Callable[[str, Point], bool],
    codes: dict[str, Provoked],
    patience_s: float,
) -> None:
    """Look at the points ten times a second until all are done or patience ends."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        points = await demo.points()
        if points and all([done(code, points[code]) for code in codes]):
            return
        await asyncio.sleep(0.1)
