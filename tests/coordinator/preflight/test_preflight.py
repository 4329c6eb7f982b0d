import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import ReadinessLimits
from config.utc import format_utc, parse_utc
from coordinator.fact import DeviceEnrolled, DeviceRevoked, PreflightDone
from coordinator.preflight.preflight import ESSENTIAL, Standing, in_order, receive_report, standing
from signaling.messages import PreflightReport
from signaling.preflight import AUDIBLE, RANK, WHYS, Check, CheckResult, Verdict, worst
from signaling.schema import DeviceRole
from tests.harness.facts import START_S, Chronicle, point

LIMITS = ReadinessLimits()
WRONG_S = 90.0
"The device's clock is ahead by so much; nothing may depend on it."


def enrolled(device: str = "d1", role: DeviceRole = DeviceRole.AGENT) -> DeviceEnrolled:
    return DeviceEnrolled(device=device, point="A", role=role, hash=device, code="c")


def found(
    check: Check, verdict: Verdict = Verdict.OK, *, age_s: float = 0.0, now_s: float = START_S
) -> CheckResult:
    why = WHYS[check][0] if verdict in (Verdict.WARN, Verdict.FAIL) else ""
    measured_utc = format_utc(now_s + WRONG_S - age_s)
    return CheckResult(check=check, verdict=verdict, why=why, measured_utc=measured_utc)


def report(*checks: CheckResult, now_s: float = START_S, run: str = "r1") -> PreflightReport:
    return PreflightReport(run=run, sent_utc=format_utc(now_s + WRONG_S), checks=checks)


def house(*roles: DeviceRole) -> Chronicle:
    devices = [enrolled(f"d{n}", role) for n, role in enumerate(roles or (DeviceRole.AGENT,), 1)]
    return Chronicle(point("A"), *devices)


def tell(
    chronicle: Chronicle, *checks: CheckResult, device: str = "d1", now_s: float = START_S
) -> PreflightDone | None:
    told = report(*checks, now_s=now_s)
    fact = receive_report(chronicle.state, "A", device, told, now_s)
    if fact is not None:
        chronicle.add(fact)
    return fact


def stands(chronicle: Chronicle, now_s: float = START_S) -> Standing:
    return standing(chronicle.state, "A", LIMITS, now_s)


def test_ages_are_taken_from_the_device_and_instants_from_us() -> None:
    chronicle = house()
    fact = tell(chronicle, found(Check.CPU, age_s=30.0))
    assert fact is not None
    assert parse_utc(fact.findings[0].measured_utc) == pytest.approx(START_S - 30.0, abs=0.002)


def test_an_instant_that_does_not_exist_is_now() -> None:
    result = CheckResult(
        check=Check.CPU, verdict=Verdict.OK, measured_utc="2026-02-31T00:00:00.000Z"
    )
    fact = tell(house(), result)
    assert fact is not None
    assert parse_utc(fact.findings[0].measured_utc) == pytest.approx(START_S, abs=0.002)


def test_the_worst_is_told_first_and_what_was_told_before_is_no_news() -> None:
    chronicle = house()
    results = (found(Check.CPU), found(Check.CAMERA, Verdict.WARN), found(Check.UDP, Verdict.FAIL))
    fact = tell(chronicle, *results)
    assert fact is not None
    assert [f.check for f in fact.findings] == ["udp", "camera", "cpu"]
    again = report(*results, now_s=START_S + 60)
    assert receive_report(chronicle.state, "A", "d1", again, START_S + 60) is None


def test_a_later_finding_replaces_the_earlier_and_leaves_the_others() -> None:
    chronicle = house()
    tell(chronicle, found(Check.CPU), found(Check.MICROPHONE, Verdict.FAIL))
    later = START_S + 100
    tell(chronicle, found(Check.MICROPHONE, now_s=later), now_s=later)
    findings = chronicle.state.preflights["A"]["d1"].findings
    assert {c: f.verdict for c, f in findings.items()} == {"cpu": "ok", "microphone": "ok"}


def test_who_never_looked_and_who_looked_long_ago_are_told_apart() -> None:
    chronicle = house()
    assert stands(chronicle) == Standing()
    tell(chronicle, found(Check.CPU))
    assert stands(chronicle).fresh
    old = stands(chronicle, START_S + LIMITS.fresh_s)
    assert (old.looked, old.fresh, old.until_s) == (True, False, None)


