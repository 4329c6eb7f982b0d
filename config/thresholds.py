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
class LinkLimits:
    """When a link is worth a technician's eye."""

    loss_ratio: float = 0.05
    "Share of packets lost over the window, 0..1."

    window: int = 10
    "Reports the loss is taken over."

    min_packets: int = 50
    "Fewer packets than this in the window prove nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLimits:
    """What the go/no-go board asks for."""

    ready_ratio: float = 0.9
    "Share of points that must be ready, 0..1."

    reported_ratio: float = 0.9
    "Share of points that must have given their head count, 0..1."
