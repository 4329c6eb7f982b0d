from hypothesis import given
from hypothesis import strategies as st

from coordinator.attendance.claim import Origin
from coordinator.attendance.fact import Member
from coordinator.attendance.marking import Marks, mark, mark_of, tally, tally_change
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
    count = tally("Chi bộ 1", MEMBERS, entered(EVERYBODY_BUT))
    assert (count.present, count.excused, count.exempt) == (2, 1, 1)


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


SAID = st.tuples(
    st.sampled_from("de"),
    st.integers(1, 9),
    st.sampled_from("123"),
    st.just(Others.KEEP),
    st.dictionaries(st.sampled_from("xabc"), st.sampled_from(Mark), min_size=1),
)


@given(st.lists(SAID))
def test_a_tally_that_follows_single_marks_is_the_tally_of_all(
    script: list[tuple[str, int, str, Others, dict[str, Mark]]],
) -> None:
    marks = entered(EVERYBODY_BUT)
    count = tally("Chi bộ 1", MEMBERS, marks)
    for device, seq, utc, others, said in script:
        origin = Origin(device=device, spool="s", seq=seq, utc=utc)
        after = mark(marks, origin, others, said)
        named = [member for member in MEMBERS if member.ref in said]
        count, marks = tally_change(count, named, marks, after), after
    assert count == tally("Chi bộ 1", MEMBERS, marks)
