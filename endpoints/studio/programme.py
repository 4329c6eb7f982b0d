"""The film as a stream of packets: what is due is drawn, encoded and packed.

No clock and no socket: the shell tells the time and carries the packets. The film's time
goes on whether or not anybody takes it, and picture and sound share one origin.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from signaling import rtcp
from signaling.errors import BadPacket
from signaling.packetiser import packetise
from signaling.rtp import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ

from .encoder import PictureEncoder, PictureFormat, SoundEncoder
from .film import BLOCK, RATE_HZ, Film
from .pacer import Pacer, Packet
from .sender import RtpSender

BLOCK_S = BLOCK / RATE_HZ
REPORT_S = 1.0
# Who is later than this was suspended: the film jumps instead of being rushed through.
MAX_LATE_S = 0.5
# PLIs of ninety halls within this time are one.
KEY_AGAIN_S = 0.3


@dataclass(slots=True)
class Counts:
    """What was done so far."""

    frames: int = 0
    key_requests: int = 0
    "PLI and FIR received."
    keys_forced: int = 0
    nacks: int = 0
    skipped: int = 0
    "Frames left out because we were late."


class FilmProgramme:
    """The film in one format.

    Args:
        format: Of the picture.
        origin: When frame 0 is due, seconds of the shell's clock. Programmes of one origin
            show the same picture under the same timestamp.
        sounding: False for the picture alone.
        make: Of what is shown: width, height, frames a second.

    """

    def __init__(
        self,
        format: PictureFormat,
        origin: float,
        *,
        sounding: bool = True,
        make: Callable[[int, int, int], Film] = Film,
    ) -> None:
        self.counts = Counts()
        self._format = format
        self._origin = origin
        self._film = make(format.width, format.height, format.fps)
        self._pictures = PictureEncoder(format)
        self._sounds = SoundEncoder() if sounding else None
        self._codec = format.codec.value.upper()
        self._pacer = Pacer(format.bitrate_bps)
        self._video: RtpSender | None = None
        self._audio: RtpSender | None = None
        self._frame = self._block = 0
        self._key_wanted = True
        self._key_at = float("-inf")
        self._report_at = origin

    def begin(self, video: RtpSender, audio: RtpSender | None, now: float) -> None:
        """Send to a new session from now on, beginning with a key frame."""
        self._video, self._audio = video, audio
        self._pacer = Pacer(self._format.bitrate_bps)
        self._key_wanted = True
        self._report_at = now
        self._skip_to(now)

    def receive_rtcp(self, data: bytes, now: float) -> list[Packet]:
        """Take feedback; return repairs to send at once."""
        try:
            reports = rtcp.parse(data)
        except BadPacket:
            return []
        out: list[Packet] = []
        for report in reports:
            if isinstance(report, rtcp.KeyFrameRequest):
                self.counts.key_requests += 1
                self._key_wanted = True
            elif isinstance(report, rtcp.Nack):
                self.counts.nacks += 1
                out += self._repair(report, now)
        return out

    def handle_timer(self, now: float) -> list[Packet]:
        """Return the RTP packets to send by ``now``: sound first, it must not wait."""
        if now > self._due() + MAX_LATE_S:
            self._skip_to(now)
        out = []
        while self._sounds is not None and now >= self._origin + self._block * BLOCK_S:
            out += self._next_sound(self._sounds)
        while now >= self._origin + self._frame / self._format.fps:
            self._next_picture(now)
        return out + self._pacer.take(now)

    def reports(self, now: float, wall_s: float) -> Iterator[bytes]:
        """Yield the sender reports that are due; both name the same instant."""
        if now < self._report_at or self._video is None:
            return
        self._report_at = now + REPORT_S
        for sender, clock_hz in ((self._video, VIDEO_CLOCK_HZ), (self._audio, AUDIO_CLOCK_HZ)):
            if sender is None:
                continue
            timestamp = round((now - self._origin) * clock_hz)
            yield sender.report(wall_s, timestamp) + rtcp.build_cname(sender.ssrc, "studio")

    def next_timer(self) -> float:
        """Return when to call ``handle_timer`` next."""
        due, paced = self._due(), self._pacer.next_timer()
        return due if paced is None else min(due, paced)

    def _due(self) -> float:
        picture = self._frame / self._format.fps
        sound = picture if self._sounds is None else self._block * BLOCK_S
        return self._origin + min(picture, sound)

    def _skip_to(self, now: float) -> None:
        every = self._format.every
        frame = int((now - self._origin) * self._format.fps / every) * every
        self.counts.skipped += max(0, frame - self._frame) // every
        self._frame = max(self._frame, frame)
        self._block = max(self._block, int((now - self._origin) / BLOCK_S))

    def _next_sound(self, sounds: SoundEncoder) -> list[Packet]:
        block, self._block = self._block, self._block + 1
        packets: list[Packet] = []
        if self._audio is not None:
            for data in sounds.encode(self._film.sound(block), block):
                packets += self._audio.send([data], block * BLOCK & 0xFFFFFFFF)
        return packets

    def _next_picture(self, now: float) -> None:
        number, self._frame = self._frame, self._frame + self._format.every
        if self._video is None:
            return
        key = self._key_wanted and now >= self._key_at + KEY_AGAIN_S
        if key:
            self._key_wanted, self._key_at = False, now
            self.counts.keys_forced += 1
        timestamp = number * VIDEO_CLOCK_HZ // self._format.fps & 0xFFFFFFFF
        for data in self._pictures.encode(self._film.picture(number), number, key):
            self.counts.frames += 1
            self._pacer.put(self._video.send(packetise(self._codec, data), timestamp))

    def _repair(self, nack: rtcp.Nack, now: float) -> list[Packet]:
        for sender in (self._video, self._audio):
            if sender is not None and sender.ssrc == nack.media:
                return sender.repair(nack.lost, now)
        return []
