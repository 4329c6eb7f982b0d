"""What a fleet is to be: its configuration file, checked. Pure: no I/O.

{"server": "http://127.0.0.1:8080", "data": "fleet-data", "seed": 7, "workers": 2,
 "auto_seconds": null,
 "halls": [{"code": "MH-001", "join_code": "K7PM-2Q9X",
            "branches": [{"name": "Chi bộ 1", "expected": 76}],
            "in_charge": {"name": "Nguyễn Văn An", "phone": "0912 345 678"}}]}
"""

import math
from typing import Annotated

import msgspec

from signaling.entry import PersonEntry
from signaling.schema import Code, Name, People, Wire

from ..errors import ConfigInvalid

# Without auto_seconds a life unfolds within the ten minutes somebody watches a demo.
LIFE_S = 600.0

# Of an automatic run, how much is left for turns of full decoding after halls have come.
USEFUL_SHARE = 0.7

Length = Annotated[float, msgspec.Meta(ge=5, le=86_400)]


class BranchPlan(Wire, frozen=True, kw_only=True):
    """A branch that meets at the hall."""

    name: Name
    expected: People


class HallPlan(Wire, frozen=True, kw_only=True):
    """One hall."""

    code: Code
    join_code: str | None = None
    "For single use; None when the hall's folder already holds a credential."
    branches: Annotated[tuple[BranchPlan, ...], msgspec.Meta(min_length=1, max_length=200)]
    in_charge: PersonEntry | None = None


class RotationPlan(Wire, frozen=True, kw_only=True):
    """Who decodes every frame."""

    size: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 5
    "At least so many halls at a time."
    turn_s: Annotated[float, msgspec.Meta(ge=1, le=3_600)] = 10.0


class FleetPlan(Wire, frozen=True, kw_only=True):
    """The whole fleet."""

    server: str
    data: str
    "Folder; each hall has one of its own below it, with its credential and its spool."
    halls: Annotated[tuple[HallPlan, ...], msgspec.Meta(min_length=1, max_length=10_000)]
    seed: int = 7
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    auto_seconds: Length | None = None
    "Lives are compressed to this length, and whoever waits to be called comes unasked."
    rotation: RotationPlan | None = None
    story: bool = True
    "False: every hall is on time and nothing befalls it but what is ordered."
    media: bool = True
    "False: halls that only talk, for measuring what talking costs."

    @property
    def length_s(self) -> float:
        """How long the lives take to unfold."""
        return self.auto_seconds or LIFE_S

    @property
    def turns(self) -> RotationPlan:
        """The rotation as wished, or one that gives every hall its turn within the run."""
        if self.rotation is not None:
            return self.rotation
        if self.auto_seconds is None:
            return RotationPlan()
        turn_s = min(10.0, max(4.0, self.auto_seconds / 12))
        turns = max(1.0, USEFUL_SHARE * self.auto_seconds / turn_s)
        return RotationPlan(size=max(5, math.ceil(len(self.halls) / turns)), turn_s=turn_s)


def decode_plan(text: bytes) -> FleetPlan:
    """Read a configuration.

    Raises:
        ConfigInvalid: If it breaks the schema, or a hall is named twice.

    """
    try:
        plan = msgspec.json.decode(text, type=FleetPlan)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ConfigInvalid(str(error)) from error
    codes = [hall.code for hall in plan.halls]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ConfigInvalid(f"named twice: {', '.join(twice[:5])}")
    return plan


def split(halls: tuple[HallPlan, ...], workers: int) -> list[tuple[HallPlan, ...]]:
    """Deal the halls to so many processes, none of them without a hall."""
    shares = [halls[n::workers] for n in range(workers)]
    return [share for share in shares if share]
