import pytest

from config.errors import RosterUnreadable
from config.roster import entry
from config.roster.cell import Cell, Hole, Span
from config.roster.entry import EntryReader
from config.roster.heading import find_table
from config.roster.limit import MAX_CELL_CHARS
from config.roster.problem import Problem
from config.roster.vocabulary import POINT_HEADINGS, Field
from tests.config.roster.office import sheet, told

HEAD: list[Cell] = ["Tên", "Mã", "Số đảng viên", "SĐT", "Cấp ủy viên dự"]


def reader(*rows: list[Cell], spans: tuple[Span, ...] = ()) -> tuple[EntryReader, list[Problem]]:
    table = find_table(sheet(HEAD, *rows, spans=spans), POINT_HEADINGS)
    assert table is not None
    problems: list[Problem] = []
    return EntryReader(table, problems), problems


@pytest.mark.parametrize(
    ("typed", "code", "reported"),
    [
        ("MH-001", "MH-001", False), (1, "1", False), (1.0, "1", False),
        ("ĐC_01.a", "ĐC_01.a", False),
        ("ＭＨ1", "MH1", False), (None, None, False), ("MH 001", None, True), ("a/b", None, True),
        ("-a", None, True), ("x" * 33, None, True), ("x" * 32, "x" * 32, False),
    ],
)  # fmt: skip
def test_a_code_is_fit_for_an_address(typed: Cell, code: str | None, reported: bool) -> None:
    read, problems = reader(["A", typed, 5])
    assert read.code(read.table.rows[0]) == code
    assert told(problems) == ([("bad_code", 2, "Mã")] if reported else [])


@pytest.mark.parametrize(
    ("typed", "count", "problem"),
    [
        (5, 5, None), (None, None, None), ("năm", None, "bad_count"), (5.5, None, "bad_count"),
        (-1, None, "bad_count"), (Hole.NO_VALUE, None, "formula_without_value"),
        (Hole.ERROR, None, "formula_error"), ("9" * 2000, None, "cell_too_long"),
    ],
)  # fmt: skip
def test_a_count_that_cannot_be_read_is_reported_with_its_cell(
    typed: Cell, count: int | None, problem: str | None
) -> None:
    read, problems = reader(["A", None, typed, "0"])
    assert read.count(read.table.rows[0], Field.MEMBERS) == count
    assert told(problems) == ([(problem, 2, "Số đảng viên")] if problem else [])


def test_a_formula_without_a_result_names_its_cell() -> None:
    read, problems = reader(["A", None, Hole.NO_VALUE])
    read.count(read.table.rows[0], Field.MEMBERS)
    assert "C2" in problems[0].text


def test_telephones_and_people_are_read_from_their_cells() -> None:
    read, problems = reader(["A", None, 5, 900000000, "Lan; An"], ["B", None, 5, Hole.ERROR, 7])
    one, two = read.table.rows
    assert read.telephone(one, Field.CONTACT_PHONE) == "0900000000"
    assert read.telephone(two, Field.CONTACT_PHONE) == ""
    assert read.telephone(one, Field.DEPUTY_PHONE) == ""
    assert read.people(one, Field.COMMITTEE) == ("Lan", "An")
    assert read.people(two, Field.COMMITTEE) == ()
    assert told(problems) == [("formula_error", 3, "SĐT")]


def test_a_text_over_the_limit_is_reported() -> None:
    read, problems = reader(["A" * MAX_CELL_CHARS, None, 5], ["A" * (MAX_CELL_CHARS + 1), None, 5])
    assert [len(read.text(row, Field.NAME)) for row in read.table.rows] == [MAX_CELL_CHARS, 0]
    assert told(problems) == [("cell_too_long", 3, "Tên")]


def test_a_cell_merged_downwards_is_text_for_all_its_rows_and_a_count_for_none() -> None:
    spans = (
        Span(top=2, bottom=3, left=0, right=0),
        Span(top=2, bottom=9, left=2, right=2),
        Span(top=1, bottom=2, left=1, right=1),
        Span(top=2, bottom=3, left=30, right=30),
        Span(top=3, bottom=4, left=4, right=4),
    )
    read, problems = reader(
        ["A", "M1", 5, "x"], [None, "M2", None, "y", Hole.ERROR], [None, "M3"], spans=spans
    )
    assert [read.text(row, Field.NAME) for row in read.table.rows] == ["A", "A", ""]
    assert [read.count(row, Field.MEMBERS) for row in read.table.rows] == [5, None, None]
    assert [read.is_empty(row, Field.NAME) for row in read.table.rows] == [False, True, True]
    assert read.people(read.table.rows[2], Field.COMMITTEE) == ()
    assert problems == []


def test_merged_ranges_cannot_be_made_to_cost_more_than_a_sheet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entry, "MAX_SCANNED_ROWS", 1)
    span = Span(top=2, bottom=1_048_576, left=0, right=0)
    rows: list[list[Cell]] = [["A", "M", 1]] * 4
    assert reader(*rows, spans=(span,))
    with pytest.raises(RosterUnreadable) as refused:
        reader(*rows, spans=(span,) * 2)
    assert refused.value.code == "too_large"
