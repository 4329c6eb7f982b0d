import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.utc import format_utc, parse_utc
from signaling.schema import Utc


def test_the_text_is_that_of_the_schema() -> None:
    assert format_utc(1_762_048_800.25) == "2025-11-02T02:00:00.250Z"
    assert format_utc(0) == "1970-01-01T00:00:00.000Z"


@given(st.integers(0, 4_000_000_000_000))
def test_reading_is_the_inverse_of_writing(unix_ms: int) -> None:
    text = format_utc(unix_ms / 1000)
    assert msgspec.convert(text, Utc) == text
    assert parse_utc(text) == pytest.approx(unix_ms / 1000, abs=0.001_1)


def test_a_day_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="day"):
        parse_utc("2026-02-31T00:00:00.000Z")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-10-04T00:00:00"])
def test_an_instant_needs_a_zone(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_utc(text)
