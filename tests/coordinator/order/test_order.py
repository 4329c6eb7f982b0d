"""Orders: which device is asked, and how each ends."""

import pytest

from coordinator.alarm.fact import OrderEnded, OrderGiven
from coordinator.errors import Refused
from coordinator.fact import CoordinatorStarted, DeviceEnrolled
from coordinator.order.order import OrderBook, asked
from signaling.messages import OrderAction, OrderAnswer, Outcome
from signaling.schema import DeviceRole
from tests.harness.facts import Chronicle, point


def hall() -> Chronicle:
    roles = {
        "p2": DeviceRole.PHONE,
        "p1": DeviceRole.PHONE,
        "s1": DeviceRole.SCREEN,
        "a1": DeviceRole.AGENT,
    }
    return Chronicle(
        point("A"),
        *(
            DeviceEnrolled(device=id_, point="A", role=role, hash="h", code="c")
            for id_, role in roles.items()
        ),
    )


@pytest.mark.parametrize(
    ("action", "connected", "expected"),
    [
        ("rejoin_media", ["s1", "a1", "p1"], ["a1"]),
        ("rejoin_media", ["s1", "p1"], ["s1"]),
        ("rejoin_media", ["p1"], "no_device"),
        ("restart_reception", [], "no_device"),
        ("run_preflight", ["p1"], ["p1"]),
        ("test_sound", ["a1", "p1"], ["a1"]),
        ("test_bandwidth", ["s1", "a1", "p1"], "no_device"),
        ("show_message", ["s1", "a1", "p2", "p1"], ["p1", "p2"]),
        ("show_message", ["s1", "a1"], "no_device"),
        ("ask_room", ["p1", "s1"], ["p1"]),
        ("ask_room", ["stranger"], "no_device"),
    ],
)
def test_the_right_device_is_asked(
    action: str, connected: list[str], expected: list[str] | str
) -> None:
    state = hall().state
    if isinstance(expected, str):
        with pytest.raises(Refused) as refused:
            asked(state, connected, OrderAction(action), "Alo")
        assert refused.value.code == expected
    else:
        found = asked(state, connected, OrderAction(action), "Alo")
        assert [device.id for device in found] == expected


def test_a_message_needs_words() -> None:
    with pytest.raises(Refused) as refused:
        asked(hall().state, ["p1"], OrderAction.SHOW_MESSAGE, " ")
    assert refused.value.code == "text_required"


def say(id_: str, outcome: Outcome, why: str = "") -> OrderAnswer:
    return OrderAnswer(id=id_, outcome=outcome, why=why)


def test_an_order_ends_as_its_device_says() -> None:
    book = OrderBook()
    book.receive_given("o1", "a1", 30, 0.0)
    assert book.next_timer() == 30
    assert book.receive_answer("a1", say("o1", Outcome.BEGUN))
    assert book.begun("o1")
    assert book.receive_answer("a1", say("o1", Outcome.REFUSED, "not_receiving"))
    assert book.events() == [OrderEnded(order="o1", outcome="refused", why="not_receiving")]
    assert not book.begun("o1")
    assert not book.receive_answer("a1", say("o1", Outcome.DONE))
    assert book.events() == []
    assert book.next_timer() is None


def test_another_device_cannot_answer() -> None:
    book = OrderBook()
    book.receive_given("o1", "a1", 30, 0.0)
    assert not book.receive_answer("a2", say("o1", Outcome.DONE))


@pytest.mark.parametrize(("begun", "why"), [(False, ""), (True, "begun")])
def test_silence_is_an_end_too(begun: bool, why: str) -> None:
    book = OrderBook()
    book.receive_given("o1", "a1", 30, 0.0)
    if begun:
        book.receive_answer("a1", say("o1", Outcome.BEGUN))
    book.handle_timer(29.9)
    assert book.events() == []
    book.handle_timer(30.0)
    assert book.events() == [OrderEnded(order="o1", outcome="no_answer", why=why)]


def test_who_left_before_it_was_asked_does_not_answer() -> None:
    book = OrderBook()
    book.receive_given("o1", "a1", 30, 0.0)
    book.receive_gone("o1")
    assert book.events() == [OrderEnded(order="o1", outcome="no_answer", why="gone")]


def test_after_a_start_nobody_answers_what_was_asked_before() -> None:
    made = hall()
    made.add(OrderGiven(order="o1", point="A", device="a1", action="rejoin_media"))
    made.add(OrderGiven(order="o2", point="A", device="a1", action="rejoin_media"))
    made.add(OrderEnded(order="o1", outcome="done"), CoordinatorStarted(software="1"))
    assert [order.outcome for order in made.state.orders.values()] == ["done", "no_answer"]
    assert made.state.orders_of == {"A": ["o1", "o2"]}
