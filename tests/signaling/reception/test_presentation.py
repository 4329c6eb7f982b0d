import numpy as np

from signaling.reception.presentation import THUMBNAIL_EVERY_S, Presentation
from signaling.stats import Presented, PresentedBy


def test_before_anything_was_shown_nothing_is_named() -> None:
    assert Presentation().report(5.0) == Presented(by=PresentedBy.DECODER)


def test_the_newest_picture_and_sound_are_named_with_their_ages() -> None:
    presentation = Presentation()
    presentation.receive_picture(7, np.full((18, 32), 3, np.uint8), 10.0)
    presentation.receive_sound(2**32 + 960, 10.1)
    told = presentation.report(10.25)
    assert (told.rtp_timestamp, told.age, told.thumbnail) == (7, 0.25, bytes([3]) * 576)
    assert told.sound_rtp_timestamp == 960
    assert round(told.sound_age, 3) == 0.15


def test_a_thumbnail_is_wanted_as_often_as_reports_can_use_it() -> None:
    presentation = Presentation()
    assert presentation.wants_thumbnail(1.0)
    presentation.receive_picture(0, np.zeros((18, 32), np.uint8), 1.0)
    assert not presentation.wants_thumbnail(1.0 + THUMBNAIL_EVERY_S / 2)
    assert presentation.wants_thumbnail(1.0 + THUMBNAIL_EVERY_S)
