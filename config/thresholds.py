"""Limits that turn a measurement into a verdict. Pure: data only.

Sources: DESIGN section 4 (presence), the studies' table of thresholds in the field.
"""

from dataclasses import dataclass


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

    silent_s: float = 2.5
    "No packet at all for this long, by the receiver's own word, seconds."

    stale_s: float = 6.0
    "No report for this long: what the hall receives is unknown, seconds."

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLimits:
    """What the go/no-go board asks for."""

    ready_ratio: float = 0.9
    "Share of points that must be ready, 0..1."

    reported_ratio: float = 0.9
    "Share of points that must have given their head count, 0..1."
