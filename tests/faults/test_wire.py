"""Devices that say things twice, in the wrong order, too late, or what nobody understands.

One coordinator, a raw websocket for each row; what was acked is in the journal once.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from coordinator.fact import DeviceContested, EntryKept
from coordinator.rivalry import QUARANTINE_S, TAKEOVERS
from endpoints.enrolment import Enrolment
from signaling.connection import choose_version
from signaling.messages import CLOSE_PROTOCOL, CLOSE_REPLACED
from tests.faults.invariant import FactKey, read
from tests.faults.nursery import Nursery
from tests.faults.world import Town, under_way

pytestmark = pytest.mark.real_io

SPOOL = "s" * 22
UTC = "2026-10-04T00:45:00.000Z"
Frame = dict[str, Any]


class Raw:
    """A device without any rule of its own."""

    def __init__(self, enrolment: Enrolment, http: aiohttp.ClientSession) -> None:
        self.enrolment = enrolment
        self.entered: dict[FactKey, int] = {}
        self.acked: set[FactKey] = set()
        self.unsure: set[int] = set()
        self.notes: list[str | None] = []
        self.welcome: Frame = {}
        self.http = http
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    async def greet(self, versions: tuple[int, ...] = (1,), spool: str = SPOOL) -> Frame:
        """Open a connection, say hello and return the answer."""
        headers = {"Authorization": f"Bearer {self.enrolment.credential}"}
        url = self.enrolment.server + "/ws/agent"
        self.socket = await self.http.ws_connect(url, headers=headers)
        await self.say({"type": "hello", "versions": versions, "spool": spool, "last_seq": 99})
        self.welcome = await self.hear()
        return self.welcome

    async def say(self, frame: Frame | str) -> None:
        assert self.socket is not None
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def hear(self) -> Frame:
        assert self.socket is not None
        async with asyncio.timeout(60):
            frame: Frame = await self.socket.receive_json()
            return frame

    async def closed(self) -> int:
        """Return the code of the close that comes."""
        assert self.socket is not None
        async with asyncio.timeout(60):
            while (message := await self.socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
        return int(message.data)

    async def enter(self, seq: int, people: int, **more: object) -> None:
        """Say a fact; the first under its number is the one that counts."""
        self.entered.setdefault((self.enrolment.device, SPOOL, seq), people)
        await self.say(fact(seq, people) | more)

    async def acks(self, count: int) -> list[Frame]:
        """Return so many acks, whatever is said between them."""
        found: list[Frame] = []
        while len(found) < count:
            frame = await self.hear()
            if frame["type"] == "fact.acked":
                found.append(frame)
                self.notes.append(frame["note"])
                if frame["note"] is None:
                    self.acked.add((self.enrolment.device, frame["spool"], frame["seq"]))
        return found


def fact(seq: int, people: int) -> Frame:
    """Return a fact as it travels."""
    body = {"branches": [{"branch": "", "reported": people}]}
    return {
        "type": "fact.enter",
        "spool": SPOOL,
        "seq": seq,
        "session": "s1",
        "entered_utc": UTC,
        "kind": "point.checked_in",
        "body": body,
    }


async def the_same_again(raw: Raw) -> None:
    await raw.greet()
    for _ in range(50):
        await raw.enter(1, 44)
    assert len({json.dumps(ack) for ack in await raw.acks(50)}) == 1, "the same answer again"


async def in_any_order_and_with_a_gap(raw: Raw) -> None:
    await raw.greet()
    seqs = [seq for seq in range(1, 41) if seq != 20]
    random.Random(3).shuffle(seqs)
    for seq in seqs:
        await raw.enter(seq, seq)
    assert {ack["seq"] for ack in await raw.acks(len(seqs))} == set(seqs)
    await raw.greet()
    assert raw.welcome["have_through"] == 19, "the gap is asked for"
    await raw.enter(20, 20)
    await raw.acks(1)
    await raw.greet()
    assert raw.welcome["have_through"] == 40


async def another_fact_under_a_number(raw: Raw) -> None:
    await raw.greet()
    await raw.enter(1, 10)
    await raw.enter(1, 11)
    await raw.enter(1, 10)
    await raw.acks(3)
    assert raw.notes == [None, "conflict", None]


async def from_a_connection_that_was_replaced(raw: Raw) -> None:
    """Presence is the newest connection's; what somebody entered is never fenced off."""
    await raw.greet()
    older = raw.socket
    await raw.enter(1, 10)
    await raw.greet()
    await raw.enter(2, 11)
    await raw.acks(1)
    newer, raw.socket = raw.socket, older
    assert await raw.closed() == CLOSE_REPLACED
    raw.socket = newer
    await raw.enter(1, 10)
    await raw.acks(1)