def test_the_standing_says_when_age_alone_will_change_it() -> None:
    chronicle = house()
    tell(chronicle, found(Check.CPU, age_s=600.0), found(Check.DISK))
    until_s = stands(chronicle).until_s
    assert until_s is not None
    assert until_s == pytest.approx(START_S - 600.0 + LIMITS.fresh_s, abs=0.01)
    assert stands(chronicle, until_s - 1).fresh
    assert not stands(chronicle, until_s).fresh


@given(st.floats(0, 7200), st.sampled_from(Check), st.sampled_from(Verdict))
def test_old_evidence_neither_accuses_nor_acquits(
    age_s: float, check: Check, verdict: Verdict
) -> None:
    chronicle = house()
    tell(chronicle, found(check, verdict, age_s=age_s))
    now = stands(chronicle)
    fresh = age_s < LIMITS.fresh_s - 0.01
    if age_s > LIMITS.fresh_s + 0.01:
        assert not now.fresh
        assert now.failed == ""
    if now.failed:
        assert verdict is Verdict.FAIL
        assert fresh or age_s < LIMITS.fresh_s + 0.01


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("check", Check)
def test_every_check_and_verdict_has_its_consequence(check: Check, verdict: Verdict) -> None:
    chronicle = house()
    tell(chronicle, found(Check.CPU), found(check, verdict))
    now = stands(chronicle)
    assert now.failed == (check if verdict is Verdict.FAIL else "")
    assert now.essential == (verdict is Verdict.FAIL and check in ESSENTIAL)


def test_what_a_hall_cannot_do_without_is_named_before_the_rest() -> None:
    chronicle = house()
    tell(
        chronicle,
        found(Check.CONTROL_RTT, Verdict.FAIL),
        found(Check.DISK, Verdict.FAIL),
        found(Check.MICROPHONE, Verdict.FAIL),
    )
    assert stands(chronicle).failed == Check.DISK


def test_a_blocked_udp_is_no_failure_where_the_way_around_holds() -> None:
    chronicle = house()
    tell(chronicle, found(Check.UDP, Verdict.FAIL), found(Check.TCP_TURN))
    assert stands(chronicle).failed == ""


def test_the_age_of_what_is_tested_by_turns_says_nothing_of_the_rest() -> None:
    chronicle = house()
    tell(chronicle, found(Check.BANDWIDTH, age_s=5000), found(Check.CPU))
    assert stands(chronicle).fresh
    lonely = house()
    tell(lonely, found(Check.BANDWIDTH), found(Check.CHIME))
    assert not stands(lonely).fresh, "a turn's test alone is no preflight"


def test_a_phone_does_not_speak_for_the_hall() -> None:
    chronicle = house(DeviceRole.PHONE)
    tell(chronicle, found(Check.MICROPHONE, Verdict.FAIL))
    assert stands(chronicle) == Standing()


def test_a_machine_that_took_anothers_place_speaks_for_itself() -> None:
    chronicle = house(DeviceRole.AGENT, DeviceRole.AGENT, DeviceRole.SCREEN)
    tell(chronicle, found(Check.MICROPHONE, Verdict.FAIL), device="d1")
    tell(chronicle, found(Check.MICROPHONE), device="d2")
    assert stands(chronicle).failed == ""
    tell(chronicle, found(Check.LOUDSPEAKER, Verdict.FAIL), device="d3")
    assert stands(chronicle).failed == Check.LOUDSPEAKER
    chronicle.add(DeviceRevoked(device="d3"))
    assert stands(chronicle).failed == ""
    chronicle.add(DeviceRevoked(device="d3"))


def test_people_read_the_worst_first_and_strangers_last() -> None:
    chronicle = house()
    strange = CheckResult(check="aura", verdict=Verdict.OK, measured_utc=format_utc(START_S))
    tell(chronicle, strange, found(Check.CPU), found(Check.UDP), found(Check.POWER, Verdict.WARN))
    preflight = chronicle.state.preflights["A"]["d1"]
    assert [f.check for f in in_order(preflight)] == ["power", "udp", "cpu", "aura"]


def test_the_worst_of_nothing_proves_nothing() -> None:
    assert worst(()) is Verdict.SKIPPED
    assert worst((found(Check.CPU), found(Check.UDP, Verdict.WARN))) is Verdict.WARN
    assert max(RANK, key=RANK.__getitem__) is Verdict.FAIL
    assert Check.BANDWIDTH not in AUDIBLE
