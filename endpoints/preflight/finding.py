"""Turns what was measured into findings: verdict, reason, figure, limit. Pure: no I/O.

One function a check. A limit is given as the coordinator and people read it: that of failure
for what failed, else that of a warning. What could not be looked at is SKIPPED, never OK.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, median

from config.thresholds import Bounds, PreflightLimits
from signaling.preflight import Check, CheckResult, Unit, Verdict
from signaling.stats import MediaStats

from .device import Battery, Heard, Loudspeaker, Picture, Trouble
from .sound import Arrival, level

LIMITS = PreflightLimits()
MOST_RECEPTIONS = 6
"Side by side in a bandwidth test, beside the hall's own."


@dataclass(frozen=True, slots=True)
class Found:
    """A finding without its time: what a check says."""

    check: Check
    verdict: Verdict
    why: str = ""
    figure: float | None = None
    unit: Unit = Unit.NONE
    limit: float | None = None
    evidence: str = ""

    def at(self, measured_utc: str) -> CheckResult:
        """Return it as it goes over the wire."""
        return CheckResult(
            check=self.check,
            verdict=self.verdict,
            why=self.why,
            figure=None if self.figure is None else round(self.figure, 3),
            unit=self.unit,
            limit=self.limit,
            evidence=self.evidence[:300],
            measured_utc=measured_utc,
        )


def skipped(check: Check, why: str, evidence: str = "") -> Found:
    """Return that a check was not made; ``why`` is one of ``SKIPPED_WHYS``."""
    return Found(check, Verdict.SKIPPED, why, evidence=evidence)


# --- the line -------------------------------------------------------------------------


def clock_offset(offset_ms: float | None) -> Found:
    """Judge our wall clock against the coordinator's."""
    if offset_ms is None:
        return skipped(Check.CLOCK_OFFSET, "not_now")
    return _above(Check.CLOCK_OFFSET, "off", offset_ms, Unit.MS, LIMITS.clock_ms)


def name_resolution(took_ms: float | None) -> Found:
    """Judge how long the server's name took; None for no answer."""
    if took_ms is None:
        return Found(Check.NAME_RESOLUTION, Verdict.FAIL, "no_answer")
    return _above(Check.NAME_RESOLUTION, "slow", took_ms, Unit.MS, LIMITS.resolve_ms)


def control(round_trips_ms: Sequence[float | None]) -> list[Found]:
    """Judge questions on the control path, in their order; None for one without an answer."""
    answered = [ms for ms in round_trips_ms if ms is not None]
    if not answered:
        return [Found(Check.CONTROL_RTT, Verdict.FAIL, "no_answer")]
    lost = 1 - len(answered) / len(round_trips_ms)
    gaps = [abs(b - a) for a, b in zip(answered, answered[1:], strict=False)]
    jitter_ms = fmean(gaps) if gaps else 0.0
    return [
        _above(Check.CONTROL_RTT, "slow", median(answered), Unit.MS, LIMITS.rtt_ms),
        _above(Check.CONTROL_JITTER, "uneven", jitter_ms, Unit.MS, LIMITS.jitter_ms),
        _above(Check.CONTROL_LOSS, "lossy", lost, Unit.RATIO, LIMITS.loss_ratio),
    ]


def udp(connected: bool, round_trip_s: float | None) -> Found:
    """Judge whether media came over UDP."""
    if not connected:
        return Found(Check.UDP, Verdict.FAIL, "blocked")
    rtt_ms = None if round_trip_s is None else round_trip_s * 1000
    return Found(Check.UDP, Verdict.OK, figure=rtt_ms, unit=Unit.MS if rtt_ms else Unit.NONE)


def tcp_turn(reached: bool | None) -> Found:
    """Judge the way around a firewall; None when the server offers none."""
    if reached is None:
        return skipped(Check.TCP_TURN, "not_offered")
    if not reached:
        return Found(Check.TCP_TURN, Verdict.WARN, "unreachable")
    return Found(Check.TCP_TURN, Verdict.OK)


# --- the programme --------------------------------------------------------------------


def programme_test(looks: Sequence[MediaStats], *, sound_only: bool = False) -> Found:
    """Judge a test reception from the receiver's counters, looked at once a second.

    Args:
        looks: Of the counters.
        sound_only: The relay sends no picture, by choice: the sound stands for both.

    """
    if not any(look.connected for look in looks):
        return Found(Check.PROGRAMME_TEST, Verdict.FAIL, "no_connection")
    seconds = list(zip(looks, looks[1:], strict=False))
    sound = [_grew(_sounds(a), _sounds(b)) for a, b in seconds]
    picture = sound if sound_only else [_grew(_frames(a), _frames(b)) for a, b in seconds]
    if not any(picture) and not any(sound):
        return Found(Check.PROGRAMME_TEST, Verdict.FAIL, "no_packets")
    for kind, why in ((picture, "no_picture"), (sound, "no_sound")):
        if not any(kind):
            return Found(Check.PROGRAMME_TEST, Verdict.FAIL, why)
    good = sum(p and s for p, s in zip(picture, sound, strict=True)) / len(seconds)
    bounds = LIMITS.good_ratio
    evidence = f"{len(seconds)} s, {_size(looks[-1])}"
    return _below(Check.PROGRAMME_TEST, "broken", good, Unit.RATIO, bounds, evidence=evidence)


