"""What can be ordered to go wrong in a simulated hall, and what its player then reports.

Pure: no I/O. Faults of the line happen to packets (``line``); those here happen behind the
decoder, where a real hall's screen, player and loudspeakers are.
"""

from collections import deque
from enum import StrEnum

import msgspec

from signaling.stats import InboundAudio, MediaStats, Presented, PresentedBy
from signaling.thumbnail import HEIGHT, WIDTH


class HallFault(StrEnum):
    """What is wrong in a hall."""

    NONE = "none"
    NO_PACKETS = "no_packets"
    "Nothing of the programme arrives; the control connection does."
    NO_PICTURE = "no_picture"
    NO_SOUND = "no_sound"
    UNDECODABLE = "undecodable"
    "Of every picture a part is lost, and its repairs too."
    FROZEN = "frozen"
    "The screen stands, the player goes on."
    STUCK = "stuck"
    "The player itself stands."
    BLACK = "black"
    SILENT = "silent"
    OTHER_SOUND = "other_sound"
    OLD_LOOP = "old_loop"
    "The same camera, a while ago, again and again."
    OTHER_PICTURE = "other_picture"
    "A screensaver, another channel."
    MUTED = "muted"
    VOLUME_ZERO = "volume_zero"
    PAUSED = "paused"
    HIDDEN = "hidden"
    NO_CALLBACK = "no_callback"
    "An old browser: it cannot say what it shows."
    THIN_LINE = "thin_line"
    "No fault: the everyday line of a village, 2 % lost and a round trip of 150 ms."
    LOSSY_LINE = "lossy_line"
    "So much is lost that somebody should look after it, and yet it is repaired."


LINE_FAULTS = frozenset(
    {HallFault.NO_PACKETS, HallFault.NO_PICTURE, HallFault.NO_SOUND, HallFault.UNDECODABLE}
)
LINES = {HallFault.THIN_LINE: (0.02, 0.15), HallFault.LOSSY_LINE: (0.08, 0.15)}
"What lines do to each packet that arrives: the share they lose, how late the others are, seconds."
FAULT_FILE = "faults.json"
"In the folder of a fleet: what is to be wrong in which hall; absent, nothing is."
# Half a minute of reports: what an old loop plays.
RECORDED = 30
BLACK_LEVEL = 16
# Mean squares of another sound, one a report.
OTHER_COURSE = (0.05, 0.0001, 0.02, 0.0, 0.0004, 0.09)

PLAYER: dict[HallFault, Presented] = {
    HallFault.MUTED: Presented(muted=True),
    HallFault.VOLUME_ZERO: Presented(volume=0.0),
    HallFault.PAUSED: Presented(paused=True),
    HallFault.HIDDEN: Presented(visible=False),
}


class Screen:
    """The screen, player and loudspeakers of one hall."""

    def __init__(self) -> None:
        self.fault = HallFault.NONE
        self._since = 0.0
        self._shown: deque[bytes] = deque(maxlen=RECORDED)
        self._loop: list[bytes] = []
        self._held: MediaStats | None = None
        self._before: InboundAudio | None = None
        self._energy = 0.0
        self._reports = 0

    def order(self, fault: HallFault) -> None:
        """Have something go wrong from the next report on, or nothing any more."""
        self.fault, self._held, self._loop = fault, None, list(self._shown)

    def show(self, stats: MediaStats, now: float) -> MediaStats:
        """Return what the hall reports of what was really received."""
        presented = stats.presented
        if presented is None:
            return stats
        self._reports += 1
        if self._held is None:
            self._held, self._since = stats, now
        stats = self._play(stats)
        if self.fault is HallFault.NONE and presented.thumbnail is not None:
            self._shown.append(presented.thumbnail)
        shown = self._present(presented, now)
        return msgspec.structs.replace(stats, presented=shown)

    def _present(self, presented: Presented, now: float) -> Presented:
        held = self._held.presented if self._held is not None else None
        replace = msgspec.structs.replace
        match self.fault:
            case HallFault.FROZEN if held is not None:
                return replace(presented, thumbnail=held.thumbnail)
            case HallFault.STUCK if held is not None:
                age = held.age + now - self._since
                return replace(
                    presented, rtp_timestamp=held.rtp_timestamp, thumbnail=held.thumbnail, age=age
                )
            case HallFault.BLACK:
                return replace(presented, thumbnail=bytes([BLACK_LEVEL]) * (WIDTH * HEIGHT))
            case HallFault.OLD_LOOP if self._loop:
                return replace(presented, thumbnail=self._loop[self._reports % len(self._loop)])
            case HallFault.OTHER_PICTURE:
                return replace(presented, thumbnail=other_picture(self._reports))
            case HallFault.NO_CALLBACK:
                return Presented(by=PresentedBy.NONE)
            case _:
                return self._set_player(presented)

    def _set_player(self, presented: Presented) -> Presented:
        player = PLAYER.get(self.fault)
        if player is None:
            return presented
        return msgspec.structs.replace(
            presented,
            volume=player.volume,
            muted=player.muted,
            paused=player.paused,
            visible=player.visible,
        )

    def _play(self, stats: MediaStats) -> MediaStats:
        """Add up the energy of what is really played."""
        before, self._before = self._before, stats.audio
        audio = stats.audio
        if audio is None:
            return stats
        if before is None or audio.total_samples_duration < before.total_samples_duration:
            before, self._energy = InboundAudio(), 0.0
        grown = audio.total_audio_energy - before.total_audio_energy
        lasted = audio.total_samples_duration - before.total_samples_duration
        if self.fault is HallFault.SILENT:
            grown = 0.0
        elif self.fault is HallFault.OTHER_SOUND:
            grown = lasted * OTHER_COURSE[self._reports % len(OTHER_COURSE)]
        self._energy += grown
        return msgspec.structs.replace(
            stats, audio=msgspec.structs.replace(audio, total_audio_energy=self._energy)
        )


def other_picture(number: int) -> bytes:
    """Return the ``number``-th thumbnail of a screensaver."""
    return bytes(
        (x * 7 + y * 11 + number * 31) % 160 + 40 for y in range(HEIGHT) for x in range(WIDTH)
    )


def decode_faults(text: bytes) -> dict[str, HallFault]:
    """Read what is ordered, by code of the hall: ``{"MH-001": "frozen"}``.

    Raises:
        ValueError: If it is nothing of the kind.

    """
    if not text.strip():
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, HallFault])
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
