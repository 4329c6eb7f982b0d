"""Halls that enter things, without a wire: bodies in, rows out."""

import hashlib
from collections.abc import Iterable

import msgspec

from config.utc import format_utc
from coordinator.attendance.fact import BranchListed, Member
from coordinator.attendance.match import MemberIndex
from coordinator.attendance.seat import Sitting
from coordinator.attendance.total import Account, account
from coordinator.entered import Entry, enter
from coordinator.fact import Branch, Fact, PhaseEntered, PointEntered
from signaling.entry import KINDS, Body
from signaling.roll import GuestNamed
from signaling.schema import Phase
from tests.harness.facts import START_S, Chronicle, planned

TOWN = (
    PointEntered(
        code="A",
        name="Hội trường Dị Sử",
        unit="Đảng bộ phường Dị Sử",
        branches=(
            Branch(name="Chi bộ 1", members=12, exempt=2),
            Branch(name="Chi bộ 2", members=8),
        ),
    ),
    PointEntered(
        code="B",
        name="Công ty May",
        unit="Chi bộ Công ty May",
        branches=(Branch(name="Chi bộ Công ty May", members=6, exempt=1),),
    ),
    PointEntered(
        code="C",
        name="Nhà văn hóa Phố Nối",
        unit="Đảng bộ phường Dị Sử",
        branches=(Branch(name="Chi bộ 1", members=5),),
    ),
)


def listed(point: str, branch: str, count: int, exempt: int = 0) -> BranchListed:
    """Return a branch's members, the exempt first, as ``A1-0``, ``A1-1``, …"""
    short = branch.rpartition(" ")[2]
    return BranchListed(
        point=point,
        branch=branch,
        members=tuple(Member(ref=f"{point}{short}-{i}", exempt=i < exempt) for i in range(count)),
    )


class Halls(Chronicle):
    """A town in check-in, and what its halls enter. ``seq`` counts by device."""

    def __init__(self, *facts: Fact) -> None:
        super().__init__(planned(), *TOWN, PhaseEntered(phase=Phase.CHECK_IN), *facts)
        self.index: MemberIndex | None = None
        self._seq: dict[str, int] = {}

    def say(self, point: str, body: Body, *, device: str = "", at_s: float | None = None) -> Fact:
        """Enter a body at a point now, or at a moment of the device's clock."""
        device = device or f"phone-{point}"
        self._seq[device] = self._seq.get(device, 0) + 1
        return self.take(point, body, (device, self._seq[device]), at_s)

    def take(
        self, point: str, body: Body, source: tuple[str, int], at_s: float | None = None
    ) -> Fact:
        """Enter a body under a device's number; a repeat is not recorded again."""
        device, seq = source
        if self.state.receipt(device, "s", seq) is not None:
            return self.rows[-1].fact
        named = isinstance(body, GuestNamed) and self.index is not None
        entry = Entry(
            device=device,
            point=point,
            session="s1",
            entered_utc=format_utc(self.now_s if at_s is None else at_s),
            kind=KINDS[type(body)],
            raw="raw",
            body=body,
            digest=hashlib.sha256(msgspec.json.encode(body)).hexdigest(),
            refs={"note": "n"} if getattr(body, "note", "") else {},
            spool="s",
            seq=seq,
            found=self.index.find(body.number, body.name or "", body.unit) if named else None,  # type: ignore[union-attr]
        )
        _session, fact = enter(self.state, entry)
        self.add(fact, origin=f"{device}/s/{seq}")
        return fact

    def account(self, roll: int | None) -> Account:
        """Return the sums."""
        return account(self.sitting(roll), self.state.points)

    def sitting(self, roll: int | None) -> Sitting:
        """Return the session at a roll call."""
        return Sitting(state=self.state, session="s1", roll=roll)


def people(sums: Account) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return what counts of every row."""
    return {
        (row.point, row.branch): (
            row.sum.reported,
            row.sum.present,
            row.sum.excused,
            row.sum.exempt,
            row.sum.guests,
            row.sum.elsewhere,
        )
        for row in sums.rows
    }


def moments(count: int) -> Iterable[float]:
    """Return so many distinct moments before anything is recorded."""
    return (START_S - 1000 + i for i in range(count))
