import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.layer import LOW_SILENT_S, SILENT_S, Layers, Role
from signaling.relay.plan import LOW, VIDEO
from signaling.relay.selection import TAKEOVER_S

LARGE, MIDDLE, SMALL = 1280 * 720, 854 * 480, 640 * 360


def kinds(layers: Layers, now: float, count: int = 2) -> list[str | None]:
    return [layers.receive(index, now).kind for index in range(count)]


def begun(*sizes: int) -> Layers:
    """Layers that have sent a key frame each, twice, in the order of the offer."""
    layers = Layers(len(sizes))
    for now in (0.0, 0.04):
        for index, size in enumerate(sizes):
            layers.receive(index, now, size=size)
    return layers


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((LARGE, SMALL), [VIDEO, LOW]),
        ((SMALL, LARGE), [LOW, VIDEO]),
        ((LARGE, MIDDLE, SMALL), [VIDEO, None, LOW]),
        ((SMALL, MIDDLE, LARGE), [LOW, None, VIDEO]),
        ((MIDDLE, LARGE, SMALL), [None, VIDEO, LOW]),
        ((0, 0), [VIDEO, LOW]),  # sizes that cannot be read: as they are offered
        ((SMALL, SMALL), [VIDEO, LOW]),
    ],
)
def test_the_largest_is_the_picture_and_the_smallest_the_low_one(
    sizes: tuple[int, ...], expected: list[str | None]
) -> None:
    assert kinds(begun(*sizes), 0.08, len(sizes)) == expected


def test_whatever_comes_first_is_the_picture_even_without_a_key_frame() -> None:
    layers = Layers(2)
    assert layers.receive(1, 0.0) == Role(VIDEO, taken=True)
    assert layers.receive(1, 0.1, size=SMALL) == Role(VIDEO)
    assert layers.receive(0, 0.2) == Role(None, lacks_key=True)
    assert layers.receive(0, 0.3, size=LARGE) == Role(VIDEO, taken=True)
    assert layers.receive(1, 0.3) == Role(None, lacks_key=True)
    assert layers.receive(1, 0.4, size=SMALL) == Role(LOW, taken=True)
    assert layers.receive(1, 0.5) == Role(LOW)


def test_a_layer_of_unknown_clock_is_not_yet_low_and_not_asked_for_a_key_frame() -> None:
    layers = Layers(2)
    layers.receive(0, 0.0, size=LARGE)
    assert layers.receive(1, 0.0, size=SMALL, tied=False) == Role(None)
    assert layers.receive(1, 0.1) == Role(None, lacks_key=True)


def test_a_larger_picture_that_stops_is_replaced_before_its_source_counts_as_fallen() -> None:
    layers = begun(LARGE, SMALL)
    taken = 0.0
    for n in range(1, 20):
        now = 0.04 + n / 25
        role = layers.receive(1, now)
        assert role.kind is (VIDEO if taken else role.kind)
        taken = taken or (now if role.taken else 0.0)
    assert SILENT_S <= taken - 0.04 < TAKEOVER_S
    assert layers.receive(0, 1.0) == Role(None, lacks_key=True)
    assert layers.receive(0, 1.1, size=LARGE) == Role(VIDEO, taken=True)
    assert layers.receive(1, 1.1, size=SMALL) == Role(LOW, taken=True)


def test_a_still_picture_a_second_does_not_make_the_other_stand_in() -> None:
    layers = begun(SMALL, LARGE)
    for n in range(1, 10):
        assert kinds(layers, n * 1.0) == [LOW, VIDEO]


def test_the_best_of_those_that_are_left_stands_in() -> None:
    layers = begun(LARGE, MIDDLE, SMALL)
    assert kinds(layers, 0.1, 1) == [VIDEO]
    for n in range(2, 6):
        assert layers.receive(2, n / 10).kind == LOW
        assert layers.receive(1, n / 10).kind is (VIDEO if n == 5 else None)
    assert layers.receive(2, 0.6).kind == LOW


def test_a_low_picture_that_stops_is_replaced_by_the_next_smallest() -> None:
    layers = begun(LARGE, MIDDLE, SMALL)
    for n in range(10):
        assert kinds(layers, 0.1 + n / 10, 2) == [VIDEO, None]
    now = 0.1 + LOW_SILENT_S
    assert layers.receive(1, now) == Role(None, lacks_key=True)
    assert layers.receive(1, now, size=MIDDLE) == Role(LOW, taken=True)
    assert layers.receive(2, now, size=SMALL) == Role(LOW, taken=True)
    assert layers.receive(1, now, size=MIDDLE) == Role(None)


def test_a_picture_that_grows_past_the_other_changes_places_with_it() -> None:
    layers = begun(LARGE, SMALL)
    assert layers.receive(0, 0.1, size=SMALL // 4) == Role(VIDEO)
    assert layers.receive(1, 0.1, size=SMALL) == Role(VIDEO, taken=True)
    assert layers.receive(0, 0.2, size=SMALL // 4) == Role(LOW, taken=True)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([None, 0, SMALL, LARGE]), st.booleans()),
        max_size=60,
    )
)
def test_one_layer_at_most_is_each_kind(signs: list[tuple[int, int | None, bool]]) -> None:
    layers, held = Layers(3), dict[str, int]()
    for n, (index, size, tied) in enumerate(signs):
        role = layers.receive(index, n / 20, size=size, tied=tied)
        if role.kind is not None:
            assert role.taken is (held.get(role.kind) != index)
            held = {kind: other for kind, other in held.items() if other != index}
            held[role.kind] = index
        else:
            assert index not in held.values() or index != held.get(VIDEO)
