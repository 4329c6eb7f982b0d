"""The two streams of a programme: packets in, frames and feedback out. Pure: no I/O."""

from collections.abc import Sequence

from signaling.rtp import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, RtpHeader, extend
from signaling.schema import Decoding

from .counter import StreamCounter
from .depacketiser import VideoDepacketiser
from .frame import Frame, FrameLost, Sound, VideoCodec
from .nack import NackList
from .pace import FramePace
from .reorder import Gap, ReorderBuffer

# Retransmissions over 60 ms of path come within two tries.
VIDEO_HOLD_S = 0.2
# Over a longer path as well, as long as people still take it for live.
MAX_VIDEO_HOLD_S = 0.45
# The copies of a sound on a lossy line come 40 and 80 ms after it.
AUDIO_HOLD_S = 0.2
PLI_AGAIN_S = 1.0
# Browsers send key frames as seldom as they are asked: a receiver of key frames asks.
KEY_FRAME_WITHIN_S = 4.0
# A longer hole in the sound's timestamps is a sender that began anew.
MAX_MISSING_SAMPLES = 5 * AUDIO_CLOCK_HZ

_VideoItem = tuple[int, bool, bytes]


class KeyWish:
    """When to ask for a key frame."""

    def __init__(self) -> None:
        self.pli_count = 0
        self._due: float | None = None
        self._asked_at = float("-inf")

    def want(self, now: float) -> None:
        """A key frame is needed as soon as may be."""
        due = max(now, self._asked_at + PLI_AGAIN_S)
        self._due = due if self._due is None else min(self._due, due)

    def expect(self, within: float | None) -> None:
        """A key frame came; the next is expected by ``within``, None for whenever."""
        self._due = within

    def take_due(self, now: float) -> bool:
        """Tell whether to send a PLI now; if so it counts."""
        if self._due is None or now < self._due:
            return False
        self.pli_count += 1
        self._asked_at = now
        self._due = now + PLI_AGAIN_S
        return True

    def next_timer(self) -> float | None:
        """Return when ``take_due`` has something, None for never."""
        return self._due


