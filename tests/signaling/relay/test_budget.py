import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.media_plane import Rendition
from signaling.relay.budget import RISE_AGAIN_S, SPARE, Budget, Demand
from signaling.relay.line import REPAIR_SHARE
from signaling.relay.rendition import Rates

HIGH, LOW, SOUND = Rendition.HIGH, Rendition.LOW, Rendition.SOUND
TWO = Rates(high_bps=1000.0, low_bps=300.0, sound_bps=50.0)
ONE = Rates(high_bps=1000.0, low_bps=None, sound_bps=50.0)


def demand(
    session: str,
    held: Rendition | None = None,
    best: Rendition = HIGH,
    rates: Rates = TWO,
    *,
    wanted: bool = False,
) -> Demand:
    return Demand(session=session, rates=rates, best=best, held=held, wanted=wanted)


def budget(room: float) -> Budget:
    """Return one with so much room for sound and pictures."""
    return Budget(room / (1 - REPAIR_SHARE))


def test_without_a_limit_everybody_gets_the_best_that_his_own_line_bears() -> None:
    found = Budget(None).divide([demand("a"), demand("b", best=LOW), demand("c", best=SOUND)], 0.0)
    assert found == {"a": HIGH, "b": LOW, "c": SOUND}


def test_all_get_a_picture_before_anybody_gets_the_better_one() -> None:
    room = (3 * 50 + 3 * 300 + 700) / SPARE
    found = budget(room).divide([demand(name) for name in "abc"], 0.0)
    assert found == {"a": HIGH, "b": LOW, "c": LOW}


def test_where_the_line_carries_no_picture_there_is_sound() -> None:
    found = budget(100).divide([demand("a"), demand("b")], 0.0)
    assert found == {"a": SOUND, "b": SOUND}


def test_as_many_as_fit_get_the_only_picture_there_is() -> None:
    room = (3 * 50 + 2000) / SPARE
    found = budget(room).divide([demand(name, rates=ONE) for name in "abc"], 0.0)
    assert found == {"a": HIGH, "b": HIGH, "c": SOUND}


def test_who_has_a_picture_keeps_it_and_the_newcomer_hears() -> None:
    room = 2 * 50 + 1000
    found = budget(room).divide([demand("new", rates=ONE), demand("old", HIGH, rates=ONE)], 0.0)
    assert found == {"new": SOUND, "old": HIGH}


def test_a_newcomers_first_picture_takes_the_better_one_from_another() -> None:
    room = (2 * 50 + 300 + 1000) - 1
    found = budget(room).divide([demand("old", HIGH), demand("new")], 0.0)
    assert found == {"old": LOW, "new": LOW}


def test_after_somebody_was_lowered_nobody_rises_for_a_while() -> None:
    it = budget(2 * 50 + 1000 + 300)
    louder = Rates(high_bps=1200.0, low_bps=300.0, sound_bps=50.0)
    assert it.divide([demand("a", HIGH, rates=louder), demand("b", LOW)], 10.0)["a"] is LOW
    quiet = Rates(high_bps=700.0, low_bps=300.0, sound_bps=50.0)
    again = [demand("a", LOW, rates=quiet), demand("b", LOW, rates=quiet)]
    assert it.divide(again, 10.0 + RISE_AGAIN_S - 0.1) == {"a": LOW, "b": LOW}
    assert it.divide(again, 10.0 + RISE_AGAIN_S) == {"a": HIGH, "b": LOW}


def test_a_rate_that_fluctuates_a_little_changes_nothing() -> None:
    it, held = budget(1000 + 50 + 40), HIGH
    for second in range(20):
        rates = Rates(high_bps=1000.0 + 30 * (second % 2), low_bps=300.0, sound_bps=50.0)
        held = it.divide([demand("a", held, rates=rates)], float(second))["a"]
        assert held is HIGH


def test_for_whom_the_best_is_wanted_gets_it_before_who_has_it_and_at_once() -> None:
    it = budget(2 * 50 + 1000 + 300)
    assert it.divide([demand("a", HIGH), demand("b", LOW)], 0.0) == {"a": HIGH, "b": LOW}
    asked = [demand("a", HIGH), demand("b", LOW, wanted=True)]
    assert it.divide(asked, 1.0) == {"a": LOW, "b": HIGH}


def test_a_wish_takes_nobodys_only_picture() -> None:
    it = budget(2 * 50 + 300 + 300)
    asked = [demand("a", LOW), demand("b", LOW, wanted=True)]
    assert it.divide(asked, 0.0) == {"a": LOW, "b": LOW}


def test_it_says_what_all_could_have_and_whether_sound_fits() -> None:
    it = budget(1000)
    assert it.fitting_bps(4, 50) == pytest.approx(1000 * SPARE / 4 - 50)
    assert it.fitting_bps(0, 50) == pytest.approx(1000 * SPARE - 50)
    assert it.bears(1000 * SPARE - 1)
    assert not it.bears(1000)


renditions = st.sampled_from([HIGH, LOW, SOUND])
demands = st.lists(
    st.tuples(
        renditions, st.one_of(st.none(), renditions), st.sampled_from([ONE, TWO]), st.booleans()
    ),
    max_size=12,
)


@given(demands, st.floats(0, 20_000))
def test_pictures_never_take_more_than_there_is(
    wishes: list[tuple[Rendition, Rendition | None, Rates, bool]], room: float
) -> None:
    asked = [
        demand(str(n), held, best, rates, wanted=wanted)
        for n, (best, held, rates, wanted) in enumerate(wishes)
    ]
    given_out = budget(room).divide(asked, 0.0)
    assert set(given_out) == {one.session for one in asked}
    pictures = sum(one.rates.of(given_out[one.session]) for one in asked)
    sounds = sum(one.rates.sound_bps for one in asked)
    assert pictures == 0 or pictures + sounds <= room * (1 + 1e-9)
    order = list(Rendition)
    for one in asked:
        assert order.index(given_out[one.session]) <= order.index(one.best)
