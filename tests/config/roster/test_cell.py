import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.roster.cell import Row, column_index, column_letter


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")]
)
def test_columns_have_the_letters_of_a_spreadsheet(column: int, letters: str) -> None:
    assert column_letter(column) == letters
    assert column_index(f"{letters}12") == column


@given(st.integers(0, 16_383))
def test_letters_lead_back_to_the_column(column: int) -> None:
    assert column_index(column_letter(column)) == column


def test_a_reference_without_letters_names_no_column() -> None:
    assert column_index("12") is None
    assert column_index("") is None


def test_a_row_is_empty_beyond_its_last_cell() -> None:
    row = Row(number=1, cells=("a", None))
    assert [row.at(column) for column in range(3)] == ["a", None, None]
