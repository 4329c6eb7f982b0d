"""Several devices in one hall: whose word counts, and when it changes hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import ReceptionLimits
from coordinator.judge.line import Answer, Finding, Verdict
from coordinator.reception.receiver import MOST, PointReceivers
from signaling.schema import Decoding, DeviceRole, Reception
from signaling.stats import InboundAudio, InboundVideo, MediaStats, Presented, PresentedBy

LIMITS = ReceptionLimits()
AGENT, SCREEN = DeviceRole.AGENT, DeviceRole.SCREEN
RIGHT = Answer(finding=Finding.RIGHT, why="right")
BLACK = Answer(finding=Finding.WRONG, why="black")
PRESENTED = Presented(by=PresentedBy.FRAME_CALLBACK)


class Hall:
    """A hall of an agent ``a`` and screens ``s``, ``t``: whoever is well reports each second."""

    def __init__(self) -> None:
        self.machine = PointReceivers("p", LIMITS)
        self.now = 0.0
        self.said: list[str] = []

    def live(self, seconds: int = 1, /, **devices: Answer | None) -> str:
        """Pass some seconds, in which these devices report and get this answer on the picture."""
        for _ in range(seconds):
            self.now += 1.0
            for device, picture in devices.items():
                self.report(device)
                if picture is not None:
                    said = Verdict(device=device, at=self.now, picture=picture, sound=RIGHT)
                    self.machine.receive_verdict(device, said, self.now)
            self.machine.handle_timer(self.now)
            self.said += [f"{e.reception}:{e.why}" for e in self.machine.events()]
        return self.said[-1] if self.said else ""

    def report(self, device: str, *, sound_only: bool = False) -> bool:
        n = round(self.now)
        media = MediaStats(
            connected=True,
            decoding=Decoding.ALL,
            video=InboundVideo(packets_received=10 * n, frames_decoded=0 if sound_only else n),
            audio=InboundAudio(packets_received=10 * n),
            presented=PRESENTED,
        )
        role = AGENT if device == "a" else SCREEN
        return self.machine.receive_stats(device, role, media, self.now, sound_only=sound_only)


def test_an_agent_counts_while_nobody_else_reports() -> None:
    hall = Hall()
    assert hall.machine.device is None
    assert hall.machine.next_timer() is None
    assert hall.live(3, a=RIGHT) == "verified:verified"
    assert hall.machine.device == "a"


def test_a_screen_takes_over_at_once_and_its_failure_is_the_halls_whatever_the_agent_proves() -> (
    None
):
    hall = Hall()
    hall.live(5, a=RIGHT)
    hall.live(1, a=RIGHT, s=BLACK)
    assert hall.machine.device == "s"
    hall.said.clear()
    hall.live(120, a=RIGHT, s=BLACK)
    assert hall.said == ["receiving:black"], "said once, and no flapping"


def test_a_failing_agent_says_nothing_against_a_screen_that_proves() -> None:
    hall = Hall()
    hall.live(5, s=RIGHT, a=BLACK)
    hall.said.clear()
    hall.live(60, s=RIGHT, a=BLACK)
    assert hall.said == []


def test_a_silent_screen_is_unknown_first_and_its_agent_counts_only_when_it_is_gone() -> None:
    hall = Hall()
    hall.live(5, s=RIGHT, a=RIGHT)
    hall.said.clear()
    hall.live(30, a=RIGHT)
    assert hall.said == ["unknown:silence", "verified:verified"], "proven before it took over"
    assert hall.machine.device == "a"


@pytest.mark.parametrize("gap_s", [2, 5, 10])
def test_a_screen_whose_line_breaks_again_and_again_never_hands_over(gap_s: int) -> None:
    hall = Hall()
    hall.live(5, s=RIGHT, a=RIGHT)
    for _ in range(20):
        hall.live(gap_s, a=RIGHT)
        assert hall.machine.device == "s"
        hall.live(5, s=RIGHT, a=RIGHT)
    if gap_s < LIMITS.stale_s:
        assert set(hall.said[-1:]) == {"verified:verified"}


def test_a_screen_that_says_goodbye_hands_over_at_once() -> None:
    hall = Hall()
    hall.live(5, s=RIGHT, a=RIGHT)
    hall.said.clear()
    hall.machine.receive_goodbye("s", hall.now)
    assert hall.machine.device == "a"
    hall.machine.receive_goodbye("nobody", hall.now)
    hall.machine.receive_goodbye("a", hall.now)
    assert hall.machine.device == "a", "the last word holds until it is stale"
    assert hall.machine.events() == []


def test_of_two_screens_the_first_counts_until_it_is_gone() -> None:
    hall = Hall()
    hall.live(3, s=RIGHT)
    hall.live(20, s=RIGHT, t=BLACK)
    assert hall.machine.device == "s"
    assert hall.live(20, t=BLACK) == "receiving:black"
    hall.live(1, s=RIGHT, t=BLACK)
    assert hall.machine.device == "t"


def test_the_timer_is_due_when_somebody_takes_over() -> None:
    hall = Hall()
    hall.live(1, s=RIGHT, a=RIGHT)
    hall.now += LIMITS.hand_over_s - 1
    hall.report("a")
    assert hall.machine.next_timer() is not None
    due = hall.machine.next_timer() or 0.0
    hall.machine.handle_timer(due)
    due = hall.machine.next_timer() or 0.0
    hall.machine.handle_timer(max(due, 1.0 + LIMITS.hand_over_s))
    assert hall.machine.device == "a"


def test_the_rooms_word_and_the_relays_choice_hold_for_the_device_they_are_of() -> None:
    hall = Hall()
    hall.machine.receive_room(True, 0.0)
    assert hall.live(4, s=RIGHT) == "confirmed_in_room:confirmed"
    hall.machine.receive_room(False, hall.now)
    assert hall.live(1, s=RIGHT) == "playing:room_contradicts"
    hall.machine.receive_room(None, hall.now)
    for _ in range(8):
        hall.now += 1.0
        hall.report("s", sound_only=True)
        said = Verdict(device="s", at=hall.now, picture=BLACK, sound=RIGHT)
        assert hall.machine.receive_verdict("s", said, hall.now)
    assert [e.why for e in hall.machine.events()][-1] == "sound_only"


def test_a_verdict_on_a_device_that_never_reported_says_nothing() -> None:
    said = Verdict(device="x", at=0.0, picture=RIGHT, sound=RIGHT)
    assert not PointReceivers("p", LIMITS).receive_verdict("x", said, 0.0)


def test_no_crowd_of_devices_fills_the_memory() -> None:
    hall = Hall()
    hall.live(1, s=RIGHT)
    for number in range(3 * MOST):
        hall.now += 0.1
        hall.report("s")
        hall.report(f"s{number}")
    assert len(hall.machine._receivers) == MOST
    assert hall.machine.device == "s"


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "s", "t", ""]), st.sampled_from([RIGHT, BLACK, None])),
        max_size=80,
    )
)
def test_the_point_never_says_more_than_its_receiver_proved(
    steps: list[tuple[str, Answer | None]],
) -> None:
    hall = Hall()
    hall.live(1, a=RIGHT)
    for device, picture in steps:
        hall.live(1, **({device: picture} if device else {}))
        machine = hall.machine
        held = machine._receivers[str(machine.device)]
        assert machine._told == (held.machine.reception, held.machine.why)
        screens = [r for r in machine._receivers.values() if r.role is SCREEN]
        assert held.role is SCREEN or not screens
        if hall.now >= held.spoke_at + LIMITS.stale_s:
            assert machine._told[0] is Reception.UNKNOWN
