import pytest

from coordinator.alarm.fact import LinkChanged
from coordinator.fact import (
    BranchAttendance,
    BroadcastSet,
    CheckedIn,
    Fact,
    FloorGiven,
    PhaseEntered,
    PresenceChanged,
    ReadinessChanged,
    ReceptionChanged,
    SourceChosen,
)
from coordinator.person import Person
from coordinator.picture import (
    BEFORE,
    NEEDS_PROGRAMME,
    Telemetry,
    media_view,
    millis,
    point_view,
    session_view,
)
from coordinator.preflight.readiness import MediaState
from coordinator.reception.reception import PLAYER_FAULTS
from coordinator.totals import totals_view
from signaling.schema import Broadcast, Phase, Presence, Readiness, Reception
from signaling.watch import Tile
from tests.harness.facts import Chronicle, planned, point

CODE = "MH-001"
CHECKED_IN = CheckedIn(
    point=CODE,
    device="d",
    entered_utc="2026-10-04T00:00:00.000Z",
    branches=(BranchAttendance(branch="Chi bộ MH-001", reported=48, excused=1, guests=2),),
)


def presence(value: Presence, why: str = "word") -> Fact:
    return PresenceChanged(point=CODE, presence=value, why=why)


def reception(value: Reception, why: str) -> Fact:
    return ReceptionChanged(point=CODE, reception=value, why=why)


ONLINE = presence(Presence.ONLINE)
PLAYS = reception(Reception.PLAYING, "playing")


LOSSY = LinkChanged(point=CODE, link="poor", why="loss_high")


def tile(phase: Phase, *facts: Fact) -> tuple[str, str]:
    chronicle = Chronicle(point(CODE), planned(), PhaseEntered(phase=phase), *facts)
    view = point_view(chronicle.state, CODE, Telemetry())
    return view.tile.value, view.why


def listed(phase: Phase, *facts: Fact) -> tuple[str, ...]:
    chronicle = Chronicle(point(CODE), planned(), PhaseEntered(phase=phase), *facts)
    return point_view(chronicle.state, CODE, Telemetry()).reasons


@pytest.mark.parametrize("phase", [Phase.REHEARSAL, Phase.CHECK_IN, Phase.LIVE])
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), ("not_joined", "never_seen")),
        ((presence(Presence.UNKNOWN, "restarted"), PLAYS), ("unknown", "restarted")),
        ((presence(Presence.LOST, "silence"), PLAYS), ("lost", "silence")),
        ((presence(Presence.LATE, "silence"), PLAYS), ("degraded", "silence")),
        ((presence(Presence.LEFT, "goodbye"), PLAYS), ("left", "goodbye")),
        ((ONLINE,), ("unknown", "never_seen")),
        ((ONLINE, reception(Reception.NONE, "not_connected")), ("degraded", "not_connected")),
        ((ONLINE, reception(Reception.CONNECTED, "no_packets")), ("degraded", "no_packets")),
        ((ONLINE, reception(Reception.RECEIVING, "no_frames")), ("degraded", "no_frames")),
        ((ONLINE, PLAYS, CHECKED_IN), ("ok", "playing")),
        (
            (ONLINE, reception(Reception.RECEIVING, "key_frames_only"), CHECKED_IN),
            ("ok", "key_frames_only"),
        ),
    ],
)
def test_nothing_unknown_or_stale_looks_good(
    phase: Phase, facts: tuple[Fact, ...], expected: tuple[str, str]
) -> None:
    assert tile(phase, *facts) == expected


@pytest.mark.parametrize("why", sorted(PLAYER_FAULTS))
@pytest.mark.parametrize("phase", [*NEEDS_PROGRAMME, *BEFORE])
def test_a_screen_that_plays_nothing_to_the_hall_says_so_in_every_phase_that_leads_to_it(
    phase: Phase, why: str
) -> None:
    facts = (ONLINE, reception(Reception.RECEIVING, why), CHECKED_IN)
    assert tile(phase, *facts) == ("degraded", why)
    assert why in listed(phase, *facts)


def test_what_only_a_programme_could_prove_is_nobodys_fault_before_there_is_one() -> None:
    facts = (ONLINE, reception(Reception.CONNECTED, "no_packets"))
    assert tile(Phase.PLANNED, *facts) == ("ok", "word")
    assert listed(Phase.PLANNED, *facts) == ()


def test_a_screen_that_decodes_nothing_of_what_it_gets_is_not_well() -> None:
    facts = (ONLINE, reception(Reception.RECEIVING, "not_decoding"), CHECKED_IN)
    assert tile(Phase.LIVE, *facts) == ("degraded", "not_decoding")


