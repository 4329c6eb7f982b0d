"""Who is on air: stand-ins come at once, those who fell come back when they are steady."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.selection import (
    POINT_RETURN_S,
    RETURN_S,
    TAKEOVER_S,
    Choice,
    Vitals,
    patience_s,
    probation_s,
)

MAIN, BACKUP, POINT = "studio", "studio-backup", "point/a"
STEP_S = 0.1


class Stage:
    """Sources that send every 100 ms, while they are told to."""

    def __init__(self, *chain: str) -> None:
        self.vitals = Vitals()
        self.choice = Choice("video", self.vitals)
        self.choice.set_chain(chain)
        self.now = 0.0
        self.sending: set[str] = set()

    def run(self, seconds: float) -> list[str | None]:
        """Return who was chosen, changes only."""
        seen: list[str | None] = []
        for _ in range(round(seconds / STEP_S)):
            self.now += STEP_S
            for source in self.sending:
                self.vitals.receive(source, "video", self.now)
            chosen = self.choice.decide(self.now)
            if not seen or seen[-1] != chosen:
                seen.append(chosen)
        return seen


@pytest.mark.parametrize(
    ("chain", "before", "then", "seen"),
    [
        ((MAIN, BACKUP), {MAIN, BACKUP}, {MAIN, BACKUP}, [MAIN]),
        ((MAIN, BACKUP), {MAIN, BACKUP}, {BACKUP}, [MAIN, BACKUP]),
        ((MAIN, BACKUP), {MAIN, BACKUP}, {MAIN}, [MAIN]),
        ((MAIN, BACKUP), {MAIN}, set(), [MAIN, None]),
        ((MAIN, BACKUP), {BACKUP}, {BACKUP, MAIN}, [MAIN]),
        ((MAIN, BACKUP), set(), {BACKUP}, [BACKUP]),
        ((BACKUP, MAIN), {MAIN, BACKUP}, {MAIN}, [BACKUP, MAIN]),
        ((POINT, MAIN), {POINT, MAIN}, {MAIN}, [POINT, MAIN]),
        ((POINT,), {MAIN}, {MAIN}, [None]),
        ((), {MAIN}, {MAIN}, [None]),
    ],
)
def test_who_is_chosen(
    chain: tuple[str, ...], before: set[str], then: set[str], seen: list[str | None]
) -> None:
    stage = Stage(*chain)
    stage.sending = set(before)
    stage.run(1.0)
    stage.sending = set(then)
    assert stage.run(2.0) == seen


def test_the_main_comes_back_only_when_it_is_steady() -> None:
    stage = Stage(MAIN, BACKUP)
    stage.sending = {MAIN, BACKUP}
    stage.run(1.0)
    stage.sending = {BACKUP}
    assert stage.run(1.0) == [MAIN, BACKUP]
    stage.sending = {MAIN, BACKUP}
    assert stage.run(RETURN_S - 0.2) == [BACKUP]
    stage.sending = {BACKUP}
    stage.run(TAKEOVER_S + 0.2)
    stage.sending = {MAIN, BACKUP}
    assert stage.run(RETURN_S - 0.2) == [BACKUP]
    assert stage.run(1.0) == [BACKUP, MAIN]


def test_a_main_on_probation_is_better_than_nobody() -> None:
    stage = Stage(MAIN, BACKUP)
    stage.sending = {MAIN, BACKUP}
    stage.run(1.0)
    stage.sending = {BACKUP}
    stage.run(1.0)
    stage.sending = {MAIN, BACKUP}
    stage.run(1.0)
    stage.sending = {MAIN}
    assert stage.run(2.0) == [BACKUP, MAIN]
    stage.sending = {MAIN, BACKUP}
    assert stage.run(RETURN_S + 5) == [MAIN]


def test_who_is_asked_for_by_a_person_is_forgiven() -> None:
    stage = Stage(MAIN, BACKUP)
    stage.sending = {MAIN, BACKUP}
    stage.run(1.0)
    stage.sending = {BACKUP}
    stage.run(1.0)
    stage.sending = {MAIN, BACKUP}
    stage.run(0.2)
    stage.choice.set_chain((MAIN, BACKUP))
    assert stage.run(0.5) == [BACKUP]
    stage.choice.set_chain((BACKUP, MAIN))
    stage.choice.set_chain((MAIN, BACKUP))
    assert stage.run(0.5) == [MAIN]


def test_who_says_goodbye_is_not_waited_for() -> None:
    stage = Stage(MAIN, BACKUP)
    stage.sending = {MAIN, BACKUP}
    stage.run(1.0)
    stage.vitals.forget(MAIN)
    assert stage.choice.decide(stage.now) == BACKUP
    assert stage.vitals.silence_s(MAIN, stage.now) > 1e6
    assert stage.vitals.silence_s(BACKUP, stage.now + 3) == 3


def test_the_sound_goes_with_the_picture_while_it_can() -> None:
    vitals = Vitals()
    choice = Choice("audio", vitals)
    choice.set_chain((MAIN, BACKUP))
    for source in (MAIN, BACKUP):
        vitals.receive(source, "audio", 1.0)
    assert choice.decide(1.0, prefer=BACKUP) == BACKUP
    assert choice.decide(1.0, prefer=POINT) == MAIN
    vitals.receive(MAIN, "audio", 1.5)
    assert choice.decide(1.5, prefer=BACKUP) == MAIN


def test_halls_are_given_more_time_and_come_back_sooner() -> None:
    assert patience_s(POINT) > patience_s(MAIN) == TAKEOVER_S
    assert (probation_s(POINT), probation_s(MAIN)) == (POINT_RETURN_S, RETURN_S)


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from([MAIN, BACKUP])),
            st.floats(0.1, 6.0),
        ),
        max_size=12,
    )
)
def test_whatever_happens_who_lives_is_on_air_and_the_main_does_not_flap(
    steps: list[tuple[set[str], float]],
) -> None:
    stage = Stage(MAIN, BACKUP)
    taken_at: list[float] = []
    before: str | None = None
    for sending, span_s in steps:
        stage.sending = set(sending)
        for _ in range(round(span_s / STEP_S)):
            stage.run(STEP_S)
            chosen = stage.choice.source
            if sending:
                assert chosen is not None
            if chosen is not None:
                assert stage.vitals.is_live(chosen, "video", stage.now)
            if (
                chosen == MAIN
                and before == BACKUP
                and stage.vitals.is_live(BACKUP, "video", stage.now)
            ):
                taken_at.append(stage.now)
            before = chosen
    # The first time it had not fallen yet.
    assert all(b - a >= RETURN_S for a, b in zip(taken_at[1:], taken_at[2:], strict=False))
