"""What goes over the judge's socket: one JSON object a line. Pure: structs and their codec.

The judge speaks first: ``Hello``. Then samples come, and each is answered by one ``Verdict``
within a second. Samples of a device must come in their order; verdicts do.
"""

from enum import StrEnum

import msgspec

from signaling.errors import BadMessage
from signaling.schema import Wire
from signaling.stats import Thumbnail, Timestamp

VERSION = 2
MAX_LINE_BYTES = 16 * 1024
AUDIBLE_DB = -50.0
"From here on a sound is one, dB of full scale."
NOTHING_NEW = "nothing_new"
"Of a device that decodes only now and then: this report says what the one before said."


class Finding(StrEnum):
    """What a comparison proves."""

    RIGHT = "right"
    WRONG = "wrong"
    CANNOT_TELL = "cannot_tell"


class Answer(Wire, frozen=True, kw_only=True):
    """A finding, and why."""

    finding: Finding = Finding.CANNOT_TELL
    why: str = "nothing_reported"
    """Stable. Wrong: ``frozen, black, wrong_picture, no_picture, silent, no_sound,
    wrong_sound``; cannot tell: ``still, dark, quiet, steady, unclear, no_reference, starting,
    other_sound, nothing_reported, nothing_new``."""


class JudgeHello(Wire, frozen=True, kw_only=True, tag_field="type", tag="judge.hello"):
    """First line of the judge: who it is, so that a mismatch is replaced."""

    version: int
    config_hash: str
    pid: int


class Sample(Wire, frozen=True, kw_only=True, tag_field="type", tag="sample"):
    """What a device says it presents. Instants are seconds of this machine's monotonic clock."""

    device: str
    at: float
    "When the report was made, as near as can be told."
    timestamp: Timestamp | None = None
    shown_at: float = 0.0
    thumbnail: Thumbnail | None = None
    sound_timestamp: Timestamp | None = None
    played_at: float = 0.0
    energy: float = 0.0
    "``totalAudioEnergy``."
    peaks: bool = False
    "That is of the loudest sample of each tenth of a second, as Chromium counts it."
    duration: float = 0.0
    "``totalSamplesDuration``."
    concealed: float = 0.0
    "Of that, what was lost and made up, seconds."
    sampled: bool = False
    "It decodes only some of what it gets: that something is missing proves nothing."
    hears_other: bool = False
    "The relay sends it another sound than the programme's: it has the floor."


class Stop(Wire, frozen=True, kw_only=True, tag_field="type", tag="stop"):
    """End; another judge is to take over."""


class Verdict(Wire, frozen=True, kw_only=True, tag_field="type", tag="verdict"):
    """The answer to a sample."""

    device: str
    at: float
    "Of the sample."
    picture: Answer
    sound: Answer
    delay_ms: float | None = None
    "From the relay to the screen; None while it cannot be told."
    skew_ms: float | None = None
    "How much later than its sound a picture is shown; None while it cannot be told."


class Watching(Wire, frozen=True, kw_only=True, tag_field="type", tag="judge.watching"):
    """Once a second: what the judge itself receives."""

    picture_age_s: float | None = None
    "Since the programme's last frame, None before the first."
    sound_age_s: float | None = None
    level_db: float | None = None
    "Of the programme's sound in the last second, dB of full scale; None for none."
    devices: int = 0
    cpu_s: float = 0.0
    "Of the judge's process since it began, user and system."


ToJudge = Sample | Stop
FromJudge = JudgeHello | Verdict | Watching

_to_judge: msgspec.json.Decoder[ToJudge] = msgspec.json.Decoder(ToJudge)
_from_judge: msgspec.json.Decoder[FromJudge] = msgspec.json.Decoder(FromJudge)
_encoder = msgspec.json.Encoder()


def encode(line: ToJudge | FromJudge) -> bytes:
    """Return one line, its end included."""
    return _encoder.encode(line) + b"\n"


def decode_to_judge(line: bytes) -> ToJudge:
    """Read a line of the coordinator.

    Raises:
        BadMessage: If it is none.

    """
    try:
        return _to_judge.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(str(error)) from error


def decode_lines_from_judge(lines: bytes) -> list[FromJudge]:
    """Read whole lines of the judge. Raises as ``decode_to_judge`` does."""
    try:
        return _from_judge.decode_lines(lines)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(str(error)) from error


def decode_from_judge(line: bytes) -> FromJudge:
    """Read a line of the judge. Raises as ``decode_to_judge`` does."""
    try:
        return _from_judge.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(str(error)) from error
