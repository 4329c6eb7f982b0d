import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator import device, entered, floor, roster, session
from coordinator.errors import JournalDamaged, Refused
from coordinator.fact import (
    KINDS,
    CodeIssued,
    CoordinatorStarted,
    DeviceEnrolled,
    Fact,
    PhaseEntered,
    PointWithdrawn,
    PresenceChanged,
    ReadinessChanged,
    ReceptionChanged,
    TokenIssued,
    TokenRevoked,
    decode_fact,
    encode_fact,
)
from coordinator.fold import _EVOLVE, replay
from signaling.entry import BranchCount, CheckIn
from signaling.schema import Broadcast, DeviceRole, Phase, Presence, Readiness, Reception
from tests.harness.facts import Chronicle, planned, point

CODE = CodeIssued(code="c1", hash="h", roles=(DeviceRole.AGENT,), point="MH-001")
SEEN = PresenceChanged(point="MH-001", presence=Presence.ONLINE, why="word")
PLAYS = ReceptionChanged(point="MH-001", reception=Reception.PLAYING, why="playing")


def test_every_kind_of_fact_has_a_meaning() -> None:
    assert set(_EVOLVE) == set(KINDS.values())


def test_after_a_start_presence_and_reception_are_unknown_until_earned_again() -> None:
    chronicle = Chronicle(point("MH-001"), point("MH-002"), SEEN, PLAYS)
    chronicle.add(PresenceChanged(point="MH-001", presence=Presence.ONLINE, why="word"))
    chronicle.add(CoordinatorStarted(software="1"))
    status = chronicle.state.status
    assert (status["MH-001"].presence, status["MH-001"].reception) == ("unknown", "unknown")
    assert status["MH-001"].presence_why == "restarted"
    assert status["MH-002"].presence is Presence.NEVER_SEEN


def test_who_left_on_purpose_has_left_after_a_start_too() -> None:
    left = PresenceChanged(point="MH-001", presence=Presence.LEFT, why="goodbye")
    chronicle = Chronicle(point("MH-001"), left, CoordinatorStarted(software="1"))
    assert chronicle.state.status["MH-001"].presence is Presence.LEFT


def test_a_withdrawn_point_takes_its_status_along_and_its_code_is_spent() -> None:
    chronicle = Chronicle(point("MH-001"), PointWithdrawn(code="MH-001"), SEEN)
    assert chronicle.state.points == {}
    assert chronicle.state.status == {}
    other = msgspec.structs.replace(point("MH-001"), name="Nhà văn hóa Phố Nối")
    with pytest.raises(Refused) as refused:
        roster.change(chronicle.state, [other])
    assert refused.value.code == "code_reused"
    chronicle.add(*roster.change(chronicle.state, [point("MH-001")]))
    assert (list(chronicle.state.points), chronicle.state.withdrawn) == (["MH-001"], {})
    chronicle.add(PointWithdrawn(code="MH-001"))
    with pytest.raises(Refused) as refused:
        roster.change(chronicle.state, [], ["MH-009"])
    assert refused.value.code == "unknown_point"


def test_entering_the_same_roster_again_causes_nothing() -> None:
    chronicle = Chronicle(*roster.change(Chronicle().state, [point("A"), point("B")]))
    assert roster.change(chronicle.state, [point("A"), point("B")]) == []
    assert len(roster.change(chronicle.state, [point("A", expected=7)], ["B"])) == 2


def test_a_token_opens_nothing_after_it_was_revoked() -> None:
    chronicle = Chronicle(TokenIssued(token="t", role="host", name="n", hash="h"))
    assert device.token_by_secret(chronicle.state, "t", "h", 0.0) is not None
    assert device.token_by_secret(chronicle.state, "t", "x", 0.0) is None
    chronicle.add(*device.revoke_token(chronicle.state, "t"))
    assert device.revoke_token(chronicle.state, "t") == []
    assert device.token_by_secret(chronicle.state, "t", "h", 0.0) is None
    assert isinstance(chronicle.rows[-1].fact, TokenRevoked)


