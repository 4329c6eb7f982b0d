"""What a preflight says, the same for an agent and for a browser's page. Pure: no I/O.

A device looks at itself, its line and its room before the session and tells what it found, one
``CheckResult`` a check. ``why`` names the finding, so that every finding has one instruction:
``preflight.do.<check>.<why>`` in ``signaling/locale``. ``WHYS`` lists them; a newer device may
say more, which screens show as it is.
"""

from enum import StrEnum
from math import isfinite
from typing import Annotated

import msgspec

from config.thresholds import Bounds, PreflightLimits

from .schema import Utc, Wire


class Verdict(StrEnum):
    """What a check found, best to worst; SKIPPED proves nothing."""

    OK = "ok"
    SKIPPED = "skipped"
    WARN = "warn"
    FAIL = "fail"


class Check(StrEnum):
    """What is looked at, in the order people are shown it."""

    PROGRAMME_TEST = "programme_test"
    "The programme (or its slate) was received for a while: share of the seconds that were good."
    UDP = "udp"
    TCP_TURN = "tcp_turn"
    "The way around a firewall that lets no UDP through."
    BANDWIDTH = "bandwidth"
    "What the line carried when the programme was asked for more than once; by ticket only."
    CONTROL_RTT = "control_rtt"
    CONTROL_JITTER = "control_jitter"
    CONTROL_LOSS = "control_loss"
    NAME_RESOLUTION = "name_resolution"
    LOUDSPEAKER = "loudspeaker"
    MICROPHONE = "microphone"
    CAMERA = "camera"
    CLOCK_OFFSET = "clock_offset"
    DISK = "disk"
    CPU = "cpu"
    POWER = "power"
    VERSIONS = "versions"
    CHIME = "chime"
    "Audible."
    SOUND_PATH = "sound_path"
    "Audible: a sweep from the loudspeaker arrived at the microphone; its level."
    SOUND_DELAY = "sound_delay"
    "Audible: how long it took."
    SOUND_ECHO = "sound_echo"
    "Audible: the loudest later arrival, against the first."


AUDIBLE = frozenset({Check.CHIME, Check.SOUND_PATH, Check.SOUND_DELAY, Check.SOUND_ECHO})
"People in the hall hear these: only in the rehearsal, or when somebody asks."

SKIPPED_WHYS = ("no_device", "not_offered", "not_asked", "not_now", "unsupported")
"Why a check was not made; the same for all checks."

WHYS: dict[Check, tuple[str, ...]] = {
    Check.PROGRAMME_TEST: ("no_connection", "no_packets", "no_picture", "no_sound", "broken"),
    Check.UDP: ("blocked",),
    Check.TCP_TURN: ("unreachable",),
    Check.BANDWIDTH: ("narrow", "no_connection"),
    Check.CONTROL_RTT: ("slow", "no_answer"),
    Check.CONTROL_JITTER: ("uneven",),
    Check.CONTROL_LOSS: ("lossy",),
    Check.NAME_RESOLUTION: ("slow", "no_answer"),
    Check.LOUDSPEAKER: ("none", "muted", "busy"),
    Check.MICROPHONE: ("none", "denied", "busy", "silent", "quiet", "clipping"),
    Check.CAMERA: ("none", "denied", "busy", "dark"),
    Check.CLOCK_OFFSET: ("off",),
    Check.DISK: ("low", "full"),
    Check.CPU: ("busy",),
    Check.POWER: ("battery", "battery_low"),
    Check.VERSIONS: ("old", "too_old", "in_app_browser"),
    Check.CHIME: ("not_played", "not_heard"),
    Check.SOUND_PATH: ("not_heard", "faint", "clipping", "wrong_device"),
    Check.SOUND_DELAY: ("late",),
    Check.SOUND_ECHO: ("echo",),
}
"What a check that is not in order may have found."


class Unit(StrEnum):
    """Of a figure and its limit."""

    NONE = ""
    MS = "ms"
    RATIO = "ratio"
    "0..1; people read percent."
    KBPS = "kbps"
    BYTES = "bytes"
    DB = "db"
    DBFS = "dbfs"
    "Against full scale: 0 is the loudest there is."


Figure = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]
CheckCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Why = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{0,40}$")]


class CheckResult(Wire, frozen=True, kw_only=True):
    """What one check found."""

    check: CheckCode
    "One of ``Check``, or one of a newer version."
    verdict: Verdict
    why: Why = ""
    "Stable code of the finding, ``WHYS``; empty when all is well."
    figure: Figure | None = None
    "What was measured, in ``unit``; None where there is nothing to measure."
    unit: Annotated[str, msgspec.Meta(max_length=8)] = ""
    "One of ``Unit``, or one of a newer version."
    limit: Figure | None = None
    "The limit it was held against: of FAIL for a failure, else of WARN."
    evidence: Annotated[str, msgspec.Meta(max_length=300)] = ""
    "For technicians: the device's name, the address, what went wrong; in no language."
    measured_utc: Utc
    "By the device's clock; its age is ``sent_utc`` of the report minus this."


class Bound(Wire, frozen=True, kw_only=True):
    """Where a figure begins to be worth a look, and where it fails; None: nowhere."""

    warn: Figure
    fail: Figure | None = None


class PreflightBounds(Wire, frozen=True, kw_only=True):
    """The limits of what a page can measure, told with the welcome: one place says them."""

    clock_ms: Bound
    rtt_ms: Bound
    jitter_ms: Bound
    good_ratio: Bound
    quiet_dbfs: Bound
    clipped_ratio: Bound
    free_bytes: Bound
    bandwidth_ratio: Bound
    bandwidth_kbps: Figure
    dark_ratio: Figure
    battery_ratio: Figure
    arrival_dbfs: Bound
    sound_delay_ms: Bound
    echo_db: Figure


def told(limits: PreflightLimits) -> PreflightBounds:
    """Return the limits as they go over the wire."""
    return PreflightBounds(
        clock_ms=_bound(limits.clock_ms),
        rtt_ms=_bound(limits.rtt_ms),
        jitter_ms=_bound(limits.jitter_ms),
        good_ratio=_bound(limits.good_ratio),
        quiet_dbfs=_bound(limits.quiet_dbfs),
        clipped_ratio=_bound(limits.clipped_ratio),
        free_bytes=_bound(limits.free_bytes),
        bandwidth_ratio=_bound(limits.bandwidth_ratio),
        bandwidth_kbps=limits.bandwidth_kbps,
        dark_ratio=limits.dark_ratio,
        battery_ratio=limits.battery_ratio,
        arrival_dbfs=_bound(limits.arrival_dbfs),
        sound_delay_ms=_bound(limits.sound_delay_ms),
        echo_db=limits.echo_db,
    )


def _bound(bounds: Bounds) -> Bound:
    return Bound(warn=bounds.warn, fail=bounds.fail if isfinite(bounds.fail) else None)


RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(results: tuple[CheckResult, ...]) -> Verdict:
    """Return the worst verdict of some results; SKIPPED when there are none."""
    return max((r.verdict for r in results), key=RANK.__getitem__, default=Verdict.SKIPPED)