def bandwidth(before: Sequence[MediaStats], after: Sequence[MediaStats], span_s: float) -> Found:
    """Judge a bandwidth test: several receptions of the programme, side by side.

    Args:
        before: Counters of each reception when the test began.
        after: Likewise when it ended.
        span_s: How long it took.

    """
    received = _grown(before, after, "packets_received")
    lost = max(0, _grown(before, after, "packets_lost"))
    if received == 0:
        return Found(Check.BANDWIDTH, Verdict.FAIL, "no_connection")
    carried = received / (received + lost)
    kbps = _grown(before, after, "bytes_received") * 8 / 1000 / max(span_s, 0.001)
    evidence = f"{len(after)} receptions, {1 - carried:.1%} lost"
    bounds = LIMITS.bandwidth_ratio
    verdict = _below(Check.BANDWIDTH, "narrow", carried, Unit.RATIO, bounds).verdict
    if verdict is Verdict.OK and kbps < LIMITS.bandwidth_kbps:
        return skipped(Check.BANDWIDTH, "not_now", f"only {kbps:.0f} kbit/s to test with")
    why = "" if verdict is Verdict.OK else "narrow"
    limit = LIMITS.bandwidth_kbps
    return Found(Check.BANDWIDTH, verdict, why, round(kbps), Unit.KBPS, limit, evidence)


def receptions_needed(kbps: float) -> int:
    """Return how many more receptions, of so many kbit/s each, make a bandwidth test."""
    wanted = LIMITS.bandwidth_kbps / max(kbps, 1.0)
    return min(MOST_RECEPTIONS, max(1, ceil(wanted * 1.2) - 1))


def rate_kbps(looks: Sequence[MediaStats], span_s: float) -> float:
    """Return what one reception brought between its first and last look."""
    return _grown(looks[:1], looks[-1:], "bytes_received") * 8 / 1000 / max(span_s, 0.001)


# --- the room's devices -----------------------------------------------------------------


def microphone(heard: Heard | Trouble) -> Found:
    """Judge what the microphone heard of the room."""
    if isinstance(heard, Trouble):
        return _trouble(Check.MICROPHONE, heard)
    loud = level(heard.samples)
    share = loud.clipped_ratio
    clipped = _above(Check.MICROPHONE, "clipping", share, Unit.RATIO, LIMITS.clipped_ratio)
    if clipped.verdict is not Verdict.OK:
        return Found(
            clipped.check,
            clipped.verdict,
            clipped.why,
            clipped.figure,
            clipped.unit,
            clipped.limit,
            f"{heard.name}; {loud.dbfs:.0f} dBFS",
        )
    why = "silent" if loud.dbfs < LIMITS.quiet_dbfs.fail else "quiet"
    return _below(
        Check.MICROPHONE, why, loud.dbfs, Unit.DBFS, LIMITS.quiet_dbfs, evidence=heard.name
    )


def loudspeaker(there: Loudspeaker | Trouble) -> Found:
    """Judge whether there is a loudspeaker that would be heard."""
    if isinstance(there, Trouble):
        return _trouble(Check.LOUDSPEAKER, there)
    if there.muted or there.volume_ratio == 0.0:
        return Found(Check.LOUDSPEAKER, Verdict.FAIL, "muted", evidence=there.name)
    volume = there.volume_ratio
    unit = Unit.NONE if volume is None else Unit.RATIO
    return Found(Check.LOUDSPEAKER, Verdict.OK, figure=volume, unit=unit, evidence=there.name)


def camera(seen: Picture | Trouble) -> Found:
    """Judge what the camera sees."""
    if isinstance(seen, Trouble):
        return _trouble(Check.CAMERA, seen)
    dark = seen.brightness_ratio < LIMITS.dark_ratio
    return Found(
        Check.CAMERA,
        Verdict.WARN if dark else Verdict.OK,
        "dark" if dark else "",
        seen.brightness_ratio,
        Unit.RATIO,
        LIMITS.dark_ratio,
        f"{seen.name} {seen.width}x{seen.height}",
    )


