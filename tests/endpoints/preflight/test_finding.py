"""Every check by every verdict it can give."""

import numpy as np
import pytest

from endpoints.preflight import finding
from endpoints.preflight.device import Battery, Heard, Loudspeaker, Picture, Trouble
from endpoints.preflight.finding import Found
from endpoints.preflight.sound import SILENCE_DBFS, Arrival
from signaling.preflight import SKIPPED_WHYS, WHYS, Check, Unit, Verdict
from signaling.stats import InboundAudio, InboundVideo, MediaStats

OK, SKIPPED, WARN, FAIL = Verdict.OK, Verdict.SKIPPED, Verdict.WARN, Verdict.FAIL


def look(frames: int, sounds: int, *, lost: int = 0, connected: bool = True) -> MediaStats:
    video = InboundVideo(
        packets_received=frames * 4,
        packets_lost=lost,
        bytes_received=frames * 40_000,
        frames_received=frames,
        frame_width=640,
        frame_height=360,
    )
    audio = InboundAudio(packets_received=sounds)
    return MediaStats(connected=connected, video=video, audio=audio)


def looks(frames: list[int], sounds: list[int]) -> list[MediaStats]:
    return [look(f, s) for f, s in zip(frames, sounds, strict=True)]


def heard(amplitude: float) -> Heard:
    noise = np.random.default_rng(1).standard_normal(48_000) * amplitude
    return Heard(name="m", samples=np.clip(noise, -1, 1).astype(np.float32))


def came(
    *, delay_ms: float = 80, dbfs: float = -30, echo_db: float = SILENCE_DBFS, clipped: float = 0
) -> Arrival:
    return Arrival(
        delay_ms=delay_ms, dbfs=dbfs, echo_db=echo_db, clipped_ratio=clipped, digital=False
    )


GROWS = [10, 20, 30, 40, 50, 60, 70]
STANDS = [10] * 7
HALF = [10, 20, 20, 30, 30, 40, 40]
LINE = [
    (finding.clock_offset(None), SKIPPED, "not_now"),
    (finding.clock_offset(-40.0), OK, ""),
    (finding.clock_offset(-2_500.0), WARN, "off"),
    (finding.clock_offset(90_250.0), FAIL, "off"),
    (finding.name_resolution(None), FAIL, "no_answer"),
    (finding.name_resolution(20.0), OK, ""),
    (finding.name_resolution(2_000.0), WARN, "slow"),
    (finding.udp(False, None), FAIL, "blocked"),
    (finding.udp(True, 0.02), OK, ""),
    (finding.udp(True, None), OK, ""),
    (finding.tcp_turn(None), SKIPPED, "not_offered"),
    (finding.tcp_turn(True), OK, ""),
    (finding.tcp_turn(False), WARN, "unreachable"),
]
PROGRAMME = [
    (finding.programme_test([look(0, 0, connected=False)]), FAIL, "no_connection"),
    (finding.programme_test(looks(STANDS, STANDS)), FAIL, "no_packets"),
    (finding.programme_test(looks(STANDS, GROWS)), FAIL, "no_picture"),
    (finding.programme_test(looks(GROWS, STANDS)), FAIL, "no_sound"),
    (finding.programme_test(looks(GROWS, GROWS)), OK, ""),
    (finding.programme_test(looks(GROWS, HALF)), FAIL, "broken"),
    (finding.programme_test(looks(GROWS, [10, 20, 20, 30, 40, 50, 60])), WARN, "broken"),
    (finding.programme_test([MediaStats(connected=True)] * 3), FAIL, "no_packets"),
    (finding.bandwidth([], [], 0.0), FAIL, "no_connection"),
    (finding.bandwidth([look(0, 0)], [look(100, 0)], 5.0), OK, ""),
    (finding.bandwidth([look(0, 0)], [look(10, 0)], 5.0), SKIPPED, "not_now"),
    (finding.bandwidth([look(0, 0)], [look(100, 0, lost=20)], 5.0), WARN, "narrow"),
    (finding.bandwidth([look(0, 0)], [look(10, 0, lost=20)], 5.0), FAIL, "narrow"),
]
ROOM = [
    (finding.microphone(heard(0.05)), OK, ""),
    (finding.microphone(heard(0.001)), WARN, "quiet"),
    (finding.microphone(heard(0.0)), FAIL, "silent"),
    (finding.microphone(heard(0.35)), WARN, "clipping"),
    (finding.microphone(heard(3.0)), FAIL, "clipping"),
    (finding.microphone(Trouble(why="absent")), SKIPPED, "no_device"),
    (finding.microphone(Trouble(why="unsupported")), SKIPPED, "unsupported"),
    (finding.microphone(Trouble(why="denied")), FAIL, "denied"),
    (finding.loudspeaker(Loudspeaker(name="l")), OK, ""),
    (finding.loudspeaker(Loudspeaker(name="l", volume_ratio=0.4)), OK, ""),
    (finding.loudspeaker(Loudspeaker(name="l", volume_ratio=0.0)), FAIL, "muted"),
    (finding.loudspeaker(Loudspeaker(name="l", muted=True)), FAIL, "muted"),
    (finding.loudspeaker(Trouble(why="none")), FAIL, "none"),
    (finding.camera(Picture(name="c", width=1, height=1, brightness_ratio=0.4)), OK, ""),
    (finding.camera(Picture(name="c", width=1, height=1, brightness_ratio=0.01)), WARN, "dark"),
    (finding.camera(Trouble(why="busy")), FAIL, "busy"),
    (finding.chime(None), OK, ""),
    (finding.chime(Trouble(why="none")), FAIL, "not_played"),
    (finding.chime(Trouble(why="unsupported")), SKIPPED, "unsupported"),
    (finding.arrival(Trouble(why="absent"), None)[0], SKIPPED, "no_device"),
    (finding.arrival(heard(0.01), None)[0], FAIL, "not_heard"),
    (finding.arrival(heard(0.01), came())[0], OK, ""),
    (finding.arrival(heard(0.01), came(dbfs=-55))[0], WARN, "faint"),
    (finding.arrival(heard(0.01), came(clipped=0.1))[0], WARN, "clipping"),
    (finding.arrival(heard(0.01), came(delay_ms=300))[1], WARN, "late"),
    (finding.arrival(heard(0.01), came())[1], OK, ""),
    (finding.arrival(heard(0.01), came(echo_db=-3))[2], WARN, "echo"),
    (finding.arrival(heard(0.01), came())[2], OK, ""),
]
MACHINE = [
    (finding.disk(None), SKIPPED, "unsupported"),
    (finding.disk(50_000_000_000), OK, ""),
    (finding.disk(900_000_000), WARN, "low"),
    (finding.disk(1_000), FAIL, "full"),
    (finding.cpu(None), SKIPPED, "unsupported"),
    (finding.cpu(0.2), OK, ""),
    (finding.cpu(0.9), WARN, "busy"),
    (finding.cpu(1.0), FAIL, "busy"),
    (finding.power(None), OK, ""),
    (finding.power(Battery(charge_ratio=0.5, on_mains=True)), OK, ""),
    (finding.power(Battery(charge_ratio=0.5, on_mains=False)), WARN, "battery"),
    (finding.power(Battery(charge_ratio=0.1, on_mains=False)), FAIL, "battery_low"),
    (finding.versions("agent", (3, 11)), OK, ""),
    (finding.versions("agent", (3, 10)), FAIL, "too_old"),
]
ALL = [*LINE, *PROGRAMME, *ROOM, *MACHINE]


