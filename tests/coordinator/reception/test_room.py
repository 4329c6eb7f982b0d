import pytest

from coordinator.reception.room import AFTER_S, BEFORE_S, WITHIN_S, RoomQuestion, room_word
from signaling.entry import Answer

YES, NO, UNSURE = Answer.YES, Answer.NO, Answer.UNSURE
START = 100_000.0


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


def open_session(live_s: float | None = None) -> RoomQuestion:
    question = RoomQuestion()
    question.receive_session("s1", START, live_s)
    return question


def test_nobody_is_asked_without_a_session() -> None:
    question = RoomQuestion()
    question.receive_session(None, None, None)
    assert question.next_timer() is None
    assert not question.handle_timer(START)


def test_halls_are_asked_ten_minutes_before_the_start_and_once() -> None:
    question = open_session()
    assert question.next_timer() == START - BEFORE_S
    assert not question.handle_timer(START - BEFORE_S - 1)
    assert question.handle_timer(START - BEFORE_S)
    assert not question.handle_timer(START - BEFORE_S + 1)
    assert question.next_timer() is None


def test_halls_are_asked_again_a_minute_after_the_start_whenever_that_was() -> None:
    question = open_session()
    question.handle_timer(START - BEFORE_S)
    question.receive_session("s1", START, START + 300)
    assert question.next_timer() == START + 300 + AFTER_S
    assert question.handle_timer(START + 300 + AFTER_S)


def test_a_start_that_is_taken_back_is_asked_about_again() -> None:
    question = open_session(live_s=START)
    question.handle_timer(START + AFTER_S)
    question.receive_session("s1", START, None)
    question.receive_session("s1", START, START + 900)
    assert question.handle_timer(START + 900 + AFTER_S)


def test_a_question_long_overdue_is_not_put() -> None:
    question = open_session()
    assert not question.handle_timer(START - BEFORE_S + WITHIN_S)
    assert question.next_timer() is None


def test_another_session_is_asked_anew() -> None:
    question = open_session()
    question.handle_timer(START - BEFORE_S)
    question.receive_session("s2", START, None)
    assert question.handle_timer(START - BEFORE_S)
