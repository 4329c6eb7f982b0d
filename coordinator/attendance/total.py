"""The sums of a session, by branch, point and unit. Pure: no I/O.

Every number belongs to one row, a branch at a point, and every sum is a sum of rows: so what
branches, units and points come to is always the same. Whoever sits elsewhere is in his home's
row, as ``elsewhere``; heads that no branch has named are in the point's row without a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from signaling.roll import Excuse

from ..fact import Branch, PointEntered
from .fact import BranchAttendance, BranchRoll
from .seat import Sitting, credits_of

UNNAMED = ""
"The branch of what is known of a point only."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Numbers of people. None: nobody has said so yet."""

    expected: int = 0
    reported: int | None = None
    "Present at the check-in."
    present: int | None = None
    "At the roll call, in their own hall."
    excused: int = 0
    exempt: int = 0
    "Exempt, and here all the same."
    guests: int = 0
    "Members of other units who sit here."
    elsewhere: int = 0
    "Of our own, seated and counted in another hall."
    made_up: int = 0
    "Of our own, made up for this session at a later one."
    late: int = 0
    left_early: int = 0
    branches: int = 0
    answered: int = 0
    "Branches that answered the roll call, or the check-in where no roll is meant."
    corrected: int = 0
    "Branches whose numbers changed after the roll call was closed."
    excuses: Mapping[Excuse, int] = field(default_factory=dict)
    "Why, of those excused whose reason was asked."

    @property
    def attended(self) -> int | None:
        """Members who attended, wherever: what counts against ``expected``."""
        if self.present is None and not self.elsewhere:
            return None
        return (self.present or 0) + self.elsewhere

    @property
    def seated(self) -> int:
        """Heads in the hall."""
        here = self.reported if self.present is None else self.present
        return (here or 0) + self.exempt + self.guests

    @property
    def unexplained(self) -> int:
        """Expected, and neither here nor excused nor elsewhere; of those who answered."""
        return max(0, self.expected - (self.attended or 0) - self.excused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One branch at one point."""

    point: str
    branch: str
    sum: Sum
    excess: int = 0
    "Credited from elsewhere beyond what is expected; not counted until somebody decides."
    recorded_utc: str = ""


_NAMES = tuple(one.name for one in fields(Sum) if one.name != "excuses")


def add(sums: Iterable[Sum]) -> Sum:
    """Return the sum of sums; None only where all are."""
    listed = list(sums)
    values: dict[str, int | None] = {}
    for name in _NAMES:
        known = [value for value in (getattr(one, name) for one in listed) if value is not None]
        optional = name in ("reported", "present") and not known
        values[name] = None if optional else sum(known)
    excuses: dict[Excuse, int] = {}
    for one in listed:
        for why, people in one.excuses.items():
            excuses[why] = excuses.get(why, 0) + people
    return Sum(**values, excuses=excuses)  # type: ignore[arg-type]  # only the two may be None


def over_key(point: str, branch: str) -> str:
    """Return the name of the conflict of a branch with more credits than members."""
    return f"over/{point}/{branch}"


def point_rows(sitting: Sitting, point: PointEntered, *, live: bool = False) -> list[Row]:
    """Return the rows of a point; ``live`` takes the check-in where no roll was answered."""
    state, code = sitting.state, point.code
    attendance = state.attendance.get((sitting.session, code))
    reported = {c.branch: c for c in attendance.branches} if attendance else {}
    credited = credits_of(sitting, code)
    known = {branch.name: branch for branch in point.branches}
    sheets = sitting.register.sheets.get((sitting.roll or 0, code), {})
    only = point.branches[0].name if len(point.branches) == 1 else UNNAMED
    elsewhere = _named(credited.elsewhere, only)
    made_up = _named(credited.made_up, only)
    names = dict.fromkeys([*known, *reported, *sheets, *elsewhere, *made_up])
    rows = []
    for name in names:
        sheet = sheets.get(name)
        value = sheet.value if sheet is not None else None
        rows.append(
            _row(
                sitting,
                (code, known.get(name) or Branch(name=name, members=0)),
                _Said(
                    reported=reported.get(name),
                    roll=value,
                    frozen=sheet.frozen if sheet is not None else None,
                    moved_out=credited.moved_out.get(name, 0),
                    elsewhere=elsewhere.get(name, 0),
                    made_up=made_up.get(name, 0),
                    live=live,
                    listed=name in known,
                    recorded_utc=sheet.recorded_utc if sheet is not None else "",
                ),
            )
        )
    extra = credited.identified - sum(row.sum.guests for row in rows)
    if extra > 0:
        rows.append(Row(point=code, branch=UNNAMED, sum=Sum(guests=extra)))
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """All that bears on one row."""

    reported: BranchAttendance | None
    roll: BranchRoll | None
    frozen: BranchRoll | None
    moved_out: int
    elsewhere: int
    made_up: int
    live: bool
    listed: bool
    recorded_utc: str


def _row(sitting: Sitting, place: tuple[str, Branch], said: _Said) -> Row:
    code, branch = place
    by_roll = sitting.roll is not None
    present = max(0, said.roll.present - said.moved_out) if said.roll is not None else None
    rest = said.roll if by_roll and not (said.live and said.roll is None) else said.reported
    room = max(0, branch.expected - (present or 0))
    decided = sitting.register.decisions.get(over_key(code, branch.name))
    accepted = decided is not None and decided.decision == "accept"
    # A branch we know nothing of has no members to compare with.
    elsewhere = said.elsewhere if accepted or not said.listed else min(said.elsewhere, room)
    closed = by_roll and _closed(sitting)
    return Row(
        point=code,
        branch=branch.name,
        excess=said.elsewhere - elsewhere,
        recorded_utc=said.recorded_utc,
        sum=Sum(
            expected=branch.expected,
            reported=said.reported.reported if said.reported is not None else None,
            present=present,
            excused=rest.excused if rest is not None else 0,
            exempt=rest.exempt if rest is not None else 0,
            guests=rest.guests if rest is not None else 0,
            elsewhere=elsewhere,
            made_up=said.made_up,
            late=rest.late if rest is not None else 0,
            left_early=rest.left_early if rest is not None else 0,
            branches=int(said.listed),
            answered=int(said.listed and (said.roll if by_roll else said.reported) is not None),
            corrected=int(closed and said.roll != said.frozen),
            excuses=rest.excuses if rest is not None else {},
        ),
    )


def _closed(sitting: Sitting) -> bool:
    roll = sitting.register.rolls.get(sitting.roll or 0)
    return roll is not None and roll.closed_utc is not None


def _named(by_branch: Mapping[str, int], only: str) -> dict[str, int]:
    """Return counts with the point's only branch for those without a name."""
    found: dict[str, int] = {}
    for name, people in by_branch.items():
        found[name or only] = found.get(name or only, 0) + people
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything that is summed of a session at one roll call."""

    by_point: Mapping[str, tuple[Row, ...]]
    points: Mapping[str, Sum]
    units: Mapping[str, Sum]
    total: Sum

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(row for rows in self.by_point.values() for row in rows)

    @property
    def points_answered(self) -> int:
        """Points all of whose branches answered."""
        return sum(one.branches == one.answered for one in self.points.values())


def account(sitting: Sitting, roster: Mapping[str, PointEntered]) -> Account:
    """Return all sums; points and units in the order of their codes and names."""
    rows: dict[str, tuple[Row, ...]] = {}
    points: dict[str, Sum] = {}
    by_unit: dict[str, list[Sum]] = {}
    for code in sorted(roster):
        rows[code] = tuple(point_rows(sitting, roster[code]))
        points[code] = add(row.sum for row in rows[code])
        by_unit.setdefault(roster[code].unit, []).append(points[code])
    units = {unit: add(sums) for unit, sums in by_unit.items()}
    return Account(by_point=rows, points=points, units=units, total=add(points.values()))
