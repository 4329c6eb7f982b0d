"""What people in a hall say of the programme, and when they are asked. Pure: no I/O.

A machine sees no projector and hears no loudspeaker: the operator's phone asks ten minutes
before the start, and one minute after it.
"""

from signaling.entry import Answer


def room_word(picture: Answer, sound: Answer) -> bool | None:
    """Return whether the hall sees and hears: both yes, one no, or None for unsure."""
    if Answer.NO in (picture, sound):
        return False
    return True if picture is sound is Answer.YES else None
