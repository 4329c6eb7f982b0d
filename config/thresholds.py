"""Limits that turn a measurement into a verdict. Pure: data only.

Sources: DESIGN section 4 (presence), the studies' table of thresholds in the field.
"""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceLimits:
    """When a silent point is late, and when it is lost."""

    late_s: float = 6.0
    "Nothing heard for this long: late, seconds."

    lost_s: float = 15.0
    "Nothing heard for this long: lost, seconds. Also after the coordinator's own start."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionLimits:
    """When a growing counter counts as standing still."""

    stall_s: float = 3.0
    "No new packet, or no new frame, for this long: no longer receiving, or playing, seconds."

    silent_s: float = 2.0
    "No packet at all for this long, by the receiver's own word, seconds."

    stale_s: float = 6.0
    "No report for this long: what the hall receives is unknown, seconds."

    hand_over_s: float = 15.0
    """A receiver that says nothing for so long is gone, and another device of the hall tells what
    the hall receives, seconds. As long as a point's presence waits before it is lost."""

    worse_of: int = 3
    recent: int = 5
    "So many of the recent findings must agree to worsen a verdict (DESIGN section 4)."

    clean_s: float = 10.0
    "So long without a bad finding, and with a good one, improves it, seconds."

    hold_s: float = 60.0
    """A proof holds for so long while a still, dark or silent programme proves nothing more;
    an accusation likewise. Seconds."""

    judge_s: float = 10.0
    "No verdict for this long: the judge is away, and what it said is of the past, seconds."

    quiet_volume: float = 0.02
    "A player turned down to this plays nothing that anybody hears, 0..1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From where on a figure is poor, and from where on it is bad."""

    poor: float
    bad: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLimits:
    """When a link is worth a technician's eye (reference: the studies' table of thresholds)."""

    loss_ratio: Band = Band(poor=0.05, bad=0.10)
    "Share of packets lost in five seconds before repair, 0..1."

    concealed_ratio: Band = Band(poor=0.03, bad=0.07)
    "Share of the sound that was made up, 0..1 (Teams CQD, ObserveRTC)."

    frozen_ratio: Band = Band(poor=0.10, bad=0.50)
    "Share of a second in which the picture stood still, 0..1."

    rtt_s: Band = Band(poor=0.3, bad=0.5)
    "Round trip, seconds. Only of a hall that speaks: delay does not hurt who listens (G.114)."

    jitter_s: Band = Band(poor=0.03, bad=0.05)
    "Seconds; like ``rtt_s``."

    window: int = 10
    "Reports the figures on the screens are taken over."

    min_packets: int = 50
    "Fewer packets than this in the window, or a fifth of it in a second, prove nothing."

    worsen: int = 3
    "So many of the last five seconds must be worse."

    improve: int = 10
    "So many seconds in a row must be better."

    total_loss_ratio: float = 0.9
    "From here on nothing usable arrives: bad at once."

    stall_s: float = 2.0
    "A last frame older than this is a picture that stands still, whatever its counter says."


