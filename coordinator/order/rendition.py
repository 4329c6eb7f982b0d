"""What points are sent by choice of the centre, and whether it came to that. Pure: no I/O.

A choice holds for its session, whoever leaves and comes back; ``auto`` ends it. Whether it can
be had is for the plane to say: the line's budget has the last word.
"""

from signaling.media_plane import Rendition, Why
from signaling.messages import Outcome, ProgrammeSending
from signaling.schema import RenditionChoice, Sending

from ..state import State

CHANGE_RENDITION = "change_rendition"
"How such an order is called: it goes to the plane, and is no action of a device."
WITHIN_S = 15.0
"A picture waits for its key frame; what is not sent by then is not."
SENDINGS = {
    RenditionChoice.HIGH: Sending.PICTURE_HIGH,
    RenditionChoice.LOW: Sending.PICTURE_LOW,
    RenditionChoice.SOUND: Sending.SOUND_ONLY,
}
UNDER_WAY = (Why.NOTHING, Why.CHOICE)
"What the plane says of a rendition that it is about to send; anything else is why it does not."


def choice_of(state: State, point: str) -> RenditionChoice:
    """Return what was chosen for a point in the present session."""
    session = state.session.id if state.session else None
    chosen_in, choice = state.renditions.get(point, (session, RenditionChoice.AUTO))
    return choice if chosen_in == session else RenditionChoice.AUTO


def rendition_of(choice: RenditionChoice) -> Rendition | None:
    """Return what the plane is to give; None for whatever fits."""
    return None if choice is RenditionChoice.AUTO else Rendition(choice.value)


def chosen(state: State) -> dict[str, Rendition]:
    """Return what the plane is to give to whom; who is not named gets what fits."""
    found = {point: rendition_of(choice_of(state, point)) for point in state.renditions}
    return {point: rendition for point, rendition in found.items() if rendition is not None}


def came_to(
    choice: RenditionChoice, told: ProgrammeSending | None, *, has_low: bool
) -> tuple[Outcome, str]:
    """Return how a choice that the plane has taken stands: done, refused and why, or begun.

    Args:
        choice: What is wanted.
        told: What the device is sent; None while it fetches nothing.
        has_low: The picture on air can be had in fewer bits.

    """
    if choice is RenditionChoice.AUTO:
        return Outcome.DONE, ""
    if told is None:
        return Outcome.BEGUN, ""
    if told.sending is SENDINGS[choice]:
        return Outcome.DONE, ""
    if choice is RenditionChoice.LOW and not has_low:
        return Outcome.REFUSED, "one_picture"
    return (Outcome.BEGUN, "") if told.why in UNDER_WAY else (Outcome.REFUSED, told.why)
