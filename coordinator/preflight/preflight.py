"""What a point's preflights amount to, and for how long. Pure: no clock, no socket, no task.

A device tells ages, not instants, as its clock may be wrong: ``receive_report`` turns them into
our time. Findings count for an hour. What a phone finds of itself is shown, but says nothing of
the hall's equipment; of several devices with one role the one that looked last counts, so that
a PC that was replaced does not speak for the new one.
"""

from dataclasses import dataclass

from config.thresholds import ReadinessLimits
from config.utc import format_utc, parse_utc
from signaling.messages import PreflightReport
from signaling.preflight import AUDIBLE, RANK, Check, CheckResult, Verdict
from signaling.schema import DeviceRole

from ..fact import Finding, PreflightDone
from ..state import Preflight, State

EQUIPMENT = (DeviceRole.SCREEN, DeviceRole.AGENT)
"Roles whose findings speak for the hall."

ESSENTIAL = frozenset(
    {
        Check.PROGRAMME_TEST,
        Check.UDP,
        Check.BANDWIDTH,
        Check.LOUDSPEAKER,
        Check.DISK,
        Check.VERSIONS,
    }
)
"Without these a hall cannot take part; any other failure only degrades it."

BY_TURNS = AUDIBLE | {Check.BANDWIDTH}
"Checks that are not made in every run, so their age says nothing of the others'."

SAME_S = 2.0
"A finding sent again after a new connection is the same one if it is as old as this says, seconds."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the fresh findings of a point amount to."""

    looked: bool = False
    "Some device of the hall has ever told what it found."
    fresh: bool = False
    "What it found still counts."
    failed: str = ""
    "The gravest check that failed, empty for none."
    essential: bool = False
    "Without it the hall cannot take part."
    until_s: float | None = None
    "When age alone changes this, seconds since 1970; None for never."


def receive_report(
    state: State, point: str, device: str, report: PreflightReport, now_s: float
) -> PreflightDone | None:
    """Return the fact that a report makes, None when it says nothing new.

    Args:
        state: Of the session.
        point: The device's.
        device: Who told it.
        report: Ages in it are by the device's own clock.
        now_s: When it came, seconds since 1970.

    """
    known = state.preflights.get(point, {}).get(device)
    held = known.findings if known else {}
    last = {result.check: result for result in report.checks}
    findings = [_finding(result, report.sent_utc, now_s) for result in last.values()]
    news = [f for f in findings if not _same(held.get(f.check), f)]
    if not news:
        return None
    news.sort(key=lambda f: -RANK[f.verdict])
    return PreflightDone(
        point=point, device=device, run=report.run, order=report.order, findings=tuple(news)
    )


def standing(state: State, point: str, limits: ReadinessLimits, now_s: float) -> Standing:
    """Return what a point's preflights amount to at this moment."""
    preflights = equipment(state, point)
    if not preflights:
        return Standing()
    fresh = [p for p in preflights if _fresh(p, limits, now_s)]
    findings = [
        finding
        for preflight in fresh
        for finding in preflight.findings.values()
        if age_s(finding, now_s) < limits.fresh_s
    ]
    failed = _failed(findings)
    return Standing(
        looked=True,
        fresh=bool(fresh),
        failed=failed[0] if failed else "",
        essential=bool(failed) and failed[0] in ESSENTIAL,
        until_s=min((parse_utc(f.measured_utc) + limits.fresh_s for f in findings), default=None),
    )


def equipment(state: State, point: str) -> list[Preflight]:
    """Return the preflight of each role that speaks for the hall, of who looked last."""
    latest: dict[DeviceRole, Preflight] = {}
    for device, preflight in state.preflights.get(point, {}).items():
        role = state.devices[device].role
        if role in EQUIPMENT and (role not in latest or latest[role].utc < preflight.utc):
            latest[role] = preflight
    return list(latest.values())


def age_s(finding: Finding, now_s: float) -> float:
    """Return how old a finding is, seconds."""
    return max(0.0, now_s - parse_utc(finding.measured_utc))


def in_order(preflight: Preflight) -> list[Finding]:
    """Return the findings as people read them: the worst first, then as ``Check`` lists them."""
    order = {check.value: rank for rank, check in enumerate(Check)}
    return sorted(
        preflight.findings.values(),
        key=lambda f: (-RANK[f.verdict], order.get(f.check, len(order)), f.check),
    )


def _fresh(preflight: Preflight, limits: ReadinessLimits, now_s: float) -> bool:
    """Return whether all that every run looks at is fresh."""
    regular = [f for check, f in preflight.findings.items() if check not in BY_TURNS]
    return bool(regular) and all(age_s(f, now_s) < limits.fresh_s for f in regular)


def _failed(findings: list[Finding]) -> list[str]:
    """Return the checks that failed, what a hall cannot do without first."""
    failed = {f.check for f in findings if f.verdict is Verdict.FAIL}
    around = any(f.check == Check.TCP_TURN and f.verdict is Verdict.OK for f in findings)
    if around:
        failed.discard(Check.UDP)  # the way around the firewall holds
    order = list(Check)
    known = [check.value for check in order if check in failed]
    return sorted(known, key=lambda check: check not in ESSENTIAL)


def _finding(result: CheckResult, sent_utc: str, now_s: float) -> Finding:
    try:
        age = max(0.0, parse_utc(sent_utc) - parse_utc(result.measured_utc))
    except ValueError:  # the 31st of February fits the pattern
        age = 0.0
    return Finding(
        check=result.check,
        verdict=result.verdict,
        why=result.why,
        figure=result.figure,
        unit=result.unit,
        limit=result.limit,
        evidence=result.evidence,
        measured_utc=format_utc(max(0.0, now_s - age)),
    )


def _same(held: Finding | None, told: Finding) -> bool:
    if held is None:
        return False
    apart_s = abs(parse_utc(held.measured_utc) - parse_utc(told.measured_utc))
    return apart_s < SAME_S and _what(held) == _what(told)


def _what(finding: Finding) -> tuple[object, ...]:
    return (finding.verdict, finding.why, finding.figure, finding.limit, finding.evidence)
