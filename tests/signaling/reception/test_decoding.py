"""Real decoders behind the real machine, fed with the film."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from endpoints.studio import timecode
from endpoints.studio.encoder import PictureEncoder, PictureFormat, SoundEncoder
from endpoints.studio.film import Film, sound
from signaling.reception.decoding import MAX_WAITING, ProgrammeDecoder
from signaling.reception.frame import Frame, FrameLost, Sound, VideoCodec
from signaling.reception.reception import Negotiated, Reception
from signaling.reception.sound import WARM_UP_PACKETS
from signaling.schema import Decoding
from signaling.thumbnail import Luma
from tests.signaling.peers import until

pytestmark = pytest.mark.real_io
CODECS = list(VideoCodec)


class Hall:
    """A decoder with everything it showed, as the numbers on the pictures."""

    def __init__(self, codec: VideoCodec = VideoCodec.H264, decoding: Decoding = Decoding.ALL):
        self.shown: list[tuple[int, int | None]] = []
        negotiated = Negotiated(codec=codec, video_type=96, audio_type=111)
        self.reception = Reception(negotiated, ssrc=1, cname="hall", now=0.0)
        self.decoder = ProgrammeDecoder(self.reception, codec, self.show)
        self.decoder.set_decoding(decoding)

    def show(self, timestamp: int, thumbnail: Luma) -> None:
        self.shown.append((timestamp, timecode.read(thumbnail[-1].tolist())))

    def take(self, *frames: Frame | FrameLost | Sound) -> None:
        self.decoder.receive(frames, asyncio.get_running_loop().time())


def encoded(
    numbers: range,
    format: PictureFormat,
    key: Callable[[int], bool] = lambda number: number % 15 == 0,
) -> list[Frame]:
    """Return frames of the film; their RTP timestamps are their numbers."""
    film = Film(format.width, format.height, format.fps)
    encoder = PictureEncoder(format)
    return [
        Frame(number, is_key, True, data)
        for number in numbers
        for is_key in [number == numbers[0] or key(number)]
        for data in encoder.encode(film.picture(number), number, is_key)
    ]


SMALL = PictureFormat()


@pytest.mark.parametrize("codec", CODECS)
async def test_every_frame_is_shown_with_its_own_timestamp(codec: VideoCodec) -> None:
    hall = Hall(codec)
    hall.take(*encoded(range(105, 150), PictureFormat(codec=codec)))
    assert hall.shown == [(number, number) for number in range(105, 150)]
    decoded = hall.reception.decoded
    assert (decoded.frames, decoded.key_frames, decoded.dropped) == (45, 3, 0)
    assert (decoded.width, decoded.height) == (320, 180)
    assert 0 < decoded.decode_s < 2


@pytest.mark.parametrize("codec", CODECS)
async def test_the_slate_gives_way_to_the_studio_in_another_resolution(codec: VideoCodec) -> None:
    hall = Hall(codec)
    slate = PictureFormat(codec=codec, width=640, height=360, bitrate_bps=400_000)
    for start, format in ((0, slate), (20, PictureFormat(codec=codec)), (40, slate)):
        hall.take(*encoded(range(start, start + 20), format))
        assert hall.reception.decoded.width == format.width
    assert hall.shown == [(number, number) for number in range(60)]
    assert hall.reception.decoded.dropped == 0


async def test_key_frames_alone_are_decoded_where_that_is_the_choice() -> None:
    hall = Hall(decoding=Decoding.KEY_FRAMES)
    hall.take(*encoded(range(45), SMALL))
    assert [number for number, _read in hall.shown] == [0, 15, 30]
    assert (hall.reception.decoded.frames, hall.reception.decoded.dropped) == (3, 0)


async def test_switching_to_everything_begins_at_a_key_frame() -> None:
    hall = Hall(decoding=Decoding.NONE)
    frames = encoded(range(45), SMALL)
    hall.take(*frames[:5])
    assert hall.shown == []
    hall.decoder.set_decoding(Decoding.ALL)
    hall.take(*frames[5:20])
    assert [number for number, _read in hall.shown] == list(range(15, 20))
    hall.decoder.set_decoding(Decoding.KEY_FRAMES)
    hall.take(*frames[20:40])
    assert [number for number, _read in hall.shown][5:] == [30]
    assert hall.reception.decoded.dropped == 0


async def test_after_a_loss_frames_are_dropped_until_the_next_key_frame() -> None:
    hall = Hall()
    frames = encoded(range(30), SMALL)
    broken = [Frame(f.timestamp, f.key, f.key, f.data) for f in frames[11:15]]
    hall.take(*frames[:10], FrameLost(10), *broken, *frames[15:])
    assert [number for number, _read in hall.shown] == [*range(10), *range(15, 30)]
    assert hall.reception.decoded.dropped == 4


async def test_a_decoder_that_fails_asks_for_a_key_frame_and_goes_on() -> None:
    hall = Hall()
    frames = encoded(range(30), SMALL)
    hall.take(*frames[:5], Frame(5, False, True, b"\0\0\0\1\x41junk"), *frames[6:])
    assert hall.reception.decoded.dropped == 10
    assert [number for number, _read in hall.shown] == [*range(5), *range(15, 30)]
    assert hall.reception.next_timer() <= asyncio.get_running_loop().time()


LARGE = PictureFormat(width=1280, height=720, fps=30, bitrate_bps=2_000_000)


async def test_large_pictures_leave_the_loop_to_others() -> None:
    hall = Hall()
    frames = encoded(range(10), LARGE)
    hall.take(*frames)
    assert len(hall.shown) == 1
    await until(lambda: len(hall.shown) == 10)
    assert [number for number, _read in hall.shown] == list(range(10))
    assert hall.reception.decoded.dropped == 0


async def test_a_hall_too_slow_goes_on_at_the_key_frame_that_waits() -> None:
    hall = Hall()
    hall.take(*encoded(range(2 + MAX_WAITING + 1), LARGE, key=lambda number: number == 8))
    await until(lambda: not hall.decoder.busy)
    assert [number for number, _read in hall.shown] == [0, 1, *range(8, 18)]
    assert hall.reception.decoded.dropped == 6


async def test_a_hall_too_slow_asks_for_a_key_frame_when_none_waits() -> None:
    hall = Hall()
    hall.take(*encoded(range(2 + MAX_WAITING + 1), LARGE, key=lambda number: False))
    await until(lambda: not hall.decoder.busy)
    assert [number for number, _read in hall.shown] == [0, 1]
    assert hall.reception.decoded.dropped == MAX_WAITING + 1
    assert hall.reception.next_timer() <= asyncio.get_running_loop().time()


async def test_after_closing_nothing_is_reported() -> None:
    hall = Hall()
    frames = encoded(range(3), PictureFormat(width=1280, height=720, bitrate_bps=2_000_000))
    hall.take(*frames)
    hall.decoder.close()
    await asyncio.sleep(0.1)
    assert len(hall.shown) == 1


async def test_sound_is_measured_where_all_is_decoded() -> None:
    hall = Hall()
    encoder = SoundEncoder()
    packets = [data for block in range(100) for data in encoder.encode(sound(block), block)]
    hall.take(*(Sound(960 * n, data, 0) for n, data in enumerate(packets)))
    truth = np.concatenate([sound(block) for block in range(WARM_UP_PACKETS, 100)]) / 32768
    energy = float(truth @ truth) / 48_000
    assert hall.reception.sound.energy == pytest.approx(energy, rel=0.15)
    assert hall.reception.sound.duration == pytest.approx(truth.size / 48_000)


async def test_lost_and_broken_sound_is_survived_and_told() -> None:
    hall = Hall()
    encoder = SoundEncoder()
    packets = [data for block in range(20) for data in encoder.encode(sound(block), block)]
    hall.take(*(Sound(960 * n, data, 0) for n, data in enumerate(packets[:8])))
    hall.take(Sound(0, b"\xff\xff\xff", 0), Sound(960 * 10, packets[10], 1920))
    decoded = hall.reception.decoded
    assert (decoded.concealed_samples, decoded.concealment_events) == (1920, 1)


async def test_no_sound_is_decoded_where_nothing_is() -> None:
    hall = Hall(decoding=Decoding.NONE)
    hall.take(Sound(0, b"\xff\xff\xff", 0))
    assert hall.reception.sound.samples == 0
