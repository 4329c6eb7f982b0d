import pytest

from coordinator.entered import Entry, enter
from coordinator.fact import EntryKept, FaultReported, RoomAnswered
from signaling.entry import BODIES, Answer, Body, FaultKind, FaultReport, RoomAnswer
from tests.harness.facts import Chronicle, planned, point


def entry(body: Body, kind: str) -> Entry:
    return Entry(
        device="d",
        point="MH-001",
        session="s1",
        entered_utc="",
        kind=kind,
        raw="r",
        body=body,
        digest="abc",
        refs={"note": "n1"},
    )


def test_what_a_room_says_is_remembered_for_its_session() -> None:
    chronicle = Chronicle(planned(), point("MH-001"))
    body = RoomAnswer(picture=Answer.YES, sound=Answer.NO, note="nhỏ")
    _session, fact = enter(chronicle.state, entry(body, "room.answered"))
    assert isinstance(fact, RoomAnswered)
    chronicle.add(fact)
    word = chronicle.state.rooms["s1", "MH-001"]
    assert (word.picture, word.sound, word.note) == (Answer.YES, Answer.NO, "n1")


def test_a_call_for_help_is_remembered_for_its_session() -> None:
    chronicle = Chronicle(planned(), point("MH-001"))
    _session, fact = enter(
        chronicle.state, entry(FaultReport(what=FaultKind.ECHO), "fault.reported")
    )
    assert isinstance(fact, FaultReported)
    chronicle.add(fact)
    assert chronicle.state.faults["s1", "MH-001"].what is FaultKind.ECHO


@pytest.mark.parametrize(
    "body",
    [RoomAnswer(picture=Answer.YES, sound=Answer.YES), FaultReport(what=FaultKind.OTHER)],
)
def test_every_kind_is_kept_when_its_point_is_gone(body: Body) -> None:
    kind = next(k for k, known in BODIES.items() if known is type(body))
    _session, fact = enter(Chronicle(planned()).state, entry(body, kind))
    assert isinstance(fact, EntryKept)
    assert (fact.why, fact.digest) == ("point_withdrawn", "abc")