@pytest.mark.parametrize(
    ("kind", "v", "body"),
    [
        ("point.danced", 1, b"{}"),
        ("point.withdrawn", 2, b'{"code":"A"}'),
        ("point.withdrawn", 1, b"{}"),
        ("point.withdrawn", 1, b"{"),
        ("point.withdrawn", 0, b'{"code":"A"}'),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(kind: str, v: int, body: bytes) -> None:
    with pytest.raises(JournalDamaged, match=kind):
        decode_fact(kind, v, body)


UTC = "2026-10-04T00:00:00.000Z"
POINTS = ("A", "B")
COUNT = st.builds(
    BranchCount, reported=st.integers(0, 99), branch=st.sampled_from(["", "Chi bộ A", "?"])
)


def acts(chronicle: Chronicle, act: tuple[str, object]) -> list[Fact]:
    """Return what one act of somebody causes."""
    state, now_s = chronicle.state, chronicle.now_s
    match act:
        case ("phase", Phase() as phase):
            return session.enter(state, session.EnterPhase(phase=phase, reason="r"), now_s)
        case ("broadcast", Broadcast() as value):
            return session.set_broadcast(state, session.SetBroadcast(broadcast=value))
        case ("floor", (None | str()) as code):
            return floor.give_floor(state, floor.GiveFloor(point=code))
        case ("source", str(source)):
            return floor.choose_source(state, floor.ChooseSource(source=source))
        case ("start", _):
            return [CoordinatorStarted(software="1")]
        case ("presence", Presence() as presence):
            return [PresenceChanged(point="A", presence=presence, why="word")]
        case ("reception", Reception() as reception):
            return [ReceptionChanged(point="B", reception=reception, why="playing")]
        case ("readiness", Readiness() as readiness):
            return [ReadinessChanged(point="B", readiness=readiness, why="checked_in")]
        case ("withdraw", str(code)):
            return roster.change(state, [], [code])
        case ("check_in", BranchCount() as count):
            body = CheckIn(branches=(count,))
            entry = entered.Entry(
                device="d", point="A", session=None, entered_utc=UTC, kind="k", raw="r", body=body
            )
            return [entered.enter(state, entry)[1]]
        case _:
            raise AssertionError(act)


ACTS = st.one_of(
    st.tuples(st.just("phase"), st.sampled_from(Phase)),
    st.tuples(st.just("broadcast"), st.sampled_from(Broadcast)),
    st.tuples(st.just("floor"), st.sampled_from([*POINTS, None])),
    st.tuples(st.just("source"), st.sampled_from(["auto", "slate", "studio-backup", "point/A"])),
    st.tuples(st.just("presence"), st.sampled_from(Presence)),
    st.tuples(st.just("reception"), st.sampled_from(Reception)),
    st.tuples(st.just("readiness"), st.sampled_from(Readiness)),
    st.tuples(st.just("withdraw"), st.sampled_from(POINTS)),
    st.tuples(st.just("check_in"), COUNT),
    st.tuples(st.just("start"), st.none()),
)


@given(st.lists(ACTS, max_size=40))
def test_the_journal_is_the_truth(script: list[tuple[str, object]]) -> None:
    chronicle = Chronicle(planned(), point("A"), point("B"), CODE)
    for seq, act in enumerate(script, 1):
        try:
            facts = acts(chronicle, act)
        except Refused:
            continue
        chronicle.add(*facts, origin=f"d/s/{seq}" if act[0] == "check_in" else None)
    assert replay(chronicle.rows) == chronicle.state
    for row in chronicle.rows:
        assert decode_fact(row.fact.KIND, row.fact.V, encode_fact(row.fact)) == row.fact
    open_ones = [s for s in chronicle.state.sessions.values() if s.phase in session.OPEN]
    assert len(open_ones) <= 1
    for told in chronicle.state.sessions.values():
        speaks = told.phase in floor.MAY_SPEAK and told.floor in chronicle.state.points
        assert told.floor is None or speaks
        assert (told.floor is None) == (told.floor_utc == "")


def enrol(chronicle: Chronicle, **changes: object) -> list[Fact]:
    values = {"code_hash": "h", "role": DeviceRole.AGENT, "point": None, "device": "d", "hash": "x"}
    return device.enrol(chronicle.state, device.Enrol(**(values | changes)), chronicle.now_s)  # type: ignore[arg-type]


def test_an_agent_code_lets_in_one_device_of_its_point() -> None:
    chronicle = Chronicle(point("MH-001"), point("MH-002"), CODE)
    facts = enrol(chronicle)
    assert facts == [
        DeviceEnrolled(device="d", point="MH-001", role=DeviceRole.AGENT, hash="x", code="c1")
    ]
    chronicle.add(*facts)
    for changes, code in (
        ({}, "code_used"),
        ({"code_hash": "?"}, "unknown_code"),
    ):
        with pytest.raises(Refused) as refused:
            enrol(chronicle, **changes)
        assert refused.value.code == code
    assert device.device_by_secret(chronicle.state, "d", "x") is not None
    chronicle.add(*device.revoke_device(chronicle.state, "d", "lost"))
    assert device.revoke_device(chronicle.state, "d", "lost") == []
    known = device.device_by_secret(chronicle.state, "d", "x")
    assert known is not None
    assert known.revoked


def test_a_lost_answer_does_not_burn_the_code() -> None:
    chronicle = Chronicle(point("MH-001"), CODE)
    chronicle.add(*enrol(chronicle, attempt="k1"))
    [again] = enrol(chronicle, attempt="k1", device="other", hash="y")
    chronicle.add(again)
    assert list(chronicle.state.devices) == ["d"]
    assert device.device_by_secret(chronicle.state, "d", "y") is not None
    with pytest.raises(Refused) as refused:
        enrol(chronicle, attempt="k2")
    assert refused.value.code == "code_used"
    chronicle.add(*device.revoke_device(chronicle.state, "d", "lost"))
    with pytest.raises(Refused) as refused:
        enrol(chronicle, attempt="k1")
    assert refused.value.code == "code_used"


def test_a_code_says_why_it_opens_nothing() -> None:
    shared = CodeIssued(
        code="c2",
        hash="h2",
        roles=(DeviceRole.SCREEN,),
        single_use=False,
        expires_utc="2026-10-04T00:00:00.000Z",
    )
    chronicle = Chronicle(point("MH-001"), CODE, shared)
    for changes, code in (
        ({"role": DeviceRole.SCREEN}, "wrong_role"),
        ({"point": "MH-009"}, "wrong_point"),
        ({"code_hash": "h2", "role": DeviceRole.SCREEN}, "point_needed"),
        ({"code_hash": "h2", "role": DeviceRole.SCREEN, "point": "X"}, "unknown_point"),
    ):
        with pytest.raises(Refused) as refused:
            enrol(chronicle, **changes)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        device.enrol(
            chronicle.state,
            device.Enrol(
                code_hash="h2", role=DeviceRole.SCREEN, point="MH-001", device="d", hash="x"
            ),
            4e9,
        )
    assert refused.value.code == "code_expired"
    chronicle.add(*device.revoke_code(chronicle.state, "c1"))
    assert device.revoke_code(chronicle.state, "c1") == []
    with pytest.raises(Refused) as refused:
        enrol(chronicle)
    assert refused.value.code == "code_revoked"


@pytest.mark.parametrize("act", [device.revoke_code, device.revoke_token])
def test_what_is_not_there_cannot_be_revoked(act: object) -> None:
    with pytest.raises(Refused, match="no "):
        act(Chronicle().state, "x")  # type: ignore[operator]


def test_a_code_for_a_point_needs_the_point() -> None:
    with pytest.raises(Refused) as refused:
        device.issue_code(Chronicle().state, CODE)
    assert refused.value.code == "unknown_point"
    assert device.issue_code(Chronicle(point("MH-001")).state, CODE) == [CODE]
    with pytest.raises(Refused):
        device.revoke_device(Chronicle().state, "x", "")


def test_an_expired_token_opens_nothing() -> None:
    token = TokenIssued(
        token="t", role="host", name="n", hash="h", expires_utc="2026-10-04T00:00:00.000Z"
    )
    state = Chronicle(token).state
    assert device.token_by_secret(state, "t", "h", 0.0) is not None
    assert device.token_by_secret(state, "t", "h", 4e9) is None


def test_a_way_back_forgets_when_it_went_live() -> None:
    chronicle = Chronicle(planned(), PhaseEntered(phase=Phase.LIVE))
    chronicle.add(PhaseEntered(phase=Phase.CHECK_IN, reason="r"))
    assert chronicle.state.sessions["s1"].live_utc is None
