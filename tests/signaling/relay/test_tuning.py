"""A viewer goes from one rendition to another: numbers without a hole, time without a jump back."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtp
from signaling.media_plane import Rendition
from signaling.relay.departure import Departures, Pacing
from signaling.relay.forward import Address, Egress, Outlet
from signaling.relay.line import Line
from signaling.relay.plan import AUDIO, FLOOR, HOST, LOW, TRACKS, VIDEO
from signaling.relay.splice import Out
from signaling.relay.tuning import Tuning, tracks_of

HIGH, SOUND = Rendition.HIGH, Rendition.SOUND
STEP = 3000


class Hall:
    """A viewer and the outlets it is tuned to."""

    def __init__(self, departures: Callable[[], Departures] = Departures) -> None:
        self.sent: list[tuple[rtp.RtpHeader, bytes]] = []
        self.changes: list[Rendition] = []
        self.outlets = {track: Outlet(kind, departures()) for track, kind in TRACKS.items()}
        self.egresses = {
            "video": Egress(
                Address(ssrc=1, payload_type=102, first_sequence=65_500),
                self.send,
                waits_for_key=True,
            ),
            "audio": Egress(Address(ssrc=2, payload_type=111), self.send, waits_for_key=False),
        }
        self.tuning = Tuning(self.outlets, self.egresses, self.changed)
        self._numbers = dict.fromkeys(TRACKS, 0)

    def send(self, header: bytes, payload: bytes) -> None:
        self.sent.append((rtp.parse(header), payload))

    def changed(self) -> None:
        self.changes.append(self.tuning.rendition())

    def want(self, rendition: Rendition) -> None:
        self.tuning.tune(tracks_of(self.egresses, False, rendition))

    def frame(
        self, track: str, at: int, *, key: bool = False, packets: int = 2, now: float = 0.0
    ) -> None:
        """Send the ``at``-th frame of a track."""
        for part in range(packets):
            number = self._numbers[track]
            self._numbers[track] += 1
            last = part == packets - 1
            out = Out(number, at * STEP, last, f"{track}{at}".encode(), key and part == 0)
            self.outlets[track].forward(out, now)

    def pictures(self) -> list[tuple[rtp.RtpHeader, bytes]]:
        return [one for one in self.sent if one[0].ssrc == 1]

    def check(self) -> None:
        heads = [head for head, _ in self.pictures()]
        numbers = [head.sequence for head in heads]
        assert numbers == [(65_500 + n) & 0xFFFF for n in range(len(numbers))]
        stamps = [head.timestamp for head in heads]
        assert stamps == sorted(stamps)
        frames: dict[int, set[bytes]] = {}
        for head, payload in self.pictures():
            frames.setdefault(head.timestamp, set()).add(payload)
        assert all(len(payloads) == 1 for payloads in frames.values()), "two frames, one time"


def shown(hall: Hall) -> list[str]:
    return list(dict.fromkeys(payload.decode() for _, payload in hall.pictures()))


def begun(hall: Hall | None = None) -> Hall:
    hall = hall or Hall()
    hall.want(HIGH)
    hall.frame(VIDEO, 1, key=True)
    return hall


def test_the_old_picture_goes_on_until_the_key_frame_of_the_new() -> None:
    hall = begun()
    hall.want(Rendition.LOW)
    for at in range(2, 6):
        hall.frame(LOW, at, key=at == 4)
        hall.frame(VIDEO, at)
    assert shown(hall) == ["video1", "video2", "video3", "low4", "low5"]
    assert hall.changes == [HIGH, Rendition.LOW]
    hall.check()


def test_a_picture_that_is_behind_is_caught_up_with_in_a_wink() -> None:
    hall = begun()
    hall.frame(VIDEO, 5)
    hall.want(Rendition.LOW)
    for at in range(3, 9):
        hall.frame(LOW, at, key=at == 3)
    assert shown(hall) == ["video1", "video5", "low3", "low4", "low5", "low6", "low7", "low8"]
    stamps = sorted({head.timestamp for head, _ in hall.pictures()})
    assert stamps == [STEP, *(5 * STEP + n for n in range(4)), 6 * STEP, 7 * STEP, 8 * STEP]
    hall.check()


def test_what_was_lost_of_a_wink_is_repaired_with_its_own_time() -> None:
    hall = begun()
    hall.frame(VIDEO, 5)
    hall.want(Rendition.LOW)
    hall.frame(LOW, 4, key=True)
    lost = hall.pictures()[-1][0]
    outlet = hall.outlets[LOW]
    hall.egresses["video"].resend([lost.sequence], outlet.history, outlet.newest, 9.0)
    assert hall.pictures()[-1][0] == lost


def test_a_picture_too_far_behind_is_waited_for() -> None:
    hall = begun()
    hall.frame(VIDEO, 100)
    hall.want(Rendition.LOW)
    hall.frame(LOW, 69, key=True)
    assert shown(hall) == ["video1", "video100"]
    assert hall.outlets[LOW].anybody_waits()
    hall.frame(LOW, 101, key=True)
    assert shown(hall)[-1] == "low101"
    hall.check()


def test_sound_alone_comes_at_once_and_the_picture_back_on_a_key_frame() -> None:
    hall = begun()
    hall.want(SOUND)
    hall.frame(VIDEO, 2)
    hall.frame(AUDIO, 2, packets=1)
    hall.want(Rendition.LOW)
    hall.frame(LOW, 3)
    hall.frame(LOW, 4, key=True)
    assert shown(hall) == ["video1", "low4"]
    assert hall.sent[-3][0].ssrc == 2
    assert hall.changes == [HIGH, SOUND, Rendition.LOW]
    hall.check()


def test_who_changes_his_mind_stays_where_he_is() -> None:
    hall = begun()
    hall.want(Rendition.LOW)
    hall.want(Rendition.LOW)
    assert hall.outlets[LOW].anybody_waits()
    hall.want(HIGH)
    hall.frame(LOW, 2, key=True)
    hall.frame(VIDEO, 2)
    assert shown(hall) == ["video1", "video2"]
    assert not hall.outlets[LOW].anybody_waits()
    assert hall.changes == [HIGH]


def test_who_leaves_on_the_way_is_sent_nothing_more() -> None:
    hall = begun()
    hall.want(Rendition.LOW)
    hall.tuning.tune({})
    hall.frame(LOW, 2, key=True)
    hall.frame(VIDEO, 2)
    assert shown(hall) == ["video1"]
    assert hall.tuning.track("video") is None
    assert hall.tuning.outlet("video") is None


def paced(line: Line, wakes: list[float]) -> Callable[[], Departures]:
    pacing = Pacing(collect_s=0.002)
    return lambda: Departures(pacing, wakes.append, line)


def test_slices_that_are_queued_at_the_crossing_come_after_it_in_order() -> None:
    line = Line(8_000_000)
    hall = begun(Hall(paced(line, [])))
    hall.want(Rendition.LOW)
    line.spend(4000, 1.0)
    hall.frame(LOW, 2, key=True, packets=40, now=1.0)
    hall.frame(LOW, 3, packets=2, now=1.03)
    for tick in range(300):
        hall.outlets[LOW].departures.handle_timer(1.0 + tick / 1000)
    hall.frame(LOW, 4, packets=2, now=2.0)
    assert shown(hall) == ["video1", "low2", "low3", "low4"]
    assert len(hall.pictures()) == 2 + 40 + 4
    hall.check()


def test_a_frame_that_is_half_sent_is_ended_before_the_crossing() -> None:
    line = Line(8_000_000)
    hall = begun(Hall(paced(line, [])))
    hall.want(Rendition.LOW)
    line.spend(3990, 1.0)
    hall.frame(VIDEO, 2, packets=20, now=1.0)
    assert hall.egresses["video"].mid_frame
    assert len(hall.pictures()) == 2 + 16
    hall.frame(LOW, 3, key=True, now=1.5)
    assert shown(hall) == ["video1", "video2", "low3"]
    assert len(hall.pictures()) == 2 + 20 + 2
    hall.check()


def test_every_sound_goes_out_again_for_a_viewer_on_a_bad_line() -> None:
    hall = begun()
    hall.tuning.set_copies(2)
    for at in range(8):
        hall.frame(AUDIO, at, packets=1)
    heard = [head.sequence for head, _ in hall.sent if head.ssrc == 2]
    assert [heard.count(n) for n in range(8)] == [3, 3, 3, 3, 2, 2, 1, 1]
    first, again = heard.index(0), heard.index(0, 1)
    assert heard[first + 1 : again] == [1, 2]
    hall.tuning.set_copies(0)
    before = len(hall.sent)
    hall.frame(AUDIO, 8, packets=1)
    assert len(hall.sent) == before + 1


def test_no_sound_of_before_it_came_is_sent_to_a_viewer() -> None:
    hall = Hall()
    for at in range(5):
        hall.frame(AUDIO, at, packets=1)
    hall.want(SOUND)
    hall.tuning.set_copies(1)
    for at in range(5, 8):
        hall.frame(AUDIO, at, packets=1)
    assert [head.timestamp // STEP for head, _ in hall.sent] == [5, 6, 7, 5]


@pytest.mark.parametrize(
    ("names", "hushed", "rendition", "tracks"),
    [
        (("video", "audio"), False, HIGH, {"video": VIDEO, "audio": AUDIO}),
        (("video", "audio"), True, Rendition.LOW, {"video": LOW, "audio": HOST}),
        (("video", "audio", "floor"), False, SOUND, {"audio": HOST, "floor": FLOOR}),
        (("audio", "floor"), True, HIGH, {"audio": HOST}),
        (("video",), False, SOUND, {}),
    ],
)
def test_each_stream_has_its_track(
    names: tuple[str, ...], hushed: bool, rendition: Rendition, tracks: dict[str, str]
) -> None:
    assert tracks_of(names, hushed, rendition) == tracks


moves = st.lists(st.tuples(st.sampled_from(list(Rendition)), st.booleans()), max_size=40)


@given(moves, st.integers(-4, 4))
def test_whatever_is_wanted_when_the_viewer_sees_one_stream_without_a_jump_back(
    wishes: list[tuple[Rendition, bool]], lag: int
) -> None:
    hall = begun()
    for at, (rendition, key) in enumerate(wishes, 10):
        hall.want(rendition)
        hall.frame(VIDEO, at, key=key)
        hall.frame(LOW, at - lag, key=not key)
    for at in range(60, 64):
        hall.frame(VIDEO, at, key=True)
        hall.frame(LOW, at, key=True)
    stamps = [head.timestamp for head, _ in hall.pictures()]
    assert stamps == sorted(stamps)
    numbers = [head.sequence for head, _ in hall.pictures()]
    assert numbers == [(65_500 + n) & 0xFFFF for n in range(len(numbers))]
