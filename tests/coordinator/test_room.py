import pytest

from coordinator.room import room_word
from signaling.entry import Answer

YES, NO, UNSURE = Answer.YES, Answer.NO, Answer.UNSURE


@pytest.mark.parametrize(
    ("picture", "sound", "word"),
    [
        (YES, YES, True),
        (YES, NO, False),
        (NO, YES, False),
        (NO, UNSURE, False),
        (YES, UNSURE, None),
        (UNSURE, UNSURE, None),
    ],
)
def test_both_must_be_there_and_one_that_is_missing_is_enough(
    picture: Answer, sound: Answer, word: bool | None
) -> None:
    assert room_word(picture, sound) is word