def test_a_lossy_link_shows_even_while_the_picture_plays() -> None:
    assert tile(Phase.LIVE, ONLINE, PLAYS, CHECKED_IN, LOSSY) == ("degraded", "loss_high")


def test_a_missing_head_count_is_a_fault_only_once_the_session_is_live() -> None:
    assert tile(Phase.CHECK_IN, ONLINE, PLAYS) == ("ok", "playing")
    assert tile(Phase.LIVE, ONLINE, PLAYS) == ("degraded", "not_checked_in")


def test_after_the_broadcast_a_hall_need_not_receive() -> None:
    gone = reception(Reception.NONE, "not_connected")
    assert tile(Phase.BRANCH_MEETINGS, ONLINE, gone) == ("ok", "word")


def test_every_reason_against_a_point_is_listed_worst_first() -> None:
    chronicle = Chronicle(point(CODE), planned(), PhaseEntered(phase=Phase.LIVE), ONLINE)
    chronicle.add(reception(Reception.CONNECTED, "no_packets"))
    chronicle.add(LOSSY)
    view = point_view(chronicle.state, CODE, Telemetry())
    assert view.reasons == ("no_packets", "loss_high", "not_checked_in")


def test_a_failed_preflight_shows_before_the_start_and_reception_takes_over_live() -> None:
    chronicle = Chronicle(point(CODE), planned(), PhaseEntered(phase=Phase.REHEARSAL), ONLINE)
    chronicle.add(reception(Reception.PLAYING, "playing"))
    chronicle.add(
        ReadinessChanged(point=CODE, readiness=Readiness.DEGRADED, why="preflight_microphone")
    )
    view = point_view(chronicle.state, CODE, Telemetry())
    assert (view.tile, view.why) == (Tile.DEGRADED, "preflight_microphone")
    assert view.since == view.readiness_since
    chronicle.add(PhaseEntered(phase=Phase.LIVE))
    assert "preflight_microphone" not in point_view(chronicle.state, CODE, Telemetry()).reasons


def test_a_contact_is_shown_only_when_it_is_given() -> None:
    chronicle = Chronicle(point(CODE))
    assert point_view(chronicle.state, CODE, Telemetry()).contact_phone is None
    view = point_view(chronicle.state, CODE, Telemetry(), Person(name="Lan", phone="0900"))
    assert (view.contact_name, view.contact_phone) == ("Lan", "0900")


def test_people_add_up_and_silence_is_not_zero() -> None:
    chronicle = Chronicle(point(CODE), point("MH-002"), planned())
    views = {c: point_view(chronicle.state, c, Telemetry()) for c in chronicle.state.points}
    assert totals_view(views.values()).people.reported is None
    chronicle.add(CHECKED_IN)
    views[CODE] = point_view(chronicle.state, CODE, Telemetry())
    totals = totals_view(views.values())
    assert (totals.people.expected, totals.people.reported, totals.points_reported) == (100, 48, 1)
    assert (totals.people.excused, totals.people.guests) == (1, 2)
    assert totals.tiles == {Tile.NOT_JOINED: 2}


def test_the_session_is_shown_with_its_way_back_while_there_is_one() -> None:
    chronicle = Chronicle(planned())
    empty = session_view(Chronicle().state, (), 0.0, None)
    assert empty.phase is None
    chronicle.add(PhaseEntered(phase=Phase.LIVE), BroadcastSet(broadcast=Broadcast.ON))
    now_s, chair = chronicle.now_s, Person(name="Phí Văn Tuấn")
    view = session_view(chronicle.state, (), now_s, chair)
    assert view.chair == "Phí Văn Tuấn"
    assert view.way_back_until is not None
    assert Phase.CHECK_IN in view.may_enter
    late = session_view(chronicle.state, (), now_s + 200, None)
    assert late.way_back_until is None
    assert (view.floor, view.floor_since, view.source) == (None, None, "auto")
    chronicle.add(FloorGiven(point="MH-001"), SourceChosen(source="slate"))
    view = session_view(chronicle.state, (), now_s, chair)
    given = round((chronicle.now_s - 2) * 1000)
    assert (view.floor, view.floor_since, view.source) == ("MH-001", given, "slate")


def test_the_plane_is_shown_as_it_says() -> None:
    view = media_view(MediaState(relay=True, studio=True, programme="studio", viewers=92))
    assert (view.programme, view.viewers) == ("studio", 92)
    assert millis("") == 0
