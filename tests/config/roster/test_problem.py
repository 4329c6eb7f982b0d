import string
from pathlib import Path

import pytest

from config.roster.problem import (
    WARNINGS,
    WORDS,
    Place,
    ProblemCode,
    Severity,
    blocks,
    problem,
    refusal,
    unreadable,
)

PAGE = Path(__file__).parents[3] / "docs" / "roster.md"


def fields(text: str) -> set[str]:
    # The languages may differ in these: why and why_en.
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.removesuffix("_en") for name in names}


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_words_in_both_languages(code: ProblemCode) -> None:
    vietnamese, english = WORDS[code]
    assert fields(vietnamese) == fields(english) or code is ProblemCode.MISSING_COLUMN
    assert vietnamese.endswith(".")
    assert english.endswith(".")


@pytest.mark.parametrize("code", ProblemCode)
def test_the_offices_page_explains_every_problem_twice(code: ProblemCode) -> None:
    assert PAGE.read_text("utf-8").count(f"`{code}`") == 2


def test_the_offices_page_explains_no_other_problem() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert len(rows) == 2 * len(ProblemCode)


def test_an_error_blocks_and_a_warning_does_not() -> None:
    error = problem(ProblemCode.EMPTY_FILE, Place())
    warning = problem(ProblemCode.UNKNOWN_COLUMN, Place())
    assert (error.severity, warning.severity) == (Severity.ERROR, Severity.WARNING)
    assert blocks([warning, error])
    assert not blocks([warning])
    assert ProblemCode.BAD_COUNT not in WARNINGS


def test_a_long_value_is_cut_in_the_text() -> None:
    it = problem(ProblemCode.BAD_COUNT, Place(), value="x" * 500, limit=1)
    assert len(it.text) < 200


def test_a_value_with_braces_is_only_text() -> None:
    it = problem(ProblemCode.BAD_COUNT, Place(), value="{limit.__class__}", limit=1)
    assert "{limit.__class__}" in it.text


def test_an_unreadable_file_is_a_problem_with_the_same_place_and_words() -> None:
    place = Place(sheet="S", row=3, column="Mã")
    error = unreadable(ProblemCode.TOO_LARGE, place, what="a", what_en="b", limit=1)
    expected = problem(ProblemCode.TOO_LARGE, place, what="a", what_en="b", limit=1)
    assert refusal(error) == expected
