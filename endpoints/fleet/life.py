"""The life of a simulated hall: when it comes and what befalls it. Pure: no I/O.

``cast`` gives every hall of a fleet its part, ``write_life`` the script of one. Both draw from a
source of numbers the caller seeds, so the same seed tells the same story.

    on time   most                            late       some, after a fifth of the run
    very late a few, about half way           absent     one or two: not before they are called

Of those on time, some have a poor line for a while, some lose their power and come back, some
report a wrong head count and correct it later. A few have a flaw that the preflight finds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from signaling.entry import BranchCount
from signaling.schema import Wire

from .flaw import Flaw
from .plan import BranchPlan

Draw = Callable[[], float]
"Returns the next number of a uniform distribution over 0 <= x < 1."


class Part(StrEnum):
    """When a hall comes."""

    ON_TIME = "on_time"
    LATE = "late"
    VERY_LATE = "very_late"
    ABSENT = "absent"


class Mishap(StrEnum):
    """What befalls a hall that was on time."""

    NONE = "none"
    POOR_LINE = "poor_line"
    POWER_CUT = "power_cut"
    WRONG_COUNT = "wrong_count"


class Role(Wire, frozen=True, kw_only=True):
    """A hall's part in the story of its fleet."""

    part: Part = Part.ON_TIME
    mishap: Mishap = Mishap.NONE
    flaw: Flaw = Flaw.NONE
    "What its preflight will find."


