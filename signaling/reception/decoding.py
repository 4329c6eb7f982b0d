"""Decodes what was chosen, where it does not hurt: the shell around the decoders.

A picture of a fleet's hall (320 x 180) takes 0.25 ms and is decoded in the event loop's
thread; handing it to another would cost as much again. Pictures above ``INLINE_PIXELS``
go to the loop's executor, in order, one at a time, and no more than ``MAX_WAITING`` wait.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signaling.schema import Decoding
from signaling.thumbnail import Luma

from .decoder import Loudness, Picture, PictureDecoder, SoundDecoder
from .errors import DecodeFailed
from .frame import Frame, FrameLost, Sound, VideoCodec
from .reception import Reception
from .sound import Listener, Use

INLINE_PIXELS = 640 * 360
# Half a second at 30 frames a second; what waits longer is of no use.
MAX_WAITING = 15

OnFrame = Callable[[int, Luma], None]
OnSound = Callable[[int, Loudness], None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a thread reports of one frame."""

    frame: Frame
    picture: Picture | None
    failed: bool
    seconds: float


class ProgrammeDecoder:
    """The decoders of one media session.

    Args:
        reception: Its counters are kept, its key frames asked for.
        codec: Of the picture.
        on_frame: Called on the loop with RTP timestamp and (18, 32) luma of each decoded
            frame. Must not raise.
        on_sound: Called on the loop with RTP timestamp, mean square (full scale is 1) and
            sample instants of each decoded packet. Must not raise.

    """

    def __init__(
        self,
        reception: Reception,
        codec: VideoCodec,
        on_frame: OnFrame | None = None,
        on_sound: OnSound | None = None,
    ) -> None:
        self._reception = reception
        self._on_frame = on_frame
        self._on_sound = on_sound
        self._loop = asyncio.get_running_loop()
        self._pictures = PictureDecoder(codec)
        self._sounds = SoundDecoder()
        self._listener = Listener()
        self._waiting: deque[Frame] = deque()
        self._busy = False
        self._inline = True
        self._synced = False
        self._started = False
        self._closed = False

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose anew. Everything begins with a key frame; one is asked for."""
        if decoding is not self._reception.decoding:
            self._synced = self._started = False
            self._waiting.clear()
        self._reception.set_decoding(decoding, self._loop.time())

    @property
    def busy(self) -> bool:
        """Whether a thread works for this decoder now."""
        return self._busy

    def close(self) -> None:
        """Report nothing any more."""
        self._closed = True
        self._waiting.clear()

    def receive(self, outcomes: Iterable[Frame | FrameLost | Sound], now: float) -> None:
        """Take what reception gave out."""
        for outcome in outcomes:
            if isinstance(outcome, Sound):
                self._receive_sound(outcome, now)
            elif isinstance(outcome, Frame):
                self._receive_frame(outcome)

    def _receive_frame(self, frame: Frame) -> None:
        decoding = self._reception.decoding
        if decoding is Decoding.NONE or (decoding is Decoding.KEY_FRAMES and not frame.key):
            return
        self._synced = self._synced or frame.key
        if frame.data is None or not frame.decodable or not self._synced:
            # Before the first key frame nothing is dropped, it only has not begun.
            self._reception.decoded.dropped += self._started
            return
        self._started = True
        if self._inline and not self._busy:
            self._note(self._decode(frame, self._wants_thumbnail()))
        else:
            self._put(frame)

    def _put(self, frame: Frame) -> None:
        self._waiting.append(frame)
        if len(self._waiting) > MAX_WAITING:
            self._lose_sync()
        self._work()

    def _work(self) -> None:
        if self._busy or self._closed or not self._waiting:
            return
        self._busy = True
        wanted = self._wants_thumbnail()
        future = self._loop.run_in_executor(None, self._decode, self._waiting.popleft(), wanted)
        future.add_done_callback(self._worked)

    def _worked(self, future: "asyncio.Future[_Outcome]") -> None:
        self._busy = False
        if self._closed or future.cancelled():
            return
        self._note(future.result())
        self._work()

    def _wants_thumbnail(self) -> bool:
        presentation = self._reception.presentation
        return self._on_frame is not None or presentation.wants_thumbnail(self._loop.time())

    def _decode(self, frame: Frame, with_thumbnail: bool) -> _Outcome:
        """Decode one frame; in the loop's thread or another, never in two at once."""
        started = time.perf_counter()
        try:
            picture = self._pictures.decode(frame, with_thumbnail)
        except DecodeFailed:
            return _Outcome(frame, None, True, time.perf_counter() - started)
        return _Outcome(frame, picture, False, time.perf_counter() - started)

    def _note(self, outcome: _Outcome) -> None:
        decoded, picture = self._reception.decoded, outcome.picture
        decoded.decode_s += outcome.seconds
        if outcome.failed:
            decoded.dropped += 1
            self._lose_sync()
        if picture is None:
            return
        decoded.frames += 1
        decoded.key_frames += outcome.frame.key
        decoded.width, decoded.height = picture.width, picture.height
        self._inline = picture.width * picture.height <= INLINE_PIXELS
        if self._reception.decoding is Decoding.ALL:
            self._reception.receive_picture(picture.timestamp, self._loop.time())
        if picture.thumbnail is not None:
            self._present(picture.timestamp, picture.thumbnail)

    def _present(self, timestamp: int, thumbnail: Luma) -> None:
        self._reception.presentation.receive_picture(timestamp, thumbnail, self._loop.time())
        if self._on_frame is not None:
            self._on_frame(timestamp, thumbnail)

    def _lose_sync(self) -> None:
        """Go on at the next key frame: the one that came last, if it waits here."""
        waiting = self._waiting
        while waiting and not (waiting[0].key and len(waiting) <= MAX_WAITING):
            self._reception.decoded.dropped += 1
            waiting.popleft()
        self._synced = bool(waiting)
        if not self._synced:
            self._reception.want_key_frame(self._loop.time())

    def _receive_sound(self, sound: Sound, now: float) -> None:
        use = self._listener.choose(self._reception.decoding, now)
        if use is Use.SKIP:
            return
        try:
            loudness = self._sounds.decode(sound.data)
        except DecodeFailed:
            return
        if use is Use.MEASURE:
            self._measure(sound, loudness)
            self._reception.presentation.receive_sound(sound.timestamp + loudness.samples, now)
            if self._on_sound is not None:
                self._on_sound(sound.timestamp, loudness)

    def _measure(self, sound: Sound, loudness: Loudness) -> None:
        if sound.missing:
            self._reception.decoded.concealed_samples += sound.missing
            self._reception.decoded.concealment_events += 1
        if loudness.samples:
            self._reception.sound.receive(loudness.mean_square, loudness.samples, 48_000)