@dataclass(frozen=True, slots=True, kw_only=True)
class SheddingLimits:
    """When the coordinator has too much to do (docs/decisions/0024).

    The limits are those of the first step; each further one takes twice as much.
    """

    lag_s: float = 0.25
    "The loop runs what is due so late: screens are felt to be slow (event to screen 250 ms)."

    waiting: int = 1_000
    "Facts that wait for the disk; it takes 5,000 a second."

    busy: tuple[float, ...] = (0.7, 0.8, 0.9)
    """Share of its core that the loop works, 0..1, at which each step is taken. With thousands of
    lines a loop that cannot keep up is not late: what it did not read waits in the sockets."""

    idle: tuple[float, ...] = (0.5, 0.6, 0.35)
    "Below this each step is given back; reports that are looked at again cost three times as much."

    smoothing: float = 0.2
    "What one look, ten a second, adds to the mean lateness, 0..1: one stall of a second is none."

    rise_s: float = 1.0
    "Strain must last so long before more is given up, seconds."

    calm_s: float = 5.0
    "Under a quarter of the limit for so long before something is given back, seconds."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLimits:
    """When faults are one alarm (ISA-18.2, EEMUA 191; docs/decisions/0016)."""

    flap_onsets: int = 3
    "So many beginnings of a fault within ``flap_s`` are chattering."

    flap_s: float = 60.0
    "Seconds."

    calm_s: float = 60.0
    "A chattering fault is over, or steady, when it did not begin anew for so long, seconds."

    burst_s: float = 15.0
    "Alarms of several points within so many seconds of each other may have one cause."

    burst_points: int = 5
    "So many points are an incident,"

    burst_ratio: float = 0.05
    "or this share of the roster if that is less, 0..1,"

    burst_min: int = 3
    "but never fewer than these."

    alike_ratio: float = 0.8
    "The share of an incident's points that must have its cause, 0..1."

    everywhere_ratio: float = 0.8
    "When this share of all that were ever there is out, the centre is suspected, 0..1."

    shelf_max_s: float = 1800.0
    "Longest time an alarm may be out of sight, seconds."


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a figure begins to be worth a look, and where it fails."""

    warn: float
    fail: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightLimits:
    """When a finding of a preflight is worth a look, and when it fails.

    Sources: the studies' table of thresholds in the field (section 4.3) for the line; DESIGN
    section 6 for what the programme needs; our own measurements for sound.
    """

    clock_ms: Bounds = Bounds(2_000.0, 60_000.0)
    "Off the coordinator's clock, either way. Only the times of entries depend on it."

    resolve_ms: Bounds = Bounds(1_000.0, inf)
    "A slow name is no failure; one that does not resolve is."

    rtt_ms: Bounds = Bounds(300.0, 3_000.0)
    """Of the control path. It carries entries and orders, not the programme, and repeats what is
    lost by itself: it fails late, and its unevenness never."""

    jitter_ms: Bounds = Bounds(50.0, inf)
    "Mean difference of neighbouring round trips of the control path."

    loss_ratio: Bounds = Bounds(0.05, 0.5)
    "Of questions on the control path without an answer within 2 s."

    good_ratio: Bounds = Bounds(0.9, 0.6)
    "Of the seconds of the test reception; below."

    bandwidth_ratio: Bounds = Bounds(0.98, 0.9)
    "Of what was sent in the bandwidth test, what arrived; below."

    bandwidth_kbps: float = 1_200.0
    "A test with less than this proves nothing: the programme's 0.9 Mbit/s and a third of it."

    quiet_dbfs: Bounds = Bounds(-55.0, -75.0)
    "RMS of the microphone; below. -75 is what an open plug gives."

    clipped_ratio: Bounds = Bounds(0.001, 0.02)
    "Of the microphone's samples at full scale."

    dark_ratio: float = 0.04
    "Mean brightness of the camera, 0..1; below it is covered, or the hall is dark."

    free_bytes: Bounds = Bounds(2e9, 2e8)

    cpu_ratio: Bounds = Bounds(0.85, 0.97)

    battery_ratio: float = 0.2
    "On battery and below: it will not last a session."

    arrival_dbfs: Bounds = Bounds(-50.0, -65.0)
    "Of the sweep at the microphone; below."

    sound_delay_ms: Bounds = Bounds(200.0, 500.0)
    "From the order to play to the arrival: cables take 20..120 ms, Bluetooth 200 and more."

    echo_db: float = -10.0
    "Loudest arrival more than 50 ms after the first, against it; above."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessLimits:
    """How long evidence counts, and how steady a verdict on readiness must be."""

    fresh_s: float = 3600.0
    "A finding of a preflight older than this proves nothing any more, seconds (DESIGN section 4)."

    unchecked_s: float = 120.0
    "A hall that lacks nothing but a preflight for so long cannot be checked, seconds."

    worsen_s: float = 5.0
    "What speaks against a ready point must hold so long before the verdict falls, seconds."

    clear_s: float = 10.0
    "A degraded or failed point must be well so long before the verdict rises, seconds."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLimits:
    """When preflights are ordered, and how many at a time."""

    before_s: tuple[float, ...] = (3600.0, 900.0)
    "So long before the start every connected device is asked to look at itself, seconds."

    missed_s: float = 300.0
    "A round that could not be ordered in time is caught up with for so long, seconds."

    spacing_s: float = 0.2
    "Between two orders of a round: ninety halls do not look names up in one second."

    test_kbps: int = 3_000
    "What one bandwidth test may take of the uplink, kbit/s: the programme three times over."

    spare_ratio: float = 0.5
    "Of what the budget leaves unused, this share may go into tests, 0..1."

    most: int = 8
    "Bandwidth tests at a time, however wide the uplink is."

    ticket_s: float = 30.0
    "A test that has not reported by then has lost its turn, seconds."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLimits:
    """What the go/no-go board asks for."""

    ready_ratio: float = 0.9
    "Share of points that must be ready, 0..1."

    reported_ratio: float = 0.9
    "Share of points that must have given their head count, 0..1."

    critical: tuple[str, ...] = ()
    "Points without which the session does not start, besides the main one."

    free_bytes: int = 1_000_000_000
    "Room the coordinator's disk must have, bytes."
