"""How far does the programme get into a hall? Pure: no clock, no socket, no task.

Fed with the receiver's reports once a second, with the judge's verdict on each, and with what
people in the hall say. A counter that grows is believed, one that stands still for ``stall_s``
is not; without a report for ``stale_s`` nothing is known.

    UNKNOWN --report--> NONE | CONNECTED | RECEIVING | PLAYING --silence--> UNKNOWN
    PLAYING --the judge proves picture and sound--> VERIFIED --people say so too--> CONFIRMED
    PLAYING, VERIFIED, CONFIRMED --a fault is proven--> RECEIVING

Findings become faults with hysteresis (``finding``). A judge that is away proves nothing: what
was verified is playing again, and nobody is accused.
"""

from dataclasses import dataclass

from config.thresholds import ReceptionLimits
from signaling.schema import Decoding, Reception
from signaling.stats import MediaStats, Presented, PresentedBy

from ..judge.line import Answer, Finding, Verdict
from .finding import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionMoved:
    """The verdict on a point's reception changed."""

    point: str
    reception: Reception
    why: str
    """unknown: silence. none: not_connected. connected: no_packets. receiving: not_decoding,
    key_frames_only, no_frames, no_picture, and the faults of ``FAULTS``. playing: playing,
    judge_away, cannot_tell, no_frame_callback, room_contradicts. verified: verified,
    sound_only. confirmed_in_room: confirmed."""


PLAYER_FAULTS = frozenset({"muted", "hidden", "paused"})
"What a player says of itself: true whatever is on air."
FAULTS = PLAYER_FAULTS | {
    "frozen", "black", "wrong_picture", "silent", "no_sound", "wrong_sound",
}  # fmt: skip


@dataclass(slots=True)
class _Growing:
    """A counter, and when it last grew."""

    count: int = 0
    grew_at: float | None = None

    def read(self, count: int, now: float) -> None:
        # A counter below the last one belongs to a new media session.
        if count > self.count or (0 < count < self.count):
            self.grew_at = now
        self.count = count

    def stalled(self, now: float, stall_s: float) -> bool:
        return self.grew_at is None or now >= self.grew_at + stall_s


