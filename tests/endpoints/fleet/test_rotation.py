from hypothesis import given
from hypothesis import strategies as st

from endpoints.fleet.rotation import Rotation


def here(rotation: Rotation, *codes: str) -> None:
    for code in codes:
        rotation.receive_here(code)


def test_those_who_waited_longest_are_next() -> None:
    rotation = Rotation(size=2)
    here(rotation, "a", "b", "c", "d", "e")
    turns = [sorted(rotation.next_turn()) for _ in range(4)]
    assert turns == [["a", "b"], ["c", "d"], ["a", "e"], ["b", "c"]]


def test_who_comes_late_is_served_at_once_and_who_is_gone_is_not() -> None:
    rotation = Rotation(size=1)
    here(rotation, "a", "b")
    rotation.next_turn()
    rotation.receive_gone("b")
    here(rotation, "z")
    assert rotation.next_turn() == {"z"}
    rotation.receive_gone("unknown")
    assert rotation.next_turn() == {"a"}


def test_a_fleet_of_nobody_has_no_turns() -> None:
    assert Rotation(size=5).next_turn() == frozenset()


@given(st.integers(1, 60), st.integers(1, 9))
def test_every_hall_gets_its_turn_in_one_round(count: int, size: int) -> None:
    rotation = Rotation(size)
    codes = {f"h{n}" for n in range(count)}
    here(rotation, *codes)
    served: set[str] = set()
    for _ in range(-(-count // size)):
        turn = rotation.next_turn()
        assert len(turn) == min(size, count)
        served |= turn
    assert served == codes
