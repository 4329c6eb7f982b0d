import numpy as np
import pytest

from endpoints.studio import font, timecode
from endpoints.studio.encoder import PictureEncoder, PictureFormat, SoundEncoder
from endpoints.studio.film import BLOCK, RATE_HZ, TITLE, Film, sound
from signaling.reception.frame import VideoCodec
from signaling.thumbnail import luma_thumbnail


def strip(film: Film, number: int) -> int | None:
    luma = film.picture(number)[: film.height]
    return timecode.read(luma_thumbnail(luma)[-1].tolist())


@pytest.mark.parametrize(
    ("width", "height", "fps"), [(320, 180, 15), (640, 360, 25), (854, 480, 30)]
)
def test_a_picture_names_its_frame_at_every_size(width: int, height: int, fps: int) -> None:
    film = Film(width, height, fps)
    assert film.picture(0).shape == (height * 3 // 2, width)
    for number in (0, 1, fps, 123_456):
        assert strip(film, number) == number


def test_the_same_frame_is_the_same_picture_and_the_next_is_another() -> None:
    film = Film()
    assert (film.picture(77) == Film().picture(77)).all()
    change = luma_thumbnail(film.picture(78)[:180]) != luma_thumbnail(film.picture(77)[:180])
    assert change.sum() > 100


def test_each_second_begins_with_a_flash_and_a_beep() -> None:
    film = Film()
    corner = [film.picture(number)[:60, -60:].mean() > 200 for number in range(16)]
    assert corner == [True, True] + [False] * 13 + [True]
    seconds = np.concatenate([sound(block) for block in range(100)])
    beep, after = seconds[RATE_HZ : RATE_HZ + 4800], seconds[RATE_HZ + 4800 : RATE_HZ + 9600]
    spectrum = np.abs(np.fft.rfft(beep.astype(float)))
    assert spectrum.argmax() * 10 == 1000
    assert np.abs(np.fft.rfft(after.astype(float))).argmax() * 10 < 900


def test_sound_has_no_clicks_between_blocks_and_changes_its_loudness() -> None:
    blocks = [sound(block) for block in range(500)]
    assert all(block.shape == (BLOCK,) for block in blocks)
    whole = np.concatenate(blocks).astype(float)
    assert np.abs(np.diff(whole)).max() < 6000
    levels = np.sqrt((whole.reshape(-1, RATE_HZ)[:, 4800:] ** 2).mean(axis=1))
    assert levels.max() > 2 * levels.min() > 100


def test_the_title_is_drawn_with_its_marks() -> None:
    title = font.draw(TITLE)
    assert title.shape == (font.HEIGHT, font.WIDTH * len(TITLE))
    bare = font.draw("Gio sinh hoat toan Đang bo – phim thu")
    assert (title | bare == title).all()
    assert (title & ~bare).any(axis=0).sum() >= 7 * 2
    drawn = title.reshape(font.HEIGHT, len(TITLE), font.WIDTH).any(axis=(0, 2))
    assert drawn.tolist() == [letter != " " for letter in TITLE]


def test_unknown_letters_leave_their_place_empty() -> None:
    assert not font.draw("漢").any()
    assert font.draw("").shape == (font.HEIGHT, 0)
    assert font.draw("1", 3).shape == (30, 18)


@pytest.mark.parametrize("codec", VideoCodec)
def test_the_small_film_fits_its_rate_with_a_key_frame_every_two_seconds(codec: VideoCodec) -> None:
    film, encoder = Film(), PictureEncoder(PictureFormat(codec=codec))
    frames = [encoder.encode(film.picture(number), number) for number in range(90)]
    assert all(len(packets) == 1 for packets in frames)
    sizes = [len(packets[0]) for packets in frames]
    assert sum(sizes) * 8 / 6 < 220_000
    assert max(sizes) < 8000


def test_speech_takes_no_more_than_its_rate() -> None:
    encoder = SoundEncoder()
    packets = [packet for block in range(100) for packet in encoder.encode(sound(block), block)]
    assert len(packets) == 100
    assert sum(map(len, packets)) * 8 / 2 < 32_000
