import json

import pytest

from endpoints.fleet.fault import LINE_FAULTS, OTHER_COURSE, HallFault, Screen, decode_faults
from endpoints.fleet.line import Line
from signaling.rtp import RtpHeader
from signaling.stats import InboundAudio, MediaStats, Presented, PresentedBy


def report(second: int) -> MediaStats:
    """Return what a sound hall measures in its n-th second."""
    return MediaStats(
        audio=InboundAudio(total_audio_energy=0.01 * second, total_samples_duration=float(second)),
        presented=Presented(
            by=PresentedBy.DECODER, rtp_timestamp=second, age=0.1, thumbnail=bytes([second]) * 576
        ),
    )


def shown(fault: HallFault, seconds: int = 3) -> list[MediaStats]:
    """Return what a hall says after ten good seconds, under a fault."""
    screen = Screen()
    for second in range(1, 11):
        assert screen.show(report(second), float(second)).presented == report(second).presented
    screen.order(fault)
    return [screen.show(report(n), float(n)) for n in range(11, 11 + seconds)]


def pictures(fault: HallFault) -> list[Presented]:
    return [told.presented for told in shown(fault) if told.presented is not None]


def test_a_hall_without_a_fault_says_what_it_measured() -> None:
    assert [p.rtp_timestamp for p in pictures(HallFault.NONE)] == [11, 12, 13]


def test_before_anything_is_presented_a_report_stays_as_it_is() -> None:
    screen = Screen()
    screen.order(HallFault.BLACK)
    assert screen.show(MediaStats(), 1.0) == MediaStats()


def test_a_frozen_screen_stands_while_its_player_goes_on() -> None:
    found = pictures(HallFault.FROZEN)
    assert [p.rtp_timestamp for p in found] == [11, 12, 13]
    assert {p.thumbnail for p in found} == {bytes([11]) * 576}


def test_a_stuck_player_names_one_frame_that_grows_old() -> None:
    found = pictures(HallFault.STUCK)
    assert {(p.rtp_timestamp, p.thumbnail) for p in found} == {(11, bytes([11]) * 576)}
    assert [round(p.age, 1) for p in found] == [0.1, 1.1, 2.1]


def test_a_black_screen_is_black() -> None:
    assert {p.thumbnail for p in pictures(HallFault.BLACK)} == {bytes([16]) * 576}


def test_an_old_loop_is_of_the_same_camera_before() -> None:
    found = {p.thumbnail for p in pictures(HallFault.OLD_LOOP)}
    assert found <= {bytes([n]) * 576 for n in range(1, 11)}
    assert len(found) == 3
    screen = Screen()
    screen.order(HallFault.OLD_LOOP)
    assert screen.show(report(1), 1.0).presented == report(1).presented


def test_another_picture_moves_and_is_not_ours() -> None:
    found = {p.thumbnail for p in pictures(HallFault.OTHER_PICTURE)}
    assert len(found) == 3
    assert all(thumbnail is not None and len(set(thumbnail)) > 50 for thumbnail in found)


@pytest.mark.parametrize(
    ("fault", "field", "value"),
    [
        (HallFault.MUTED, "muted", True),
        (HallFault.VOLUME_ZERO, "volume", 0.0),
        (HallFault.PAUSED, "paused", True),
        (HallFault.HIDDEN, "visible", False),
        (HallFault.NO_CALLBACK, "by", PresentedBy.NONE),
    ],
)
def test_a_player_says_what_is_wrong_with_it(fault: HallFault, field: str, value: object) -> None:
    assert [getattr(p, field) for p in pictures(fault)] == [value] * 3


def energies(fault: HallFault) -> list[float]:
    return [round(t.audio.total_audio_energy, 6) for t in shown(fault) if t.audio is not None]


def test_a_silent_player_adds_no_energy_and_another_sound_its_own() -> None:
    assert energies(HallFault.SILENT) == [0.1, 0.1, 0.1]
    other = energies(HallFault.OTHER_SOUND)
    grown = [b - a for a, b in zip([0.1, *other], other, strict=False)]
    assert all(any(abs(g - course) < 1e-6 for course in OTHER_COURSE) for g in grown)


def test_a_new_session_adds_up_from_nothing_and_one_without_sound_stays_so() -> None:
    screen = Screen()
    screen.show(report(5), 5.0)
    again = screen.show(report(1), 6.0)
    assert again.audio == report(1).audio
    mute = MediaStats(presented=Presented())
    assert screen.show(mute, 7.0) == mute


def test_a_picture_that_cannot_be_read_is_not_recorded() -> None:
    screen = Screen()
    bare = MediaStats(presented=Presented())
    assert screen.show(bare, 1.0) == bare


HEADER = RtpHeader(111, False, 1, 0, 5, 12, 20)


@pytest.mark.parametrize(
    ("fault", "sound", "picture", "last_of_picture"),
    [
        (HallFault.NONE, False, False, False),
        (HallFault.NO_PACKETS, True, True, True),
        (HallFault.NO_PICTURE, False, True, True),
        (HallFault.NO_SOUND, True, False, False),
        (HallFault.UNDECODABLE, False, False, True),
        (HallFault.BLACK, False, False, False),
    ],
)
def test_a_line_swallows_what_its_fault_says(
    fault: HallFault, sound: bool, picture: bool, last_of_picture: bool
) -> None:
    line = Line(lambda: 0.5)
    line.order(fault)
    assert line.fault is (fault if fault in LINE_FAULTS else HallFault.NONE)
    assert line.swallows(HEADER, True) is sound
    assert line.swallows(HEADER, False) is picture
    assert line.swallows(HEADER._replace(marker=True), False) is last_of_picture


def test_orders_are_read_by_hall_and_junk_is_refused() -> None:
    assert decode_faults(b" ") == {}
    text = json.dumps({"MH-001": "frozen", "MH-002": "none"}).encode()
    assert decode_faults(text) == {"MH-001": HallFault.FROZEN, "MH-002": HallFault.NONE}
    for junk in (b"{", b"[]", b'{"MH-001": "gone"}'):
        with pytest.raises(ValueError, match="."):
            decode_faults(junk)


def test_an_ordered_line_loses_and_delays_until_it_is_taken_back() -> None:
    line = Line(lambda: 0.05)
    line.order(HallFault.LOSSY_LINE)
    assert line.loses()
    assert line.delay_s > 0
    line.order(HallFault.THIN_LINE)
    assert not line.loses()
    line.order(HallFault.NONE)
    assert (line.loss_ratio, line.delay_s) == (0.0, 0.0)


def test_a_fault_of_the_screen_leaves_a_poor_line_as_it_is() -> None:
    line = Line(lambda: 0.05)
    line.loss_ratio = 0.5
    line.order(HallFault.BLACK)
    line.order(HallFault.NONE)
    assert line.loses()
