"""Who is here, over HTTP: the sums by unit, branch and point, all rolls side by side."""

from signaling.roll import Excuses
from signaling.schema import Phase, RollStage, Wire

from ..attendance.conflict import conflicts
from ..attendance.fact import BranchRoll
from ..attendance.register import Correction, Register, Roll
from ..attendance.roll import rolls_of
from ..attendance.total import Account, Sum, account, add
from ..policy import Action
from ..runtime import Runtime
from ..state import Session
from .context import CONTEXT
from .route import Call, Route
from .sitting import QUERY, session_of, sitting


class SumAnswer(Wire, frozen=True, kw_only=True):
    """People at the check-in, or at one roll call."""

    expected: int
    reported: int | None
    present: int | None
    "In their own hall."
    attended: int | None
    "Wherever: what counts against ``expected``."
    excused: int
    exempt: int
    guests: int
    elsewhere: int
    made_up: int
    late: int
    left_early: int
    branches: int
    answered: int
    corrected: int
    excuses: Excuses
    "Why, of those excused whose reason was asked."


class RollAnswer(Wire, frozen=True, kw_only=True):
    """A roll call; ``closed_by`` and ``frozen`` are set when it is closed."""

    roll: int
    stage: RollStage
    opens_utc: str | None
    closes_utc: str | None
    opened_utc: str | None
    closed_utc: str | None
    closed_by: str | None
    points_answered: int
    total: SumAnswer
    frozen: "FrozenAnswer | None"


class FrozenAnswer(Wire, frozen=True, kw_only=True):
    """The numbers a roll call was closed with."""

    expected: int
    attended: int
    excused: int
    guests: int
    points: int


class BranchLine(Wire, frozen=True, kw_only=True):
    """A branch; its name is empty for what is known of its point only."""

    branch: str
    check_in: SumAnswer
    rolls: tuple[SumAnswer, ...]


class PointLine(Wire, frozen=True, kw_only=True):
    """A point. Whom to call: only for those who may read names."""

    code: str
    name: str
    unit: str
    main: bool
    checked_in: bool
    contact_name: str | None
    contact_phone: str | None
    check_in: SumAnswer
    rolls: tuple[SumAnswer, ...]
    branches: tuple[BranchLine, ...]


class UnitLine(Wire, frozen=True, kw_only=True):
    """A unit: the sum of its points."""

    unit: str
    points: int
    check_in: SumAnswer
    rolls: tuple[SumAnswer, ...]


class LineAnswer(Wire, frozen=True, kw_only=True):
    """A share that is asked for, and how many are missing to it now."""

    share: float
    need: int
    missing: int


class CorrectionLine(Wire, frozen=True, kw_only=True):
    """A number that changed after its roll call was closed, or that the centre entered."""

    n: int
    utc: str
    by: str
    roll: int
    point: str
    branch: str
    before: int | None
    after: int | None


class AttendanceAnswer(Wire, frozen=True, kw_only=True):
    """All sums of a session."""

    session: str
    title: str
    start_utc: str
    phase: Phase
    chair: str | None
    now_utc: str
    current_roll: int | None
    points_reported: int
    rolls: tuple[RollAnswer, ...]
    lines: tuple[LineAnswer, ...]
    total: SumAnswer
    "At the check-in."
    units: tuple[UnitLine, ...]
    points: tuple[PointLine, ...]
    corrections: tuple[CorrectionLine, ...]
    conflicts_open: int
    kept_open: int
    names: bool
    "Whether the deployment keeps members' names."


async def read_attendance(call: Call) -> AttendanceAnswer:
    """Answer all sums of a session."""
    await call.runtime.settled()
    return attendance_answer(call, session_of(call))


def attendance_answer(call: Call, session: Session) -> AttendanceAnswer:
    """Return all sums of a session, for answers and files alike."""
    runtime, context = call.runtime, call.request.app[CONTEXT]
    state, names = runtime.state, call.caller.may(Action.READ_NAMES)
    rolls = rolls_of(state, session.id, context.rolls)
    checked = account(sitting(call, session, None), state.points)
    called = [account(sitting(call, session, roll.roll), state.points) for roll in rolls]
    register = state.registers.get(session.id) or Register()
    chair = runtime.person(session.chair) if names else None
    now = register.current_roll
    judged = checked if now is None else called[now - 1]
    return AttendanceAnswer(
        session=session.id,
        title=session.title,
        start_utc=session.start_utc,
        phase=session.phase,
        chair=chair.name if chair else None,
        now_utc=runtime.now_utc(),
        current_roll=now,
        points_reported=sum(one.reported is not None for one in checked.points.values()),
        rolls=tuple(_roll(roll, sums) for roll, sums in zip(rolls, called, strict=True)),
        lines=tuple(_line(share, judged.total) for share in context.lines),
        total=sum_answer(checked.total),
        units=_units(call, checked, called),
        points=tuple(_point(call, code, checked, called) for code in checked.points),
        corrections=tuple(_correction(runtime, one) for one in register.corrections),
        conflicts_open=sum(
            one.decision is None for one in conflicts(sitting(call, session, now), state.points)
        ),
        kept_open=sum(
            row.session in (session.id, None) and n not in state.settled
            for n, row in state.kept.items()
        ),
        names=context.names_allowed,
    )


