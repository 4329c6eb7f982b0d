"""Good, poor or bad: quick to say that nothing arrives, slow to say anything else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import LinkLimits
from coordinator.link.health import LinkHealth, LinkMoved
from coordinator.link.link import Second

LIMITS = LinkLimits()


def second(
    loss: float = 0.0,
    *,
    packets: int = 100,
    rtt_s: float = 0.15,
    jitter_s: float = 0.01,
    concealed: float = 0.0,
    frozen: float = 0.0,
) -> Second:
    return Second(
        at=0.0,
        span_s=1.0,
        received=packets - round(packets * loss),
        lost=round(packets * loss),
        rtt_s=rtt_s,
        jitter_s=jitter_s,
        loss_ratio=loss if packets >= 10 else None,
        concealed_ratio=concealed,
        frozen_ratio=frozen,
        frames_per_second=25.0,
        bitrate_bps=900_000.0,
    )


def after(*seconds: Second, speaks: bool = False) -> list[tuple[str, str]]:
    health = LinkHealth(LIMITS)
    for one in seconds:
        health.receive_second(one, speaks=speaks)
    return [(event.link, event.why) for event in health.events()]


GOOD, POOR, BAD = second(), second(concealed=0.05), second(concealed=0.2)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([POOR, POOR], []),
        ([POOR, GOOD, POOR, GOOD, POOR], [("poor", "sound_broken")]),
        ([POOR, GOOD, GOOD, POOR, GOOD, POOR], []),
        ([BAD, BAD, BAD], [("bad", "sound_broken")]),
        ([POOR, BAD, BAD], [("poor", "sound_broken")]),
        ([POOR, POOR, POOR, BAD, BAD, BAD], [("poor", "sound_broken"), ("bad", "sound_broken")]),
        ([POOR] * 3 + [GOOD] * 9, [("poor", "sound_broken")]),
        ([POOR] * 3 + [GOOD] * 10, [("poor", "sound_broken"), ("good", "good")]),
        ([POOR] * 3 + [GOOD] * 9 + [POOR] + [GOOD] * 9, [("poor", "sound_broken")]),
        ([BAD] * 3 + [POOR] * 10, [("bad", "sound_broken"), ("poor", "sound_broken")]),
        # The cause is told before what comes of it; after five seconds another takes its place.
        ([second(0.06, concealed=0.05)] * 3, [("poor", "loss_high")]),
        ([POOR] * 3 + [second(0.06)] * 4, [("poor", "sound_broken")]),
        ([POOR] * 3 + [second(0.09)] * 9, [("poor", "sound_broken"), ("poor", "loss_high")]),
        ([second(1.0)], [("bad", "total_loss")]),
        ([second(0.06)] * 3, [("poor", "loss_high")]),
        ([second(0.2)] * 3, [("bad", "loss_high")]),
        # Losses are taken over five seconds: one bad one among good ones is no bad line.
        ([GOOD, GOOD, GOOD, GOOD, second(0.2)] * 9, []),
        ([second(1.0, packets=4)] * 9, []),
        ([second(frozen=0.6)] * 3, [("bad", "freezing")]),
        ([second(0.06, frozen=0.6)] * 3, [("bad", "freezing")]),
    ],
)
def test_three_of_five_to_worsen_and_ten_clean_ones_to_improve(
    seconds: list[Second], expected: list[tuple[str, str]]
) -> None:
    assert after(*seconds) == expected


@pytest.mark.parametrize(
    ("one", "why"), [(second(rtt_s=0.6), "rtt_high"), (second(jitter_s=0.06), "jitter_high")]
)
def test_delay_counts_only_for_a_hall_that_speaks(one: Second, why: str) -> None:
    assert after(*[one] * 20) == []
    assert after(*[one] * 3, speaks=True) == [("bad", why)]


def test_a_break_is_no_evidence() -> None:
    health = LinkHealth(LIMITS)
    for one in (POOR, POOR):
        health.receive_second(one, speaks=False)
    health.receive_break()
    health.receive_second(POOR, speaks=False)
    assert health.events() == []


def test_it_goes_on_where_the_journal_says_it_was() -> None:
    health = LinkHealth(LIMITS, "bad", "loss_high")
    for _ in range(10):
        health.receive_second(GOOD, speaks=False)
    assert health.events() == [LinkMoved(link="good", why="good")]


@given(st.lists(st.sampled_from([GOOD, POOR, BAD, second(1.0)]), max_size=60))
def test_every_move_is_a_move_and_good_has_no_fault(seconds: list[Second]) -> None:
    moves = [("good", "good"), *after(*seconds)]
    assert all(one != other for one, other in zip(moves, moves[1:], strict=False))
    assert all((link == "good") == (why == "good") for link, why in after(*seconds))


def test_an_hour_at_two_percent_loss_and_150_ms_is_a_good_link() -> None:
    """Losses fall as they may (seeded), repaired or not; a freeze now and then."""
    draw = random.Random(1)
    health = LinkHealth(LIMITS)
    for _ in range(3600):
        packets = draw.randint(100, 140)
        lost = sum(draw.random() < 0.02 for _ in range(packets))
        one = second(
            lost / packets,
            rtt_s=0.15 + draw.random() * 0.1,
            jitter_s=draw.random() * 0.04,
            concealed=max(0.0, draw.gauss(0.005, 0.005)),
            frozen=0.2 if draw.random() < 0.02 else 0.0,
        )
        health.receive_second(one, speaks=False)
    assert health.events() == []


def test_a_blackout_is_receptions_to_tell_and_none_of_the_lines() -> None:
    nothing = [second(packets=0, frozen=1.0)] * 8
    assert after(*nothing, *[second()] * 3) == []
    assert after(second(1.0), *nothing) == [("bad", "total_loss")]
