import codecs

import pytest

from config.errors import RosterUnreadable
from config.roster import delimited as reader
from config.roster.delimited import decode, read_delimited, sniff
from config.roster.limit import MAX_CELL_CHARS, MAX_COLUMNS, MAX_EMPTY_ROWS
from tests.config.roster.office import Grid, delimited

GRID: Grid = [
    ["DANH SÁCH, phường Dị Sử, ngày 5, tháng 10, năm 2026"],
    [],
    ["Mã", "Tên điểm cầu", "Số đảng viên", "Ghi chú"],
    ["MH-001", "Hội trường A, phường Dị Sử", "51,0", "dòng 1\r\ndòng 2"],
    ["MH-002", 'Nhà "văn hóa"', "1.046", "a;b\tc"],
]
ENCODINGS = [
    ("utf-8", b""),
    ("utf-8", codecs.BOM_UTF8),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", b""),
    ("utf-16-be", b""),
]


def refusal(data: bytes) -> RosterUnreadable:
    with pytest.raises(RosterUnreadable) as refused:
        read_delimited(data, "S")
    return refused.value


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
def test_every_encoding_and_delimiter_gives_the_same_rows(
    delimiter: str, encoding: str, mark: bytes
) -> None:
    data = delimited(GRID, delimiter=delimiter, encoding=encoding, mark=mark)
    sheet = read_delimited(data, "S")
    assert [row.number for row in sheet.rows] == [1, 3, 4, 5]
    assert [list(row.cells) for row in sheet.rows] == [row for row in GRID if row]


def test_two_columns_with_decimal_commas_are_not_split_at_the_comma() -> None:
    grid = [["Tên", "Số đảng viên"], ["A, B, C", "51,0"], ["D, E, F", "12,0"]]
    assert sniff(delimited(grid).decode()) == ";"


def test_without_a_known_heading_most_columns_win() -> None:
    assert sniff("a;b;c,d\n1;2;3\n") == ";"
    assert sniff("") == ";"


def test_the_separator_a_file_names_is_obeyed_and_not_counted_as_a_row() -> None:
    sheet = read_delimited("sep=|\r\nTên|Số\r\na;b|1\r\n".encode(), "S")
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("Tên", "Số")),
        (2, ("a;b", "1")),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "Tên;Số đảng viên\nDị Sử;5\n".encode("cp1258", "replace").replace(b"?", b"\xec"),
        b"\xff\xfea",
        b"a\x00b\x00\x00\x00",
        codecs.BOM_UTF32_LE + "Tên".encode("utf-32-le"),
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00\xd8",
    ],
)
def test_another_encoding_is_named(data: bytes) -> None:
    with pytest.raises(RosterUnreadable) as refused:
        decode(data)
    assert refused.value.code == "bad_encoding"


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_row() -> None:
    text = 'Tên;Số đảng viên\na;1\n"b;2\n' + "c;3\n" * 60_000
    error = refusal(text.encode())
    assert (error.code, error.row) == ("too_large", 3)


def test_a_quotation_mark_that_is_never_closed_in_the_sniffed_part_is_survived() -> None:
    assert sniff('Tên;"' + "x" * 200_000) == ";"


def test_a_long_cell_keeps_one_character_over_the_limit() -> None:
    [row] = read_delimited(b"x" * 5000, "S").rows
    assert row.cells == ("x" * (MAX_CELL_CHARS + 1),)


def test_columns_are_bounded() -> None:
    assert read_delimited(b"a;" * (MAX_COLUMNS - 1) + b"a", "S").rows
    error = refusal(b"x\n" + b"a;" * MAX_COLUMNS + b"a")
    assert (error.code, error.sheet, error.row, error.column) == ("too_large", "S", 2, "CW")


def test_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 2)
    assert read_delimited(b"a\nb\n\n", "S").rows
    error = refusal(b"a\nb\n\nc")
    assert (error.code, error.row) == ("too_large", 4)


def test_a_thousand_empty_rows_end_the_file() -> None:
    near = b"a\n" + b";;\n" * (MAX_EMPTY_ROWS - 1) + b"b\n"
    assert read_delimited(near, "S").cut_after is None
    sheet = read_delimited(b"a\n" + b";;\n" * MAX_EMPTY_ROWS + b"b\n", "S")
    assert (len(sheet.rows), sheet.cut_after) == (1, 1)
