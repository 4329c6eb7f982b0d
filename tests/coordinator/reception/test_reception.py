import pytest

from config.thresholds import ReceptionLimits
from coordinator.judge.line import Answer, Finding, Verdict
from coordinator.reception.reception import PointReception, player_answer
from signaling.schema import Decoding, Reception
from signaling.stats import InboundAudio, InboundVideo, MediaStats, Presented, PresentedBy

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


RIGHT = Answer(finding=Finding.RIGHT, why="right")
STILL, QUIET = Answer(why="still"), Answer(why="quiet")
SHOWN = Presented(by=PresentedBy.FRAME_CALLBACK)


def wrong(why: str) -> Answer:
    return Answer(finding=Finding.WRONG, why=why)


class Hall:
    """A hall that reports each second, and a judge that answers each report."""

    def __init__(self) -> None:
        self.machine = PointReception("p", LIMITS)
        self.now = 0.0

    def live(
        self,
        seconds: int = 1,
        picture: Answer | None = RIGHT,
        sound: Answer = RIGHT,
        presented: Presented | None = SHOWN,
        decoding: Decoding = Decoding.ALL,
    ) -> str:
        """Pass some seconds; return how the machine sees it then. No picture: no judge."""
        for _ in range(seconds):
            self.now += 1.0
            n = round(self.now)
            report = stats(10 * n, n, decoding)
            report = MediaStats(
                connected=True, decoding=decoding, video=report.video, audio=report.audio,
                presented=presented,
            )  # fmt: skip
            self.machine.receive_stats(report, self.now)
            if picture is not None:
                verdict = Verdict(device="d", at=self.now, picture=picture, sound=sound)
                self.machine.receive_verdict(verdict, self.now)
        return f"{self.machine.reception}:{self.machine.why}"


def test_three_right_answers_on_picture_and_sound_verify() -> None:
    hall = Hall()
    assert hall.live(2) == "playing:cannot_tell"
    assert hall.live(1) == "verified:verified"


def test_a_proven_picture_verifies_in_a_programme_without_sound_and_the_reverse() -> None:
    assert Hall().live(3, RIGHT, QUIET) == "verified:verified"
    assert Hall().live(3, STILL, RIGHT) == "verified:verified"
    assert Hall().live(3, STILL, QUIET) == "playing:cannot_tell"


def test_a_sound_nobody_can_judge_keeps_a_hall_from_being_verified() -> None:
    assert Hall().live(5, RIGHT, Answer(why="nothing_reported")) == "playing:cannot_tell"


def test_a_proof_holds_for_a_minute_of_stillness_and_no_longer() -> None:
    hall = Hall()
    hall.live(5)
    assert hall.live(int(LIMITS.hold_s) - 1, STILL, QUIET) == "verified:verified"
    assert hall.live(1, STILL, QUIET) == "playing:cannot_tell"


@pytest.mark.parametrize("why", ["frozen", "black", "wrong_picture"])
def test_three_of_five_wrong_pictures_are_a_fault_with_a_name(why: str) -> None:
    hall = Hall()
    hall.live(5)
    assert hall.live(2, wrong(why)) == "verified:verified"
    assert hall.live(1, wrong(why)) == f"receiving:{why}"
    assert hall.live(9, RIGHT) == f"receiving:{why}"
    assert hall.live(2, RIGHT) == "verified:verified"


@pytest.mark.parametrize("why", ["silent", "no_sound", "wrong_sound"])
def test_a_wrong_sound_is_a_fault_beside_a_right_picture(why: str) -> None:
    hall = Hall()
    hall.live(5)
    assert hall.live(3, RIGHT, wrong(why)) == f"receiving:{why}"


def test_what_is_wrong_with_the_picture_is_said_first() -> None:
    assert Hall().live(3, wrong("black"), wrong("silent")) == "receiving:black"


@pytest.mark.parametrize(
    ("presented", "why"),
    [
        (Presented(muted=True), "muted"),
        (Presented(volume=0.01), "muted"),
        (Presented(paused=True), "paused"),
        (Presented(visible=False, muted=True), "hidden"),
    ],
)
def test_a_player_nobody_sees_or_hears_is_a_fault_with_or_without_a_judge(
    presented: Presented, why: str
) -> None:
    assert player_answer(presented, LIMITS).why == why
    assert Hall().live(3, None, presented=presented) == f"receiving:{why}"
    assert Hall().live(3, RIGHT, presented=presented) == f"receiving:{why}"


def test_without_a_judge_the_hall_is_believed_to_play() -> None:
    assert Hall().live(5, None) == "playing:playing"


