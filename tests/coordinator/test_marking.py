from coordinator.attendance_fact import Member
from coordinator.claim import Origin
from coordinator.marking import Marks, last_said, mark, mark_of, tally
from signaling.roll import Mark, Others

MEMBERS = (
    Member(ref="x", exempt=True),
    Member(ref="a"),
    Member(ref="b"),
    Member(ref="c"),
)


def entered(*entries: tuple[str, int, str, Others, dict[str, Mark]]) -> Marks:
    marks: Marks = {}
    for device, seq, utc, others, said in entries:
        marks = mark(marks, Origin(device=device, spool="s", seq=seq, utc=utc), others, said)
    return marks


EVERYBODY_BUT = ("d", 1, "1", Others.PRESENT, {"b": Mark.EXCUSED})


def test_everybody_is_present_but_those_who_are_marked() -> None:
    count = tally("Chi bộ 1", MEMBERS, entered(EVERYBODY_BUT), guests=3)
    assert (count.present, count.excused, count.exempt, count.guests) == (2, 1, 1, 3)


def test_who_is_not_marked_is_not_counted() -> None:
    marks = entered(("d", 1, "1", Others.KEEP, {"a": Mark.LATE, "b": Mark.LEFT_EARLY}))
    count = tally("Chi bộ 1", MEMBERS, marks)
    assert (count.present, count.late, count.left_early, count.exempt) == (2, 1, 1, 0)
    assert mark_of(marks, "c") is None


def test_a_later_word_on_all_replaces_earlier_marks_of_its_spool() -> None:
    marks = entered(EVERYBODY_BUT, ("d", 2, "2", Others.UNMARKED, {}))
    assert [mark_of(marks, ref) for ref in "abc"] == [None, None, None]
    marks = entered(EVERYBODY_BUT, ("d", 2, "2", Others.ABSENT, {"a": Mark.PRESENT}))
    assert [mark_of(marks, ref) for ref in "abc"] == [Mark.PRESENT, Mark.ABSENT, Mark.ABSENT]


def test_an_old_entry_that_comes_late_changes_nothing() -> None:
    late = ("d", 1, "9", Others.ABSENT, {"a": Mark.ABSENT})
    marks = entered(("d", 2, "2", Others.PRESENT, {"a": Mark.LATE}), late)
    assert [mark_of(marks, ref) for ref in "ab"] == [Mark.LATE, Mark.PRESENT]


def test_between_devices_the_later_word_on_a_member_stands() -> None:
    other = ("e", 1, "2", Others.KEEP, {"b": Mark.PRESENT})
    for marks in (entered(EVERYBODY_BUT, other), entered(other, EVERYBODY_BUT)):
        assert mark_of(marks, "b") is Mark.PRESENT
        assert mark_of(marks, "a") is Mark.PRESENT
        last = last_said(marks)
        assert last is not None
        assert last.device == "e"


def test_nothing_was_said_of_nobody() -> None:
    assert last_said({}) is None