@pytest.mark.parametrize(("found", "verdict", "why"), ALL)
def test_a_measurement_has_its_verdict_and_its_reason(
    found: Found, verdict: Verdict, why: str
) -> None:
    assert (found.verdict, found.why) == (verdict, why)


@pytest.mark.parametrize("found", [found for found, *_ in ALL], ids=lambda f: f"{f.check}-{f.why}")
def test_what_is_found_can_be_said_and_has_an_instruction(found: Found) -> None:
    result = found.at("2026-11-01T01:00:00.000Z")
    if found.verdict is OK:
        assert result.why == ""
    else:
        assert result.why in (SKIPPED_WHYS if found.verdict is SKIPPED else WHYS[found.check])
    assert (result.figure is None) or (result.unit != Unit.NONE)
    if result.limit is not None:
        assert result.figure is not None, "a limit is held against a figure"


def test_a_pc_that_hears_itself_has_the_wrong_device() -> None:
    digital = Arrival(delay_ms=1, dbfs=-12, echo_db=SILENCE_DBFS, clipped_ratio=0.0, digital=True)
    assert [f.why for f in finding.arrival(heard(0.01), digital)] == ["wrong_device"]


def test_the_control_path_is_judged_by_median_unevenness_and_loss() -> None:
    rtt, jitter, loss = finding.control([20.0, 22.0, 20.0, 400.0, 20.0])
    assert (rtt.verdict, rtt.figure) == (OK, 20.0)
    assert (jitter.verdict, jitter.limit) == (WARN, 50.0)
    assert loss.verdict is OK
    rtt, jitter, _loss = finding.control([20.0, 5_000.0, 20.0])
    assert jitter.verdict is WARN, "an uneven control path never fails"
    rtt, _jitter, loss = finding.control([500.0, None, 500.0])
    assert (rtt.why, loss.why) == ("slow", "lossy")
    assert finding.control([5.0])[1].figure == 0.0
    assert [f.why for f in finding.control([None, None])] == ["no_answer"]
    assert [f.why for f in finding.control([])] == ["no_answer"]


def test_as_many_receptions_are_opened_as_make_a_load() -> None:
    assert finding.receptions_needed(900.0) == 1
    assert finding.receptions_needed(300.0) == 4
    assert finding.receptions_needed(0.0) == finding.MOST_RECEPTIONS
    assert finding.receptions_needed(5_000.0) == 1
    assert finding.rate_kbps([look(0, 0), look(10, 0)], 2.0) == 1_600.0


def test_every_check_of_the_list_is_tried() -> None:
    tried = {found.check for found, *_ in ALL} | {
        Check.CONTROL_RTT,
        Check.CONTROL_JITTER,
        Check.CONTROL_LOSS,
    }
    assert tried == set(Check)
