import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.roster.text import clean, name_key, parse_count, people, search_key, telephone


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        (51, 51), (51.0, 51), (0, 0), (100_000, 100_000),
        ("51", 51), (" 51 ", 51), ("51,0", 51), ("51.0", 51), ("51,00", 51), ("051", 51),
        ("1.046", 1046), ("1,046", 1046), ("1 046", 1046), ("1\u00a0046", 1046),
        ("1'046", 1046), ("1.046,0", 1046), ("1,046.0", 1046), ("51.000", 51_000), ("５１", 51),
        ("'51", 51), ("0", 0),
        (51.5, None), (1.046, None), (-1, None), (100_001, None), (float("inf"), None),
        ("51.5", None), ("51,5", None), ("1.04", None), ("1.0466", None), ("-5", None),
        ("+5", None), ("năm mươi", None), ("51 đ/c", None), ("5l", None), ("", None),
        ("1.046.5", None), ("0.046", None), ("1.000.000", None), ("٥١", None), (None, None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_offices_write_them(typed: object, count: int | None) -> None:
    assert parse_count(typed) == count


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_a_count_is_a_number_of_people_or_none(typed: object) -> None:
    count = parse_count(typed)
    assert count is None or 0 <= count <= 100_000


@given(st.integers(0, 100_000))
def test_a_thousands_mark_never_changes_a_number(count: int) -> None:
    for mark in "., ":
        assert parse_count(f"{count:,}".replace(",", mark)) == count


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0900 000 000", "0900000000"), ("0900.000.000", "0900000000"),
        ("(0221) 3-943-215", "02213943215"), ("+84 900 000 000", "0900000000"),
        ("84900000000", "0900000000"), ("0084 (0)900 000 000", "0900000000"),
        (900000000, "0900000000"), (900000000.0, "0900000000"), ("'0900000000", "0900000000"),
        ("0900000001 / 0900000002", "0900000001 / 0900000002"),
        ("0900000001; 0900000002", "0900000001 / 0900000002"),
        ("0900000001 - 0900000002", "0900000001 / 0900000002"),
        ("0221 394 máy lẻ 12", "0221 394 máy lẻ 12"), ("114", "114"), ("+1 202 555", "+1202555"),
        ("", ""), (" / ", ""),
    ],
)  # fmt: skip
def test_telephones_lose_their_spaces_and_keep_their_zero(
    typed: str | int | float, number: str
) -> None:
    assert telephone(typed) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hội trường phường Dị Sử", unicodedata.normalize("NFD", "Hội trường phường Dị Sử")),
        ("Xã Nhân Hòa", "Xã Nhân Hoà"),
        ("Đỗ Thị Thủy", "ĐỖ THỊ THUỶ"),
        ("Trạm Y tế  (4)", "trạm y tế 4"),
    ],
)
def test_two_spellings_of_a_name_are_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Thôn Vũ", "Thôn Vụ"), ("Thôn Vũ", "Thôn Vu"), ("Tổ 1-2", "Tổ 12"), ("Đa", "Da")],
)
def test_marks_and_numbers_tell_names_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_search_needs_no_marks() -> None:
    assert search_key(" Đảng bộ,\nchi BỘ ") == "dang bo chi bo"
    assert search_key(unicodedata.normalize("NFD", "Mã điểm cầu")) == "ma diem cau"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\ufeffDị\u202e Sử\u200b", "Dị Sử"), ("a\x00b\x07c", "abc"), ("a\r\nb\t c", "a b c"),
        ("a\u00a0b", "a b"), ("\ud800a", "a"), ("'=1+1", "=1+1"), ("'quoted", "'quoted"),
    ],
)  # fmt: skip
def test_what_is_invisible_is_taken_out(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_hidden(text: str) -> None:
    once = clean(text)
    assert once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in once)
    assert name_key(once) == name_key(text) or once.startswith("'") or text.strip()[:1] == "'"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Đỗ Thị Lan", ("Đỗ Thị Lan",)),
        ("đ/c Đỗ Thị Lan; Vũ Thị An", ("Đỗ Thị Lan", "Vũ Thị An")),
        ("- Đỗ Thị Lan\n- Đồng chí Vũ Thị An", ("Đỗ Thị Lan", "Vũ Thị An")),
        ("Đỗ Thị Lan, Vũ Thị An", ("Đỗ Thị Lan", "Vũ Thị An")),
        ("Đỗ Thị Lan, Phó Bí thư, Vũ Thị An", ("Đỗ Thị Lan, Phó Bí thư", "Vũ Thị An")),
        ("Đỗ Thị Lan; Đỗ Thị Lan;", ("Đỗ Thị Lan",)),
        (",Phó Bí thư", ("Phó Bí thư",)),
        (" ; ", ()),
    ],
)
def test_several_people_in_a_cell_are_told_apart(cell: str, names: tuple[str, ...]) -> None:
    assert people(cell) == names