# Arrival, as shares of the run.
ARRIVAL = {
    Part.ON_TIME: (0.0, 0.15),
    Part.LATE: (0.2, 0.35),
    Part.VERY_LATE: (0.45, 0.6),
    Part.ABSENT: (0.7, 0.75),
}
# How many of the fleet, the rest is on time and undisturbed.
LATE_SHARE, VERY_LATE_SHARE = 0.15, 0.04
MISHAP_SHARE = {Mishap.POOR_LINE: 0.08, Mishap.POWER_CUT: 0.05, Mishap.WRONG_COUNT: 0.06}
FLAW_SHARE = {flaw: 0.01 for flaw in Flaw if flaw is not Flaw.NONE}
SMALLEST_DRAMA = 5
"A smaller fleet is on time and undisturbed: a test of one hall wants no story."


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInNow:
    """Report these counts."""

    counts: tuple[BranchCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTurns:
    """From now on the line loses this share of the packets and delays the rest."""

    loss_ratio: float
    delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFails:
    """Everything of the hall stops at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReturns:
    """The machine starts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlawMended:
    """Somebody telephoned; the operator put it right and looks again."""


Happening = CheckInNow | LineTurns | PowerFails | PowerReturns | FlawMended


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens to a hall."""

    after_s: float
    "Since the hall came."
    happening: Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The script of one hall."""

    arrives_s: float | None
    "Since the fleet began; None for not before it is called."
    steps: tuple[Step, ...]
    "In the order of their times."
    flaw: Flaw = Flaw.NONE
    "What is wrong from the beginning."


def cast(codes: Sequence[str], draw: Draw) -> dict[str, Role]:
    """Give every hall its part."""
    if len(codes) < SMALLEST_DRAMA:
        return {code: Role() for code in codes}
    left = _shuffled(codes, draw)
    roles: dict[str, Role] = {}
    absent = 1 if len(codes) < 40 else 2
    late, very_late = _some(codes, LATE_SHARE), _some(codes, VERY_LATE_SHARE)
    for part, count in (
        (Part.ABSENT, absent),
        (Part.VERY_LATE, very_late),
        (Part.LATE, late),
    ):
        roles |= {left.pop(): Role(part=part) for _ in range(count)}
    for mishap, share in MISHAP_SHARE.items():
        for _ in range(min(_some(codes, share), len(left))):
            roles[left.pop()] = Role(mishap=mishap)
    for flaw, share in FLAW_SHARE.items():
        # At least half of the halls have nothing to tell.
        for _ in range(min(_some(codes, share), len(left) - len(codes) // 2)):
            roles[left.pop()] = Role(flaw=flaw)
    return roles | {code: Role() for code in left}


def write_life(
    role: Role, branches: Sequence[BranchPlan], draw: Draw, *, length_s: float, auto: bool
) -> Life:
    """Write the script of one hall.

    Args:
        role: Its part.
        branches: Who meets there.
        draw: Of this hall alone, so that its life does not hang on the others'.
        length_s: Of the run.
        auto: Whether an absent hall comes without being called.

    """

    def between(low: float, high: float) -> float:
        return (low + (high - low) * draw()) * length_s

    arrives_s: float | None = between(*ARRIVAL[role.part])
    check_in_s = between(0.03, 0.1)
    counts = tuple(count_heads(branch, draw) for branch in branches)
    wrong = role.mishap is Mishap.WRONG_COUNT
    first = (miscount(counts[0], draw), *counts[1:]) if wrong else counts
    steps = [Step(after_s=check_in_s, happening=CheckInNow(counts=first))]
    begins_s, lasts_s = between(0.25, 0.35), between(0.2, 0.3)
    match role.mishap:
        case Mishap.WRONG_COUNT:
            steps.append(Step(after_s=begins_s, happening=CheckInNow(counts=counts)))
        case Mishap.POOR_LINE:
            poor = LineTurns(loss_ratio=0.03 + 0.09 * draw(), delay_s=0.15 + 0.25 * draw())
            good = LineTurns(loss_ratio=0.0, delay_s=0.0)
            steps.append(Step(after_s=begins_s, happening=poor))
            steps.append(Step(after_s=begins_s + lasts_s, happening=good))
        case Mishap.POWER_CUT:
            steps.append(Step(after_s=begins_s, happening=PowerFails()))
            steps.append(Step(after_s=begins_s + lasts_s, happening=PowerReturns()))
        case Mishap.NONE:
            pass
        case _:  # pragma: no cover
            assert_never(role.mishap)
    if role.flaw is not Flaw.NONE:
        steps.append(Step(after_s=between(0.4, 0.5), happening=FlawMended()))
    waits = role.part is Part.ABSENT and not auto
    arrives_s = None if waits else arrives_s
    return Life(arrives_s=arrives_s, steps=tuple(steps), flaw=role.flaw)


def count_heads(branch: BranchPlan, draw: Draw) -> BranchCount:
    """Return a head count as halls report it: nearly all came, most others are excused."""
    missing = min(branch.expected, int(branch.expected * 0.12 * draw() ** 2 + draw()))
    excused = int(missing * (0.5 + 0.5 * draw()) + 0.5)
    guests = 1 + int(3 * draw()) if draw() < 0.1 else 0
    return BranchCount(
        branch=branch.name,
        reported=branch.expected - missing,
        excused=min(missing, excused),
        guests=guests,
    )


def miscount(count: BranchCount, draw: Draw) -> BranchCount:
    """Return the count as somebody mistypes it: a digit too many, or two swapped."""
    digits = str(count.reported)
    swapped = int(digits[1] + digits[0] + digits[2:]) if len(digits) > 1 else count.reported
    wrong = swapped if swapped != count.reported and draw() < 0.6 else count.reported * 10 + 1
    return BranchCount(
        branch=count.branch,
        reported=min(wrong, 1_000_000),
        excused=count.excused,
        guests=count.guests,
    )


def _some(codes: Sequence[str], share: float) -> int:
    return max(1, round(len(codes) * share))


def _shuffled(codes: Sequence[str], draw: Draw) -> list[str]:
    """Fisher and Yates."""
    deck = sorted(codes)
    for last in range(len(deck) - 1, 0, -1):
        other = int(draw() * (last + 1))
        deck[last], deck[other] = deck[other], deck[last]
    return deck
