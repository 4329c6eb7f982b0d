"""Every order ends in one answer, whatever happens to it."""

import asyncio

from endpoints.order import Orders
from signaling.messages import OrderAnswer, OrderGive, Outcome

ORDER = OrderGive(id="o1", action="dance", within_s=5.0)


class Mouth:
    """Hears what is answered."""

    def __init__(self) -> None:
        self.said: list[tuple[Outcome, str]] = []
        self.ended = asyncio.Event()

    def __call__(self, answer: OrderAnswer) -> None:
        self.said.append((answer.outcome, answer.why))
        if answer.outcome is not Outcome.BEGUN:
            self.ended.set()


async def test_what_is_done_is_said() -> None:
    mouth = Mouth()

    async def dance(_order: OrderGive) -> str:
        return ""

    Orders({"dance": dance}, mouth).receive(ORDER)
    await mouth.ended.wait()
    assert mouth.said == [(Outcome.BEGUN, ""), (Outcome.DONE, "")]


async def test_what_cannot_be_done_is_said_with_its_reason() -> None:
    mouth = Mouth()

    async def dance(_order: OrderGive) -> str:
        return "no_legs"

    Orders({"dance": dance}, mouth).receive(ORDER)
    await mouth.ended.wait()
    assert mouth.said[-1] == (Outcome.REFUSED, "no_legs")


async def test_what_takes_too_long_is_given_up() -> None:
    mouth = Mouth()

    async def dance(_order: OrderGive) -> str:
        await asyncio.Event().wait()
        return ""

    Orders({"dance": dance}, mouth).receive(ORDER)
    await mouth.ended.wait()
    assert mouth.said[-1] == (Outcome.REFUSED, "too_late")


async def test_a_deed_that_breaks_costs_only_its_order() -> None:
    mouth = Mouth()

    async def dance(_order: OrderGive) -> str:
        raise ValueError("a foot")

    Orders({"dance": dance}, mouth).receive(ORDER)
    await mouth.ended.wait()
    assert mouth.said[-1] == (Outcome.REFUSED, "failed")


async def test_what_is_under_way_at_the_end_is_left() -> None:
    mouth = Mouth()

    async def dance(_order: OrderGive) -> str:
        await asyncio.Event().wait()
        return ""

    orders = Orders({"dance": dance}, mouth)
    orders.receive(ORDER)
    await asyncio.sleep(0)
    await orders.close()
    assert mouth.said == [(Outcome.BEGUN, "")]
