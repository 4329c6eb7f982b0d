"""What holds for every roster, and for every file that is none."""

import contextlib
import random
import unicodedata
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import RosterUnreadable
from config.roster.change import compare
from config.roster.members import read_members
from config.roster.problem import blocks
from config.roster.reading import read_points
from config.roster.sheet import read_sheets
from config.roster.source import read_roster
from tests.config.roster.office import POINTS, Value, delimited, workbook

HEAD = ["Mã", "Tên điểm cầu", "Đơn vị", "Số đảng viên", "Nhà mạng", "Người phụ trách", "SĐT"]
WORD = st.text("aăâbcdđeêghioôơtuưy ", min_size=1, max_size=12).filter(str.strip)
ROW = st.tuples(WORD, WORD, st.integers(0, 500), WORD, WORD, st.integers(10**8, 10**9 - 1))


@st.composite
def rosters(draw: st.DrawFn) -> list[list[Value]]:
    """Rows with distinct names, some of them without a code."""
    rows = draw(st.lists(ROW, min_size=1, max_size=8))
    return [
        [draw(st.sampled_from([None, f"M{n}"])), f"x{n} {name}", unit, members, *rest]
        for n, (name, unit, members, *rest) in enumerate(rows)
    ]


@settings(max_examples=60, deadline=None)
@given(rosters(), st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter(
    rows: list[list[Value]], chance: random.Random
) -> None:
    order = list(range(len(HEAD)))
    chance.shuffle(order)
    grid: list[list[Value]] = [list(HEAD), *rows]
    straight = read_points(delimited(grid), "a.csv")
    mixed = read_points(delimited([[row[at] for at in order] for row in grid]), "a.csv")
    assert straight.allowed
    assert straight.rows == mixed.rows


@settings(max_examples=60, deadline=None)
@given(rosters(), st.randoms(use_true_random=False))
def test_importing_again_in_any_order_and_spelling_changes_nothing(
    rows: list[list[Value]], chance: random.Random
) -> None:
    first = compare([], [], read_points(delimited([list(HEAD), *rows]), "a.csv"))
    assert first.allowed
    chance.shuffle(rows)
    again = unicodedata.normalize("NFD", delimited([list(HEAD), *rows]).decode()).encode()
    change = compare(
        first.added, [it.code or "" for it in first.added], read_points(again, "a.csv")
    )
    assert change.empty
    assert change.allowed


@settings(max_examples=60, deadline=None)
@given(rosters(), rosters())
def test_a_change_carried_out_leads_to_the_file(
    old: list[list[Value]], new: list[list[Value]]
) -> None:
    before = compare([], [], read_points(delimited([list(HEAD), *old]), "a.csv")).added
    reading = read_points(delimited([list(HEAD), *new]), "a.csv")
    change = compare(before, [it.code or "" for it in before], reading, retired=())
    if not change.allowed:
        return
    changed = {it.code: it.after for it in change.changed}
    gone = {it.code for it in change.removed}
    after = [changed.get(it.code or "", it) for it in before if it.code not in gone]
    after += change.added
    assert len({it.code for it in after}) == len(after) == len(new)
    assert sum(it.expected for it in after) == sum(it.expected for it in reading.rows)
    assert not {it.code for it in change.added} & {it.code for it in before}
    assert compare(after, [it.code or "" for it in after], reading).empty


NAMES = st.sampled_from(["a.csv", "a.xlsx", "a", ""])
JUNK = st.one_of(
    st.binary(max_size=400),
    st.text("aT;,\t\n\"'0123456789.ổnTêmãôé\u202e\x00", max_size=200).map(str.encode),
    st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail),
    st.text(max_size=100).map(lambda text: text.encode("utf-16", "replace")),
)


@settings(deadline=None)
@given(JUNK, NAMES)
def test_any_bytes_are_refused_or_give_problems_or_rows(data: bytes, name: str) -> None:
    for reading in (read_points(data, name), read_members(data, name), read_roster(data, name)):
        assert reading.allowed == (not blocks(reading.problems))
    with contextlib.suppress(RosterUnreadable):
        assert read_sheets(data, name)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(POINTS) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_refused_or_read(at: int, junk: bytes) -> None:
    damaged = POINTS[:at] + junk + POINTS[at + len(junk) :]
    reading = read_points(damaged, "a.xlsx")
    assert reading.points or reading.problems


CELL = st.one_of(
    st.none(),
    st.integers(-5, 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["Tổng", "I. A", "Tên", "Số ĐV", "x", "1.046", "=A1", " "]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=6))
def test_any_table_is_read_with_problems_that_name_a_row(rows: list[list[Value]]) -> None:
    reading = read_points(workbook([["Mã", "Tên", "Chi bộ", "Số ĐV"], *rows]), "a.xlsx")
    assert all(it.row for it in reading.problems)
    assert sum(it.expected for it in reading.rows) >= 0


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_files_are_the_same_roster(form: Literal["NFC", "NFD"]) -> None:
    text = "Mã;Tên điểm cầu;Số đảng viên\nM1;Hội trường Dị Sử;5\n"
    data = unicodedata.normalize(form, text).encode()
    [point] = read_points(data, "a.csv").rows
    assert point.name == unicodedata.normalize("NFC", "Hội trường Dị Sử")