def test_a_judge_that_dies_accuses_nobody_and_its_word_ages() -> None:
    hall = Hall()
    hall.live(5)
    assert hall.live(int(LIMITS.judge_s) - 1, None) == "verified:verified"
    assert hall.live(1, None) == "playing:judge_away"
    accused = Hall()
    accused.live(3, wrong("black"))
    assert accused.live(int(LIMITS.judge_s), None) == "playing:judge_away"


@pytest.mark.parametrize("presented", [None, Presented(by=PresentedBy.NONE)])
def test_who_cannot_say_what_it_shows_plays_at_most_and_is_labelled(
    presented: Presented | None,
) -> None:
    assert Hall().live(5, RIGHT, presented=presented) == "playing:no_frame_callback"


def test_a_hall_that_decodes_key_frames_only_can_be_verified_by_them() -> None:
    hall = Hall()
    assert hall.live(2, decoding=Decoding.KEY_FRAMES) == "receiving:key_frames_only"
    assert hall.live(1, decoding=Decoding.KEY_FRAMES) == "verified:verified"


def test_people_in_the_room_confirm_what_is_proven() -> None:
    hall = Hall()
    hall.machine.receive_room(True, 0.0)
    assert hall.live(2) == "playing:cannot_tell"
    assert hall.live(1) == "confirmed_in_room:confirmed"
    assert hall.live(3, wrong("frozen")) == "receiving:frozen"


def test_people_who_see_nothing_contradict_the_machine_until_they_say_otherwise() -> None:
    hall = Hall()
    hall.live(5)
    hall.machine.receive_room(False, hall.now)
    assert hall.live(0) == "playing:room_contradicts"
    hall.machine.receive_room(None, hall.now)
    assert hall.live(0) == "verified:verified"


def test_sound_only_by_the_relays_choice_is_no_fault() -> None:
    hall = Hall()
    hall.live(5)
    hall.machine.receive_sending(True, hall.now)
    hall.machine.receive_sending(True, hall.now)
    assert hall.live(3, wrong("frozen"), RIGHT) == "verified:sound_only"


def test_a_picture_that_is_sent_again_may_take_a_moment() -> None:
    machine = PointReception("p", LIMITS)
    words = []
    for n in range(1, 30):
        back = n >= 20
        machine.receive_sending(not back, float(n))
        shown = 5 if n < 22 else 5 + n
        video = InboundVideo(packets_received=shown, frames_decoded=shown)
        media = MediaStats(
            connected=True,
            decoding=Decoding.ALL,
            video=video,
            audio=InboundAudio(packets_received=50 * n),
        )
        machine.receive_stats(media, float(n))
        words.append(machine.why)
    assert "no_picture" not in words
    assert "no_frames" not in words


def test_a_picture_that_is_missing_beside_the_sound_is_called_so() -> None:
    machine = PointReception("p", LIMITS)
    for n in range(1, 6):
        video = InboundVideo(packets_received=5, frames_decoded=3)
        audio = InboundAudio(packets_received=50 * n)
        machine.receive_stats(
            MediaStats(connected=True, decoding=Decoding.ALL, video=video, audio=audio), float(n)
        )
    assert (machine.reception, machine.why) == (Reception.RECEIVING, "no_picture")


def test_no_new_frame_of_a_still_programme_is_no_fault() -> None:
    machine = PointReception("p", LIMITS)
    for n in range(1, 8):
        machine.receive_stats(stats(10 * n, 1), float(n))
        still = Verdict(device="d", at=float(n), picture=STILL, sound=RIGHT)
        machine.receive_verdict(still, float(n))
    assert machine.reception is not Reception.RECEIVING


def test_the_receivers_own_word_on_packets_counts_before_ours() -> None:
    machine = fed(stats(10, 1), stats(20, 2))
    silent = MediaStats(connected=True, decoding=Decoding.ALL, last_packet_age=LIMITS.silent_s)
    machine.receive_stats(silent, 2.0)
    assert machine.why == "no_packets"


def test_a_word_before_the_first_report_says_nothing() -> None:
    machine = PointReception("p", LIMITS)
    machine.receive_verdict(Verdict(device="d", at=0.0, picture=RIGHT, sound=RIGHT), 0.0)
    machine.receive_room(True, 0.0)
    assert seen(machine) == []


def test_a_device_that_was_silent_is_judged_anew() -> None:
    hall = Hall()
    assert hall.live(5) == "verified:verified"
    hall.machine.handle_timer(hall.now + LIMITS.stale_s)
    assert hall.live(1, None) == "playing:playing"