async def by_a_clock_of_another_century(raw: Raw) -> None:
    await raw.greet()
    for seq, utc in enumerate(("1970-01-01T00:00:00.000Z", "2038-01-19T03:14:08.000Z"), 1):
        await raw.enter(seq, seq, entered_utc=utc)
    await raw.acks(2)
    assert raw.notes == [None, None]


async def what_nobody_understands(raw: Raw) -> None:
    await raw.greet()
    await raw.say(fact(1, 1) | {"kind": "point.levitated"})
    await raw.say(fact(2, 1) | {"body": {"branches": "many"}})
    await raw.say(fact(3, 1) | {"entered_utc": "yesterday"})
    await raw.say({"type": "hall.levitated"})
    await raw.enter(4, 4, colour="red")
    acks = await raw.acks(4)
    assert [ack["note"] for ack in acks] == ["unknown_kind", "bad_body", "bad_envelope", None]


async def with_a_version_of_the_future(raw: Raw) -> None:
    refused = await raw.greet(versions=(7,))
    assert (refused["type"], refused["code"]) == ("refusal", "no_common_version")
    assert await raw.closed() == CLOSE_PROTOCOL
    welcome = await raw.greet(versions=(7, 1))
    assert (welcome["type"], welcome["version"]) == ("welcome", choose_version((7, 1)))
    await raw.enter(1, 5)
    await raw.acks(1)


async def in_the_name_of_another(raw: Raw) -> None:
    """Whatever a frame claims, a fact is its credential's."""
    await raw.greet()
    await raw.enter(1, 9, device="somebody", point="MH-000")
    await raw.acks(1)


async def and_leaves_in_the_middle_of_a_frame(raw: Raw) -> None:
    await raw.greet()
    await raw.enter(1, 3)
    await raw.acks(1)
    assert raw.socket is not None
    connection = raw.socket._conn
    assert connection is not None
    assert connection.transport is not None
    connection.transport.write(b"\x81\xfe\x10\x00\x00\x00\x00\x00half a fr")
    connection.transport.abort()
    await raw.greet()
    assert raw.welcome["have_through"] == 1


async def by_two_machines_that_fight(raw: Raw) -> None:
    """Another machine with the same credential, and a spool of its own; both come back at once."""
    other = Raw(raw.enrolment, raw.http)
    machines = [raw, other]
    for n in range(TAKEOVERS + 1):
        mine, spool = machines[n % 2], ("s" * 22, "t" * 22)[n % 2]
        await mine.greet(spool=spool)
        await mine.say(fact(n // 2 + 1, n) | {"spool": spool})
        raw.entered[raw.enrolment.device, spool, n // 2 + 1] = n
        assert [ack["note"] for ack in await mine.acks(1)] == [None]
    winner, loser = machines[TAKEOVERS % 2], machines[(TAKEOVERS + 1) % 2]
    assert await loser.closed() == CLOSE_REPLACED
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await loser.greet()
    assert refused.value.status == 429
    assert refused.value.headers is not None
    assert 0 < float(refused.value.headers["Retry-After"]) <= QUARANTINE_S
    await winner.say({"type": "clock.probe", "sent_ms": 1.0})
    assert (await winner.hear())["type"] == "clock.answer", "who is connected stays"
    assert winner.socket is not None
    await winner.socket.close()
    await loser.greet()


ROWS: tuple[Callable[[Raw], Awaitable[None]], ...] = (
    the_same_again,
    in_any_order_and_with_a_gap,
    another_fact_under_a_number,
    from_a_connection_that_was_replaced,
    by_a_clock_of_another_century,
    what_nobody_understands,
    with_a_version_of_the_future,
    in_the_name_of_another,
    and_leaves_in_the_middle_of_a_frame,
    by_two_machines_that_fight,
)


async def test_whatever_a_device_says_and_however_often_it_counts_once(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        async with aiohttp.ClientSession() as http:
            raws = [Raw(e, http) for e in town.agents(len(ROWS), world.process.url)]
            world.others += raws
            await asyncio.gather(*(row(raw) for row, raw in zip(ROWS, raws, strict=True)))
    facts = [row.fact for row in read(world.journal)]
    kept = [fact for fact in facts if isinstance(fact, EntryKept)]
    contested = [fact.point for fact in facts if isinstance(fact, DeviceContested)]
    assert contested == [raws[-1].enrolment.point], "somebody is told"
    assert len(kept) == 4, "three nobody understood, one conflict: for people to look at"
