from hypothesis import given
from hypothesis import strategies as st

from endpoints.studio import timecode


@given(st.integers(0, 2**26))
def test_the_strip_is_read_back(number: int) -> None:
    luma = [224 if cell else 32 for cell in timecode.cells(number)]
    assert timecode.read(luma) == number % 2**24


@given(st.integers(0, 2**24 - 1), st.integers(0, 31))
def test_one_wrong_cell_is_noticed(number: int, wrong: int) -> None:
    luma = [224 if cell else 32 for cell in timecode.cells(number)]
    luma[wrong] = 256 - luma[wrong]
    assert timecode.read(luma) is None


def test_a_dark_picture_is_no_timecode() -> None:
    assert timecode.read([0] * 32) is None
    assert timecode.read([255] * 32) is None


def test_the_text_counts_frames_within_seconds() -> None:
    assert timecode.text(0, 15) == "00:00:00:00"
    assert timecode.text(15 * 3661 + 14, 15) == "01:01:01:14"
    assert timecode.text(25 * 3600 * 100, 25) == "00:00:00:00"
