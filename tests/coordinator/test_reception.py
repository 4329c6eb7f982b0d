from config.thresholds import ReceptionLimits
from coordinator.reception import PointReception
from signaling.schema import Decoding, Reception
from signaling.stats import InboundAudio, InboundVideo, MediaStats

LIMITS = ReceptionLimits()


def stats(
    packets: int, frames: int = 0, decoding: Decoding = Decoding.ALL, connected: bool = True
) -> MediaStats:
    return MediaStats(
        connected=connected,
        decoding=decoding,
        video=InboundVideo(packets_received=packets, frames_decoded=frames),
        audio=InboundAudio(packets_received=packets),
    )


def seen(machine: PointReception) -> list[str]:
    return [f"{event.reception}:{event.why}" for event in machine.events()]


def fed(*reports: MediaStats) -> PointReception:
    """Return a machine that got one report a second."""
    machine = PointReception("p", LIMITS)
    for second, report in enumerate(reports):
        machine.receive_stats(report, float(second))
    return machine


def test_nothing_is_claimed_before_the_first_report() -> None:
    machine = PointReception("p", LIMITS)
    assert machine.reception is Reception.UNKNOWN
    assert machine.next_timer() is None


def test_decoded_frames_that_grow_are_playing() -> None:
    machine = fed(stats(0), stats(10, 1), stats(20, 2))
    assert seen(machine) == ["connected:no_packets", "playing:playing"]


def test_packets_without_frames_are_receiving_and_say_so() -> None:
    machine = fed(*(stats(10 * n, min(n, 2)) for n in range(7)))
    assert seen(machine)[-1] == "receiving:no_frames"


def test_the_total_loss_of_packets_shows_within_the_stall_limit() -> None:
    machine = fed(stats(1, 1), stats(9, 5), stats(9, 5), stats(9, 5), stats(9, 5))
    assert machine.reception is Reception.CONNECTED
    assert machine.why == "no_packets"


def test_a_hall_that_decodes_key_frames_only_is_receiving_not_playing() -> None:
    machine = fed(*(stats(10 * n, 1, Decoding.KEY_FRAMES) for n in range(1, 9)))
    assert seen(machine) == ["receiving:key_frames_only"]


def test_a_hall_that_decodes_nothing_is_receiving() -> None:
    assert fed(stats(1, 0, Decoding.NONE)).why == "not_decoding"


def test_a_lost_media_session_is_none_and_a_new_one_starts_from_small_counters() -> None:
    machine = fed(stats(100, 50), stats(0, connected=False), stats(3, 1))
    assert seen(machine) == ["playing:playing", "none:not_connected", "playing:playing"]


def test_a_report_without_streams_is_connected_at_most() -> None:
    machine = PointReception("p", LIMITS)
    machine.receive_stats(MediaStats(connected=True), 0.0)
    assert machine.reception is Reception.CONNECTED


def test_what_is_stale_becomes_unknown() -> None:
    machine = fed(stats(5, 5))
    machine.events()
    due = machine.next_timer()
    assert due == LIMITS.stale_s
    machine.handle_timer(due - 0.001)
    assert seen(machine) == []
    machine.handle_timer(due)
    assert seen(machine) == ["unknown:silence"]
    assert machine.next_timer() is None
