"""The picture and the silence that are there when nobody publishes.

Pure: a source like any other, but one that never fails. It plays the same two seconds of
encoded frames for ever; its packets become due with time.
"""

from collections.abc import Mapping, Sequence

from signaling.packetiser import packetise
from signaling.rtp import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ

from .clock import NTP_UNIX_S, SourceClock, ntp_from_seconds
from .intake import Packet

FRAME_S = 0.2
SOUND_S = 0.02
# The Opus frame of 20 ms of digital silence (RFC 6716: CELT, full band, one frame).
SILENCE = b"\xf8\xff\xfe"
# Studios are heard a network's delay after they spoke. A slate that pretends to be as old
# does not push the timeline forward at each cut to it and back.
PRETENDED_DELAY_S = 0.3
MAX_LATE_S = 1.0

# One encoded frame each; the first is a key frame.
Frames = Sequence[bytes]


class Slate:
    """The slate as a source.

    Args:
        pictures: Encoded frames by codec, a whole loop that begins with a key frame.
        codec: The session's.
        now: When it begins.

    """

    def __init__(self, pictures: Mapping[str, Frames], codec: str, now: float) -> None:
        self._packets = {
            codec: [packetise(codec, frame) for frame in frames]
            for codec, frames in pictures.items()
        }
        self._codec = codec
        self._origin = now
        self._frame = self._sound = 0
        self._place = 0
        self._sequence = {"video": 0, "audio": 0}
        self.clock = SourceClock()

    def set_codec(self, codec: str) -> None:
        """Speak another codec from the next frame, a key frame, on."""
        self._codec = codec
        self._place = 0

    def restart(self) -> None:
        """Begin the loop anew: the next frame is a key frame."""
        self._place = 0

    def next_timer(self) -> float:
        """Return when the next packet is due."""
        return self._origin + min(self._frame * FRAME_S, self._sound * SOUND_S)

    def handle_timer(self, now: float) -> list[Packet]:
        """Return the packets due by ``now``. Early is harmless; after a pause it skips."""
        if now - self.next_timer() > MAX_LATE_S:
            self._frame = int((now - self._origin) / FRAME_S)
            self._sound = int((now - self._origin) / SOUND_S)
        packets: list[Packet] = []
        while self._origin + self._frame * FRAME_S <= now:
            packets += self._next_frame()
        while self._origin + self._sound * SOUND_S <= now:
            packets.append(self._next_sound())
        return packets

    def _next_frame(self) -> list[Packet]:
        at = self._origin + self._frame * FRAME_S
        timestamp = round(self._frame * FRAME_S * VIDEO_CLOCK_HZ)
        self._tie("video", VIDEO_CLOCK_HZ, timestamp, at)
        frames = self._packets[self._codec]
        payloads = frames[self._place]
        packets = [
            Packet(
                "video",
                0,
                self._number("video"),
                timestamp & 0xFFFF_FFFF,
                index == len(payloads) - 1,
                payload,
                self._place == 0 and index == 0,
            )
            for index, payload in enumerate(payloads)
        ]
        self._frame += 1
        self._place = (self._place + 1) % len(frames)
        return packets

    def _next_sound(self) -> Packet:
        at = self._origin + self._sound * SOUND_S
        timestamp = round(self._sound * SOUND_S * AUDIO_CLOCK_HZ)
        self._tie("audio", AUDIO_CLOCK_HZ, timestamp, at)
        self._sound += 1
        sequence = self._number("audio")
        return Packet("audio", 0, sequence, timestamp & 0xFFFF_FFFF, False, SILENCE, False)

    def _tie(self, kind: str, hz: int, timestamp: int, at: float) -> None:
        """Report to its own clock, as a publisher's sender reports would."""
        captured = at - PRETENDED_DELAY_S
        report = (ntp_from_seconds(captured + NTP_UNIX_S), timestamp & 0xFFFF_FFFF)
        self.clock.receive_report(kind, hz, report, captured)

    def _number(self, kind: str) -> int:
        self._sequence[kind] += 1
        return self._sequence[kind]
