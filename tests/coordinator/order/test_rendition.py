"""What a point is sent by choice: for how long it holds, and whether it came to that."""

import pytest

from coordinator.alarm.fact import RenditionChosen
from coordinator.fact import PhaseEntered, PointWithdrawn
from coordinator.order.rendition import came_to, choice_of, chosen, rendition_of
from signaling.media_plane import Rendition
from signaling.messages import Outcome, ProgrammeSending
from signaling.schema import Phase, RenditionChoice, Sending
from tests.harness.facts import Chronicle, planned, point

AUTO, SOUND, LOW, HIGH = RenditionChoice
BEGUN, DONE, REFUSED = Outcome


def choose(code: str, choice: RenditionChoice) -> RenditionChosen:
    return RenditionChosen(point=code, choice=choice)


def town() -> Chronicle:
    made = Chronicle(point("A"), point("B"), planned())
    made.add(choose("A", LOW), choose("B", SOUND))
    return made


def test_what_was_chosen_holds_until_it_is_automatic_again() -> None:
    made = town()
    assert chosen(made.state) == {"A": Rendition.LOW, "B": Rendition.SOUND}
    made.add(choose("A", HIGH), choose("B", AUTO))
    assert chosen(made.state) == {"A": Rendition.HIGH}
    assert (choice_of(made.state, "A"), choice_of(made.state, "B")) == (HIGH, AUTO)
    assert rendition_of(AUTO) is None


def test_it_holds_for_its_session_only() -> None:
    made = town()
    made.add(PhaseEntered(phase=Phase.CLOSED))
    assert chosen(made.state) == {}
    assert choice_of(made.state, "A") is AUTO


def test_a_withdrawn_point_has_no_choice() -> None:
    made = town()
    made.add(PointWithdrawn(code="A"))
    assert chosen(made.state) == {"B": Rendition.SOUND}


def sends(sending: Sending, why: str = "nothing") -> ProgrammeSending:
    return ProgrammeSending(sending=sending, why=why)


@pytest.mark.parametrize(
    ("choice", "told", "has_low", "outcome"),
    [
        (AUTO, None, False, (DONE, "")),
        (LOW, None, True, (BEGUN, "")),
        (LOW, sends(Sending.PICTURE_LOW, "choice"), True, (DONE, "")),
        (LOW, sends(Sending.PICTURE_HIGH), True, (BEGUN, "")),
        (LOW, sends(Sending.PICTURE_HIGH), False, (REFUSED, "one_picture")),
        (LOW, sends(Sending.SOUND_ONLY, "loss"), True, (REFUSED, "loss")),
        (LOW, sends(Sending.SOUND_ONLY, "choice"), True, (BEGUN, "")),
        (HIGH, sends(Sending.PICTURE_LOW, "budget"), True, (REFUSED, "budget")),
        (HIGH, sends(Sending.SOUND_ONLY, "offer"), False, (REFUSED, "offer")),
        (HIGH, sends(Sending.PICTURE_HIGH), True, (DONE, "")),
        (SOUND, sends(Sending.PICTURE_HIGH), False, (BEGUN, "")),
        (SOUND, sends(Sending.SOUND_ONLY, "choice"), False, (DONE, "")),
    ],
)
def test_it_came_to_that_or_it_did_not_and_why(
    choice: RenditionChoice,
    told: ProgrammeSending | None,
    has_low: bool,
    outcome: tuple[Outcome, str],
) -> None:
    assert came_to(choice, told, has_low=has_low) == outcome
