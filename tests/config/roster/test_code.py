from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.roster.code import make_codes


@pytest.mark.parametrize(
    ("taken", "made"),
    [
        ([], ["DC-001", "DC-002"]),
        (["DC-001"], ["DC-002", "DC-003"]),
        (["DC-001", "DC-007"], ["DC-008", "DC-009"]),
        (["MH-000", "MH-091", "MH-003"], ["MH-092", "MH-093"]),
        (["MH-001", "mh-002", "MH-003"], ["MH-004", "MH-005"]),
        (["MH-999"], ["MH-1000", "MH-1001"]),
        (["MH-01", "MH-001", "MH-002"], ["MH-003", "MH-004"]),
        (["hall", "town", "DC-004"], ["DC-005", "DC-006"]),
        (["a", "b", "MH-001"], ["DC-001", "DC-002"]),
        (["1", "2"], ["DC-001", "DC-002"]),
        (["a", "b", "c", "dc-1"], ["DC-002", "DC-003"]),
        (["A1", "B1"], ["B2", "B3"]),
    ],
)
def test_made_codes_go_on_where_the_others_stop(taken: list[str], made: list[str]) -> None:
    assert list(islice(make_codes(taken), 2)) == made


@given(st.lists(st.from_regex(r"(MH-|DC-|dc-|x)?[0-9]{0,4}", fullmatch=True)))
def test_a_made_code_was_never_used(taken: list[str]) -> None:
    made = list(islice(make_codes(taken), 20))
    keys = {code.casefold() for code in made}
    assert len(keys) == 20
    assert not keys & {code.casefold() for code in taken}
