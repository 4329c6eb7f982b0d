"""Points over HTTP."""

import time

from config.thresholds import ReadinessLimits
from config.utc import format_utc
from signaling.preflight import Verdict
from signaling.schema import Decoding, DeviceRole, Presence, Readiness, Reception, Wire
from signaling.watch import PeopleView, PointView, Tile

from ..errors import Refused
from ..fact import Finding
from ..policy import Action
from ..preflight.preflight import age_s, in_order
from .context import CONTEXT
from .route import Call, Route


class BranchAnswer(Wire, frozen=True, kw_only=True):
    """A branch that sits at the point."""

    name: str
    expected: int
    reported: int | None
    excused: int
    guests: int


class FindingAnswer(Wire, frozen=True, kw_only=True):
    """What one check found: verdict, figure against limit, evidence, and since when."""

    check: str
    verdict: Verdict
    why: str
    figure: float | None
    unit: str
    limit: float | None
    evidence: str
    measured_utc: str
    fresh: bool
    "It still counts."


class PreflightAnswer(Wire, frozen=True, kw_only=True):
    """What one device found of itself, the worst first."""

    device: str
    role: DeviceRole
    utc: str
    testing: bool
    "It has its turn to test its bandwidth now."
    findings: tuple[FindingAnswer, ...]


class PointAnswer(Wire, frozen=True, kw_only=True):
    """A point on its four axes."""

    code: str
    name: str
    unit: str
    kind: str
    provider: str
    main: bool
    presence: Presence
    readiness: Readiness
    reception: Reception
    decoding: Decoding
    tile: Tile
    why: str
    since_utc: str
    reasons: tuple[str, ...]
    attendance: PeopleView
    branches: tuple[BranchAnswer, ...] = ()
    preflight: tuple[PreflightAnswer, ...] = ()
    "What its devices found of themselves; in the answer of one point only."


class Points(Wire, frozen=True, kw_only=True):
    """All points in the order of their codes."""

    points: tuple[PointAnswer, ...]


async def read_points(call: Call) -> Points:
    """Answer every point."""
    await call.runtime.settled()
    codes = sorted(call.runtime.state.points)
    return Points(points=tuple(_answer(call, code, ()) for code in codes))


async def read_point(call: Call) -> PointAnswer:
    """Answer one point with its branches."""
    await call.runtime.settled()
    code, state = call.path("code"), call.runtime.state
    if code not in state.points:
        raise Refused("unknown_point", f"no point {code}")
    session = state.session
    attendance = state.attendance.get((session.id, code)) if session else None
    counts = {count.branch: count for count in attendance.branches} if attendance else {}
    branches = []
    for branch in state.points[code].branches:
        count = counts.get(branch.name)
        branches.append(
            BranchAnswer(
                name=branch.name,
                expected=branch.expected,
                reported=count.reported if count else None,
                excused=count.excused if count else 0,
                guests=count.guests if count else 0,
            )
        )
    return _answer(call, code, tuple(branches), _preflights(call, code))


def _preflights(call: Call, code: str) -> tuple[PreflightAnswer, ...]:
    state, now_s = call.runtime.state, time.time()
    testing = call.request.app[CONTEXT].testing()
    return tuple(
        PreflightAnswer(
            device=device,
            role=state.devices[device].role,
            utc=preflight.utc,
            testing=device in testing,
            findings=tuple(_finding(finding, now_s) for finding in in_order(preflight)),
        )
        for device, preflight in state.preflights.get(code, {}).items()
    )


def _finding(finding: Finding, now_s: float) -> FindingAnswer:
    return FindingAnswer(
        check=finding.check,
        verdict=finding.verdict,
        why=finding.why,
        figure=finding.figure,
        unit=finding.unit,
        limit=finding.limit,
        evidence=finding.evidence,
        measured_utc=finding.measured_utc,
        fresh=age_s(finding, now_s) < ReadinessLimits().fresh_s,
    )


def _answer(
    call: Call,
    code: str,
    branches: tuple[BranchAnswer, ...],
    preflight: tuple[PreflightAnswer, ...] = (),
) -> PointAnswer:
    view: PointView = call.request.app[CONTEXT].point_view(code)
    return PointAnswer(
        code=code,
        name=view.name,
        unit=view.unit,
        kind=view.kind,
        provider=view.provider,
        main=view.main,
        presence=view.presence,
        readiness=view.readiness,
        reception=view.reception,
        decoding=view.decoding,
        tile=view.tile,
        why=view.why,
        since_utc=format_utc(view.since / 1000),
        reasons=view.reasons,
        attendance=view.attendance,
        branches=branches,
        preflight=preflight,
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/points",
        handler=read_points,
        summary="All points on their four axes",
        action=Action.LOOK,
        answer=Points,
    ),
    Route(
        method="GET",
        path="/api/v1/points/{code}",
        handler=read_point,
        summary="One point, with its branches and the evidence of its preflights",
        action=Action.LOOK,
        answer=PointAnswer,
        problems=("unknown_point",),
    ),
)