def sum_answer(sums: Sum) -> SumAnswer:
    """Return a sum as it is answered."""
    return SumAnswer(
        expected=sums.expected,
        reported=sums.reported,
        present=sums.present,
        attended=sums.attended,
        excused=sums.excused,
        exempt=sums.exempt,
        guests=sums.guests,
        elsewhere=sums.elsewhere,
        made_up=sums.made_up,
        late=sums.late,
        left_early=sums.left_early,
        branches=sums.branches,
        answered=sums.answered,
        corrected=sums.corrected,
        excuses=dict(sums.excuses),
    )


def name_of(runtime: Runtime, actor: str) -> str:
    """Return what an actor of the journal is called."""
    kind, _, id_ = actor.partition(":")
    token, user = runtime.state.tokens.get(id_), runtime.state.accounts.users.get(id_)
    if kind == "token" and token is not None:
        return token.name
    person = runtime.person(user.person) if kind == "user" and user is not None else None
    return person.name if person is not None else actor


def _roll(roll: Roll, sums: Account) -> RollAnswer:
    closing = roll.closing
    return RollAnswer(
        roll=roll.roll,
        stage=roll.stage,
        opens_utc=roll.opens_utc,
        closes_utc=roll.closes_utc,
        opened_utc=roll.opened_utc,
        closed_utc=roll.closed_utc,
        closed_by=closing.name if closing else None,
        points_answered=sums.points_answered,
        total=sum_answer(sums.total),
        frozen=None
        if closing is None
        else FrozenAnswer(
            expected=closing.expected,
            attended=closing.attended,
            excused=closing.excused,
            guests=closing.guests,
            points=closing.points,
        ),
    )


def _line(share: float, sums: Sum) -> LineAnswer:
    have = sums.reported if sums.attended is None else sums.attended
    # 0.9 * 50 is 45.000000000000004 to a machine.
    need = -int(-round(share * sums.expected, 6) // 1)
    return LineAnswer(share=share, need=need, missing=max(0, need - (have or 0)))


def _units(call: Call, checked: Account, called: list[Account]) -> tuple[UnitLine, ...]:
    points = call.runtime.state.points.values()
    return tuple(
        UnitLine(
            unit=unit,
            points=sum(point.unit == unit for point in points),
            check_in=sum_answer(checked.units[unit]),
            rolls=tuple(sum_answer(one.units[unit]) for one in called),
        )
        for unit in sorted(checked.units)
    )


def _point(call: Call, code: str, checked: Account, called: list[Account]) -> PointLine:
    runtime = call.runtime
    point = runtime.state.points[code]
    contact = runtime.person(point.contact) if call.caller.may(Action.READ_NAMES) else None
    return PointLine(
        code=code,
        name=point.name,
        unit=point.unit,
        main=point.main,
        checked_in=checked.points[code].reported is not None,
        contact_name=contact.name if contact else None,
        contact_phone=contact.phone if contact else None,
        check_in=sum_answer(checked.points[code]),
        rolls=tuple(sum_answer(one.points[code]) for one in called),
        branches=_branches(code, checked, called),
    )


def _branches(code: str, checked: Account, called: list[Account]) -> tuple[BranchLine, ...]:
    columns = [_by_branch(one, code) for one in (checked, *called)]
    names = dict.fromkeys(name for column in columns for name in column)
    return tuple(
        BranchLine(
            branch=name,
            check_in=sum_answer(columns[0].get(name, Sum())),
            rolls=tuple(sum_answer(column.get(name, Sum())) for column in columns[1:]),
        )
        for name in names
    )


def _by_branch(sums: Account, code: str) -> dict[str, Sum]:
    found: dict[str, Sum] = {}
    for row in sums.by_point[code]:
        found[row.branch] = add([found[row.branch], row.sum]) if row.branch in found else row.sum
    return found


def _correction(runtime: Runtime, one: Correction) -> CorrectionLine:
    return CorrectionLine(
        n=one.n,
        utc=one.utc,
        by=name_of(runtime, one.actor),
        roll=one.roll,
        point=one.point,
        branch=one.branch,
        before=_present(one.before),
        after=_present(one.after),
    )


def _present(count: BranchRoll | None) -> int | None:
    return None if count is None else count.present


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/session/attendance",
        handler=read_attendance,
        summary="Who is here, by unit, point and branch, all roll calls side by side",
        action=Action.LOOK,
        query=QUERY,
        answer=AttendanceAnswer,
        problems=("no_session", "unknown_session"),
    ),
)
