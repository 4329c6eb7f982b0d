"""Sums that are kept are those that would be made anew."""

from hypothesis import given
from hypothesis import strategies as st

from coordinator.totals import Totals, totals_view
from signaling.schema import Presence, Readiness, Reception
from signaling.watch import PeopleView, PointView, Tile

COUNT = st.integers(0, 500)
PEOPLE = st.builds(
    PeopleView,
    expected=COUNT,
    reported=st.none() | COUNT,
    present=st.none() | COUNT,
    excused=COUNT,
    guests=COUNT,
)
VIEW = st.builds(
    PointView,
    code=st.just("A"),
    name=st.just("A"),
    presence=st.sampled_from(Presence),
    readiness=st.sampled_from(Readiness),
    reception=st.sampled_from(Reception),
    tile=st.sampled_from(Tile),
    attendance=PEOPLE,
    roll_answered=st.sampled_from((None, True, False)),
)


@given(st.lists(VIEW, max_size=8), st.lists(VIEW, max_size=8))
def test_who_came_and_went_leaves_no_trace(stay: list[PointView], leave: list[PointView]) -> None:
    totals = Totals(leave)
    for view in stay:
        totals.add(view)
    for view in leave:
        totals.remove(view)
    assert totals.view == totals_view(stay)


@given(st.lists(VIEW, max_size=12))
def test_the_sums_are_those_of_the_points(views: list[PointView]) -> None:
    found = totals_view(views)
    told = [v.attendance.reported for v in views if v.attendance.reported is not None]
    assert (found.points, found.points_reported) == (len(views), len(told))
    assert found.people.reported == (sum(told) if told else None)
    assert found.people.expected == sum(v.attendance.expected for v in views)
    assert found.points_answered == sum(v.roll_answered is True for v in views)
    for axis in (found.presence, found.readiness, found.reception, found.tiles):
        assert sum(axis.values()) == len(views)
        assert 0 not in axis.values()