def arrival(heard: Heard | Trouble, found: Arrival | None) -> list[Found]:
    """Judge a sweep that was played: where it arrived, how late, and with what echo."""
    if isinstance(heard, Trouble):
        return [_trouble(Check.SOUND_PATH, heard, "not_heard")]
    if found is None:
        return [Found(Check.SOUND_PATH, Verdict.FAIL, "not_heard", evidence=heard.name)]
    if found.digital:
        return [Found(Check.SOUND_PATH, Verdict.FAIL, "wrong_device", evidence=heard.name)]
    path = _below(
        Check.SOUND_PATH, "faint", found.dbfs, Unit.DBFS, LIMITS.arrival_dbfs, evidence=heard.name
    )
    if found.clipped_ratio >= LIMITS.clipped_ratio.fail:
        path = Found(
            Check.SOUND_PATH, Verdict.WARN, "clipping", found.dbfs, Unit.DBFS, evidence=heard.name
        )
    delay = _above(Check.SOUND_DELAY, "late", found.delay_ms, Unit.MS, LIMITS.sound_delay_ms)
    echoes = found.echo_db > LIMITS.echo_db
    echo = Found(
        Check.SOUND_ECHO,
        Verdict.WARN if echoes else Verdict.OK,
        "echo" if echoes else "",
        found.echo_db,
        Unit.DB,
        LIMITS.echo_db,
    )
    return [path, delay, echo]


def chime(trouble: Trouble | None) -> Found:
    """Judge whether the chime was played; who heard it is for people to say."""
    if trouble is None:
        return Found(Check.CHIME, Verdict.OK)
    return _trouble(Check.CHIME, trouble, "not_played")


# --- the machine --------------------------------------------------------------------------


def disk(free_bytes: int | None) -> Found:
    """Judge the room where entries are kept."""
    if free_bytes is None:
        return skipped(Check.DISK, "unsupported")
    why = "full" if free_bytes < LIMITS.free_bytes.fail else "low"
    return _below(Check.DISK, why, float(free_bytes), Unit.BYTES, LIMITS.free_bytes)


def cpu(cpu_ratio: float | None) -> Found:
    """Judge how busy the whole machine is."""
    if cpu_ratio is None:
        return skipped(Check.CPU, "unsupported")
    return _above(Check.CPU, "busy", cpu_ratio, Unit.RATIO, LIMITS.cpu_ratio)


def power(battery: Battery | None) -> Found:
    """Judge the supply; None for a machine that tells of no battery, so it hangs on the mains."""
    if battery is None:
        return Found(Check.POWER, Verdict.OK)
    charge, limit = battery.charge_ratio, LIMITS.battery_ratio
    if battery.on_mains:
        return Found(Check.POWER, Verdict.OK, figure=charge, unit=Unit.RATIO)
    low = charge <= limit
    verdict, why = (Verdict.FAIL, "battery_low") if low else (Verdict.WARN, "battery")
    return Found(Check.POWER, verdict, why, charge, Unit.RATIO, limit)


def versions(software: str, python: tuple[int, int]) -> Found:
    """Judge what we run on."""
    old = python < (3, 11)
    verdict = Verdict.FAIL if old else Verdict.OK
    evidence = f"{software}, Python {python[0]}.{python[1]}"
    return Found(Check.VERSIONS, verdict, "too_old" if old else "", evidence=evidence)


def _above(check: Check, why: str, figure: float, unit: Unit, bounds: Bounds) -> Found:
    """Grade a figure that is bad when large, whatever its sign."""
    size = abs(figure)
    if size >= bounds.fail:
        return Found(check, Verdict.FAIL, why, figure, unit, bounds.fail)
    if size >= bounds.warn:
        return Found(check, Verdict.WARN, why, figure, unit, bounds.warn)
    return Found(check, Verdict.OK, "", figure, unit, bounds.warn)


def _below(
    check: Check, why: str, figure: float, unit: Unit, bounds: Bounds, *, evidence: str = ""
) -> Found:
    """Grade a figure that is bad when small."""
    if figure < bounds.fail:
        return Found(check, Verdict.FAIL, why, figure, unit, bounds.fail, evidence)
    if figure < bounds.warn:
        return Found(check, Verdict.WARN, why, figure, unit, bounds.warn, evidence)
    return Found(check, Verdict.OK, "", figure, unit, bounds.warn, evidence)


def _trouble(check: Check, trouble: Trouble, why: str | None = None) -> Found:
    """A device that a hall never had is no fault of it; one that is there must work."""
    if trouble.why in ("absent", "unsupported"):
        lacks = "no_device" if trouble.why == "absent" else "unsupported"
        return skipped(check, lacks, trouble.detail)
    return Found(check, Verdict.FAIL, why or trouble.why, evidence=trouble.detail)


def _frames(look: MediaStats) -> int:
    return look.video.frames_received if look.video else 0


def _sounds(look: MediaStats) -> int:
    return look.audio.packets_received if look.audio else 0


def _size(look: MediaStats) -> str:
    video = look.video
    return f"{video.frame_width}x{video.frame_height}" if video and video.frame_width else "–"


def _grew(before: int, after: int) -> bool:
    # A counter below the last one belongs to a new media session.
    return after != before and after > 0


def _grown(before: Sequence[MediaStats], after: Sequence[MediaStats], name: str) -> int:
    return sum(_sum(b, name) - _sum(a, name) for a, b in zip(before, after, strict=True))


def _sum(look: MediaStats, name: str) -> int:
    streams = (look.video, look.audio)
    return sum(getattr(stream, name) for stream in streams if stream is not None)
