"""Speech told from levels and sizes."""

from signaling.relay.speech import HOLD_S, SpeechGate

PACKET_S = 0.02


def fed(gate: SpeechGate, levels: list[tuple[int | None, int]], now: float = 0.0) -> float:
    for level, size in levels:
        gate.receive(level, size, now)
        now += PACKET_S
    return now


def test_a_word_is_noticed_within_three_packets_and_held_through_a_pause() -> None:
    gate = SpeechGate()
    now = fed(gate, [(60, 80)] * 50)
    assert not gate.speaks(now)
    now = fed(gate, [(30, 80)] * 2, now)
    assert not gate.speaks(now)
    now = fed(gate, [(30, 80)], now)
    assert gate.speaks(now)
    now = fed(gate, [(60, 80)] * 20, now)
    assert gate.speaks(now)
    now = fed(gate, [(127, 3)] * round(HOLD_S / PACKET_S), now)
    assert not gate.speaks(now)


def test_a_click_is_no_speech() -> None:
    gate = SpeechGate()
    assert not gate.speaks(fed(gate, [(60, 80), (10, 80), (60, 80), (10, 80), (60, 80)] * 20))


def test_without_levels_what_stands_out_of_the_quiet_is_speech() -> None:
    gate = SpeechGate()
    now = fed(gate, [(None, 30)] * 100)
    assert not gate.speaks(now)
    now = fed(gate, [(None, 90)] * 3, now)
    assert gate.speaks(now)


def test_a_constant_rate_tells_nothing() -> None:
    gate = SpeechGate()
    assert not gate.speaks(fed(gate, [(None, 160)] * 2000))


def test_the_quiet_is_that_of_the_last_seconds() -> None:
    gate = SpeechGate()
    now = fed(gate, [(None, 10)] * 100)
    now = fed(gate, [(None, 60)] * 1500, now)
    assert not gate.speaks(now)