class PointReception:
    """State machine of one receiver of a point; ``receiver`` says which of them counts."""

    def __init__(self, point: str, limits: ReceptionLimits) -> None:
        self.point = point
        self.limits = limits
        self.reception = Reception.UNKNOWN
        self.why = "restarted"
        self._reported_at: float | None = None
        self._judged_at: float | None = None
        self._stats = MediaStats()
        self._packets = _Growing()
        self._pictures = _Growing()
        self._frames = _Growing()
        self._player = Channel(limits)
        self._picture = Channel(limits)
        self._sound = Channel(limits)
        self._room: bool | None = None
        self._sound_only = False
        self._events: list[ReceptionMoved] = []

    def receive_stats(self, stats: MediaStats, now: float) -> None:
        """Take one report of the receiver into account."""
        self._reported_at, self._stats = now, stats
        video, audio = stats.video, stats.audio
        pictures = video.packets_received if video else 0
        self._pictures.read(pictures, now)
        self._packets.read(pictures + (audio.packets_received if audio else 0), now)
        self._frames.read(video.frames_decoded if video else 0, now)
        if stats.presented is not None:
            self._player.receive(player_answer(stats.presented, self.limits), now)
        self._become(now)

    def receive_verdict(self, verdict: Verdict, now: float) -> None:
        """Take what the judge says of a report."""
        self._judged_at = now
        picture = Answer(why="sound_only") if self._sound_only else verdict.picture
        self._picture.receive(picture, now)
        self._sound.receive(verdict.sound, now)
        if self._reported_at is not None:
            self._become(now)

    def receive_room(self, sees_and_hears: bool | None, now: float) -> None:
        """Take what people in the hall say; None when they are unsure or nobody was asked."""
        self._room = sees_and_hears
        if self._reported_at is not None:
            self._become(now)

    def receive_sending(self, sound_only: bool, now: float) -> None:
        """Take note that the relay sends sound only, by choice, or the picture again.

        The picture begins with a key frame, which is awaited as long as any frame.
        """
        if sound_only is not self._sound_only:
            self._sound_only = sound_only
            self._picture.forget()
            self._pictures.grew_at = self._frames.grew_at = now

    def handle_timer(self, now: float) -> None:
        """Forget what is stale. Calling it early or twice is safe."""
        if self._reported_at is not None and now >= self._reported_at + self.limits.stale_s:
            self._reported_at = self._judged_at = None
            for channel in (self._player, self._picture, self._sound):
                channel.forget()
            self._move(Reception.UNKNOWN, "silence")

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        return None if self._reported_at is None else self._reported_at + self.limits.stale_s

    def events(self) -> list[ReceptionMoved]:
        """Return what happened since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _become(self, now: float) -> None:
        self._move(*(self._shortfall(now) or self._fault(now) or self._proof(now)))

    def _shortfall(self, now: float) -> tuple[Reception, str] | None:
        """Return how far the packets get, None when they get to the screen."""
        stats, stall_s = self._stats, self.limits.stall_s
        if not stats.connected:
            return Reception.NONE, "not_connected"
        silent = (stats.last_packet_age or 0.0) >= self.limits.silent_s
        if silent or self._packets.stalled(now, stall_s):
            return Reception.CONNECTED, "no_packets"
        if stats.decoding is Decoding.NONE:
            return Reception.RECEIVING, "not_decoding"
        # Key frames come every few seconds, whenever the source likes: their absence for
        # a moment proves nothing, so only full decoding is held to the stall limit.
        if stats.decoding is Decoding.KEY_FRAMES or self._sound_only:
            return None
        if self._frames.stalled(now, stall_s) and not self._stands_still(now):
            missing = self._pictures.stalled(now, stall_s)
            return Reception.RECEIVING, "no_picture" if missing else "no_frames"
        return None

    def _stands_still(self, now: float) -> bool:
        """Tell whether the programme itself brings no new picture, by the judge's word."""
        return self._is_judged(now) and self._picture.why == "still"

    def _fault(self, now: float) -> tuple[Reception, str] | None:
        # What the player says of itself is the cause of what the judge misses then.
        fault = self._player.fault
        if fault is None and self._is_judged(now):
            fault = self._picture.fault or self._sound.fault
        return None if fault is None else (Reception.RECEIVING, fault)

    def _proof(self, now: float) -> tuple[Reception, str]:
        if self._room is False:
            return Reception.PLAYING, "room_contradicts"
        if not self._is_proven(now):
            return self._belief(now)
        if self._room is True:
            return Reception.CONFIRMED_IN_ROOM, "confirmed"
        return Reception.VERIFIED, "sound_only" if self._sound_only else "verified"

    def _is_proven(self, now: float) -> bool:
        presented = self._stats.presented
        if presented is None or presented.by is PresentedBy.NONE or not self._is_judged(now):
            return False
        picture, sound = self._picture.proven(now), self._sound.proven(now)
        held = (picture or self._picture.excused()) and (sound or self._sound.excused())
        return held and (picture or sound)

    def _belief(self, now: float) -> tuple[Reception, str]:
        """Return what is believed without a proof."""
        stats = self._stats
        if stats.decoding is Decoding.KEY_FRAMES:
            return Reception.RECEIVING, "key_frames_only"
        if self._judged_at is None:
            return Reception.PLAYING, "playing"
        if not self._is_judged(now):
            return Reception.PLAYING, "judge_away"
        if stats.presented is None or stats.presented.by is PresentedBy.NONE:
            return Reception.PLAYING, "no_frame_callback"
        return Reception.PLAYING, "cannot_tell"

    def _is_judged(self, now: float) -> bool:
        return self._judged_at is not None and now < self._judged_at + self.limits.judge_s

    def _move(self, reception: Reception, why: str) -> None:
        if (reception, why) == (self.reception, self.why):
            return
        self.reception, self.why = reception, why
        self._events.append(ReceptionMoved(point=self.point, reception=reception, why=why))


SHOWS = Answer(finding=Finding.RIGHT, why="right")
PAUSED = Answer(finding=Finding.WRONG, why="paused")
HIDDEN = Answer(finding=Finding.WRONG, why="hidden")
MUTED = Answer(finding=Finding.WRONG, why="muted")


def player_answer(presented: Presented, limits: ReceptionLimits) -> Answer:
    """Return what a player says of itself: whether anybody can see and hear it."""
    if presented.paused:
        return PAUSED
    if not presented.visible:
        return HIDDEN
    return MUTED if presented.muted or presented.volume <= limits.quiet_volume else SHOWS
