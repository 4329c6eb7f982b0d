"""Whatever a hall enters wrongly: a clear sentence for it, and nothing is lost."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from coordinator.attendance.fact import RollClosed, RollOpened
from coordinator.fact import Branch, PhaseEntered, PointEntered
from dashboards.pages import HERE
from signaling.messages import FactAcked, FactEnter
from signaling.schema import Phase
from tests.harness.catalogue import sentences
from tests.harness.facts import planned
from tests.harness.members import list_members
from tests.harness.server import Served, serving

pytestmark = pytest.mark.real_io

LOCALE = HERE / "locale"
UTC = "2026-10-04T00:%02d:00.000Z"
POINT = PointEntered(
    code="MH-001",
    name="Hội trường",
    unit="Đảng bộ phường",
    branches=(Branch(name="Chi bộ 1", members=52, exempt=2),),
)
THERE = msgspec.structs.replace(POINT, code="MH-002", name="Nhà văn hóa")


@dataclass
class Hall:
    """A coordinator that closed a session and is in another, and phones of one hall."""

    served: Served
    refs: list[str]
    sent: int = 0

    async def enter(
        self, kind: str, body: object, *, phone: str = "p1", minute: int | None = None, **more: Any
    ) -> FactAcked:
        """Have a phone enter something."""
        self.sent += 1
        minute = self.sent if minute is None else minute
        message = FactEnter(
            spool="spool",
            seq=self.sent,
            session=more.get("session", "s2"),
            entered_utc=UTC % minute,
            kind=kind,
            body=msgspec.Raw(json.dumps(body).encode()),
        )
        return await self.served.coordinator.gateway.desk.record(phone, "MH-001", message)

    async def secretary_reads(self) -> list[dict[str, Any]]:
        """Return the entries without effect, as the secretary is shown them."""
        path = "/api/v1/session/kept?session=s2"
        _status, answer = await self.served.call("GET", path, role="secretary")
        entries: list[dict[str, Any]] = answer["entries"]
        return entries

    def present(self) -> int | None:
        """Return how many the first roll call counts here."""
        sheet = self.served.coordinator.runtime.state.registers["s2"].sheet(1, "MH-001", "Chi bộ 1")
        return None if sheet.value is None else sheet.value.present


@asynccontextmanager
async def hall(data: Path) -> AsyncIterator[Hall]:
    async with serving(data, POINT, THERE, planned("s1"), planned("s2"), names=True) as served:
        change = served.coordinator.runtime.change
        for session, facts in (
            ("s1", [PhaseEntered(phase=Phase.CHECK_IN), PhaseEntered(phase=Phase.CLOSED)]),
            ("s2", [PhaseEntered(phase=Phase.CHECK_IN), RollOpened(roll=1)]),
        ):
            await change(facts, actor="test", session=session)
        refs = await list_members(served, "MH-001", ("Nguyễn Văn An", "Trần Thị Ánh"))
        yield Hall(served, refs)


def counted(present: int, **more: Any) -> dict[str, Any]:
    note = {"note": more.pop("note")} if "note" in more else {}
    return {"roll": 1, "branches": [{"present": present} | more]} | note


# Of one entry: its name, kind and body, and the code that its sentence stands under.
KEPT = [
    ("a negative count", "roll.counted", counted(-1), "bad_body"),
    ("an absurd count", "roll.counted", counted(1_000_001), "bad_body"),
    ("half a person", "roll.counted", counted(48) | {"roll": 1.5}, "bad_body"),
    ("more late than present", "roll.counted", counted(4, late=5), "bad_counts"),
    ("more reasons than excused", "roll.counted", counted(4, excuses={"sick": 1}), "bad_counts"),
    ("an unknown reason", "roll.counted", counted(4, excuses={"tired": 1}), "bad_body"),
    ("a member of nobody's", "roll.marked", {"roll": 1, "marks": {"x": "late"}}, "unknown_member"),
    ("a roll that was not opened", "roll.counted", counted(48) | {"roll": 2}, "unknown_roll"),
    ("another hall's branch", "roll.counted", counted(4, branch="Chi bộ 9"), "unknown_branch"),
    ("a transfer to itself", "transfer.announced", {"transfer": "t", "to": "MH-001", "people": 1},
     "unknown_place"),
    ("guests from nowhere", "guest.counted", {"home": {"point": "MH-9"}, "people": 1},
     "unknown_place"),
    ("a page of another version", "roll.sung", {}, "unknown_kind"),
]  # fmt: skip


async def test_what_cannot_count_is_kept_whole_and_each_has_a_sentence(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        for _name, kind, body, code in KEPT:
            acked = await here.enter(kind, body)
            assert (acked.note, acked.remark) == (code, None), _name
            assert_said("note", code)
        # Last quarter's spool, and a session nobody knows.
        for session, code in (("s1", "session_over"), ("s9", "unknown_session")):
            acked = await here.enter("roll.counted", counted(40), session=session)
            assert acked.note == code
            assert_said("note", code)
        assert here.present() is None
        read = [json.loads(entry["text"]) for entry in await here.secretary_reads()]
        for name, _kind, body, _code in KEPT:
            assert body in read, f"lost: {name}"
        # Last quarter's is shown with last quarter's session, the unknown one with all of them.
        assert read.count(counted(40)) == 1
        kept = here.served.coordinator.runtime.state.kept.values()
        assert sum(row.session == "s1" for row in kept) == 1


async def test_more_than_expected_counts_and_asks_for_a_word(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        acked = await here.enter("roll.counted", counted(51))
        assert (acked.note, acked.remark, here.present()) == (None, "more_than_expected", 51)
        acked = await here.enter("roll.counted", counted(999_999))
        assert (acked.remark, here.present()) == ("more_than_expected", 999_999)
        acked = await here.enter("roll.counted", counted(51, note="Một đồng chí mới chuyển về"))
        assert (acked.remark, here.present()) == (None, 51)
        assert_said("remark", "more_than_expected")


async def test_of_two_operators_the_later_word_stands_and_both_are_told(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.enter("roll.counted", counted(48), minute=10)
        acked = await here.enter("roll.counted", counted(47), phone="p2", minute=11)
        assert (acked.remark, here.present()) == ("replaces_other", 47)
        # A page that was left open with an older number does not win by coming last.
        acked = await here.enter("roll.counted", counted(40), phone="p3", minute=9)
        assert (acked.note, acked.remark, here.present()) == (None, "overtaken", 47)
        marks = {"roll": 1, "others": "present", "marks": {here.refs[0]: "absent"}}
        acked = await here.enter("roll.marked", marks, minute=12)
        assert (acked.note, here.present()) == (None, 1)
        acked = await here.enter("roll.marked", {"roll": 1, "marks": {}}, phone="p2", minute=13)
        assert (acked.remark, here.present()) == ("replaces_other", 1)
        for code in ("replaces_other", "overtaken"):
            assert_said("remark", code)


async def test_after_closing_a_number_is_a_correction(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.enter("roll.counted", counted(48))
        _status, _answer = await here.served.call(
            "POST", "/api/v1/session/rolls/1/close", {}, role="secretary"
        )
        acked = await here.enter("roll.counted", counted(46))
        assert (acked.note, acked.remark, here.present()) == (None, "after_close", 46)
        assert_said("remark", "after_close")
        register = here.served.coordinator.runtime.state.registers["s2"]
        [correction] = register.corrections
        assert correction.after is not None
        assert correction.after.present == 46
        closing = register.rolls[1].closing
        assert isinstance(closing, RollClosed)
        assert closing.attended == 48


PROTOCOL = (Path(__file__).parents[2] / "signaling" / "PROTOCOL.md").read_text()


def codes(space: str) -> set[str]:
    """Return the codes of a table of PROTOCOL.md."""
    table = re.search(rf"\| `{space}` \|.*?\n\|[-|]+\n((?:\|.*\n)+)", PROTOCOL)
    assert table is not None
    cells = (line.split("|")[1] for line in table[1].splitlines())
    return {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize("space", ["note", "remark"])
def test_the_hall_page_has_a_sentence_for_every_code_of_the_protocol(space: str) -> None:
    assert len(codes(space)) > 6
    for code in codes(space):
        assert_said(space, code)


def assert_said(space: str, code: str) -> None:
    """The hall page says something whole under this code, in both languages."""
    for lang in ("vi", "en"):
        assert sentences(LOCALE, lang).get(f"{space}.{code}", "").endswith("."), (
            f"{lang}: {space}.{code}"
        )
