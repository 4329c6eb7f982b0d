"""The departures of one output, on the running loop."""

from ..timer import Timer
from .departure import Departures, Pacing
from .line import Line
from .plan import TRACKS

# Longer than packets of one frame are apart when a publisher sends them in one go.
COLLECT_S = 0.002
# Sixteen packets each 4 ms are 40 Mbps: of a key frame of 40 a hall's line of 20 Mbps has to
# queue half, some 25 kB.
SLICE_GAP_S = 0.004


def new_departures(burst_packets: int, line: Line) -> dict[str, Departures]:
    """Return the departures of one output by track, on the running loop.

    Pictures are collected and wait for the line; sound has one packet a frame and leaves at
    once, past a key frame that is still on its way round.
    """
    picture = Pacing(collect_s=COLLECT_S, burst_packets=burst_packets, slice_gap_s=SLICE_GAP_S)
    sound = Pacing(burst_packets=burst_packets, urgent=True)
    found: dict[str, Departures] = {}
    for track, kind in TRACKS.items():
        timer = Timer(lambda now, track=track: found[track].handle_timer(now))  # type: ignore[misc]
        found[track] = Departures(picture if kind == "video" else sound, timer.set, line)
    return found