class VideoStream:
    """The picture."""

    def __init__(self, codec: VideoCodec) -> None:
        self.counter = StreamCounter(VIDEO_CLOCK_HZ)
        self.nacks = NackList()
        self.wish = KeyWish()
        self.pace = FramePace()
        """Of the pictures decoded where all are; elsewhere of those that came whole with
        all they build upon, so that a decoder could have shown them."""
        self.frames_received = 0
        self.frames_lost = 0
        "Notices of lost frames; several in a row may be one notice."
        self.retransmitted = 0
        self._decoding = Decoding.NONE
        self._order: ReorderBuffer[_VideoItem] = ReorderBuffer(hold_s=VIDEO_HOLD_S)
        self._depacketiser = VideoDepacketiser(codec)
        self._depacketiser.keep_deltas = False

    def learn_round_trip(self, seconds: float) -> None:
        """Adapt to the path: a packet may be asked for twice before it is given up."""
        self.nacks.learn_round_trip(seconds)
        two_tries_s = self.nacks.wait_s + seconds + 0.05
        self._order.hold_s = min(MAX_VIDEO_HOLD_S, max(VIDEO_HOLD_S, two_tries_s))

    def set_decoding(self, decoding: Decoding, now: float) -> None:
        """Collect what this needs; ``ALL`` asks for a key frame to begin with."""
        if decoding is self._decoding:
            return
        self._decoding = decoding
        self._depacketiser.keep_deltas = decoding is Decoding.ALL
        self.pace.restart()
        if decoding is Decoding.NONE:
            self.wish.expect(None)
        else:
            self.wish.want(now)

    def receive(self, header: RtpHeader, packet: bytes, now: float) -> list[Frame | FrameLost]:
        """Take a packet; return what came of it."""
        newest = self.counter.highest
        first = self.counter.ssrc is None
        payload = packet[header.start : header.end]
        index = self.counter.receive(
            header.ssrc, header.sequence, header.timestamp, len(payload), now
        )
        if index is None:
            return []
        items: list[_VideoItem | Gap] = []
        if self.counter.jumped:
            self.nacks.clear()
            items += self._order.jump(index)
        elif index <= newest and not first:
            self.retransmitted += self.nacks.receive_late(index)
        elif index > newest + 1 and not first:
            self.nacks.receive_hole(newest + 1, index - 1, now)
        items += self._order.receive(index, (header.timestamp, header.marker, payload), now)
        return self._deliver(items, now)

    def handle_timer(self, now: float) -> list[Frame | FrameLost]:
        """Give up packets that were waited for long enough."""
        return self._deliver(self._order.handle_timer(now), now)

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` or to ask for the lost, None for never."""
        timers = (self._order.next_timer(), self.nacks.next_timer(), self.wish.next_timer())
        return min((at for at in timers if at is not None), default=None)

    def _deliver(self, items: Sequence[_VideoItem | Gap], now: float) -> list[Frame | FrameLost]:
        out: list[Frame | FrameLost] = []
        for item in items:
            if isinstance(item, Gap):
                self._depacketiser.receive_gap()
            else:
                out += self._depacketiser.receive(*item)
        for outcome in out:
            self._note(outcome, now)
        return out

    def _note(self, outcome: Frame | FrameLost, now: float) -> None:
        if isinstance(outcome, FrameLost):
            self.frames_lost += 1
            if self._decoding is Decoding.ALL:
                self.wish.want(now)
            return
        self.frames_received += 1
        if outcome.key:
            only_key = self._decoding is Decoding.KEY_FRAMES
            self.wish.expect(now + KEY_FRAME_WITHIN_S if only_key else None)
        if outcome.decodable and self._decoding is not Decoding.ALL:
            self.pace.receive_frame(outcome.timestamp, now)


class AudioStream:
    """The sound: Opus (RFC 7587), a packet is a frame."""

    def __init__(self) -> None:
        self.counter = StreamCounter(AUDIO_CLOCK_HZ)
        self.retransmitted = 0
        "Packets that filled a hole: lost, and sent once more without being asked for."
        self._order: ReorderBuffer[tuple[int, bytes]] = ReorderBuffer(hold_s=AUDIO_HOLD_S)
        self._hole = False
        self._expected: int | None = None

    def receive(self, header: RtpHeader, packet: bytes, now: float) -> list[Sound]:
        """Take a packet; return what may be played."""
        newest, first = self.counter.highest, self.counter.ssrc is None
        payload = packet[header.start : header.end]
        index = self.counter.receive(
            header.ssrc, header.sequence, header.timestamp, len(payload), now
        )
        if index is None:
            return []
        items = self._order.jump(index) if self.counter.jumped else []
        if index < newest and not first and not self.counter.jumped:
            self.retransmitted += 1
        items += self._order.receive(index, (header.timestamp, payload), now)
        return self._deliver(items)

    def handle_timer(self, now: float) -> list[Sound]:
        """Give up packets that were waited for long enough."""
        return self._deliver(self._order.handle_timer(now))

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer``, None for never."""
        return self._order.next_timer()

    def _deliver(self, items: Sequence[tuple[int, bytes] | Gap]) -> list[Sound]:
        out = []
        for item in items:
            if isinstance(item, Gap):
                self._hole = True
            elif item[1]:
                out.append(Sound(item[0], item[1], self._missing(item[0])))
                self._expected = item[0] + opus_duration(item[1])
        return out

    def _missing(self, timestamp: int) -> int:
        """Return the samples a hole cost; silence a sender left out (DTX) costs none."""
        hole, self._hole = self._hole, False
        if not hole or self._expected is None:
            return 0
        missing = extend(timestamp, self._expected, bits=32) - self._expected
        return missing if 0 < missing <= MAX_MISSING_SAMPLES else 0


def opus_duration(packet: bytes) -> int:
    """Return the sample instants at 48 kHz of an Opus packet (RFC 6716 §3.1, §3.2)."""
    config, count = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = 120 << (config & 3)
    if count < 3:
        return frame * (1, 2, 2)[count]
    return frame * (packet[1] & 0x3F) if len(packet) > 1 else 0
