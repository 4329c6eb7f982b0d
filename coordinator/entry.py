"""Takes what halls entered to the journal, and acks it when it is on disk.

An entered fact is never refused and never doubled: its id ``(device, spool, seq)`` is read
before its body, and a repeat gets the receipt of the first. Another fact under the same id is
kept too, and the device is told of the conflict.
"""

import hashlib
from typing import Annotated

import msgspec

from signaling.entry import BODIES, Body, PersonEntry
from signaling.messages import NOTE_CONFLICT, FactAcked, FactEnter
from signaling.roll import GuestNamed, Home
from signaling.schema import Ident

from .attendance.directory import Directory
from .connection import Connection
from .entered import Entry, enter, kept
from .fact import EntryKept, Ref
from .runtime import Personal, Runtime
from .state import Receipt


class _FactId(msgspec.Struct, frozen=True, tag_field="type", tag="fact.enter"):
    """What must be readable of a fact so that it can be kept at all."""

    spool: Ident
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


_fact_id: msgspec.json.Decoder[_FactId] = msgspec.json.Decoder(_FactId)


class EntryDesk:
    """Where entered facts are taken in."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.directory = Directory(runtime)

    async def enter(self, connection: Connection, message: FactEnter) -> None:
        """Record an entered fact and ack it; a repeat is only acked."""
        connection.send(await self.record(connection.device, connection.point, message))

    async def record(self, device: str, point: str, message: FactEnter) -> FactAcked:
        """Record a fact that a device of a point entered; return its ack, also for a repeat."""
        personal = Personal()
        body, why = _read_body(message)
        raw = bytes(message.body)
        entry = Entry(
            device=device,
            point=point,
            session=message.session,
            entered_utc=message.entered_utc,
            kind=message.kind,
            raw=personal.add_note(raw.decode()),
            body=body,
            why=why,
            digest=_digest(message.kind, message.entered_utc, raw),
            refs={} if body is None else _set_apart(body, personal),
            spool=message.spool,
            seq=message.seq,
            found=self.directory.find(body) if isinstance(body, GuestNamed) else None,
        )
        return await self._take(message.spool, message.seq, entry, personal)

    async def keep_unreadable(self, connection: Connection, text: str) -> bool:
        """Keep a fact whose envelope breaks the schema but whose id can be read.

        Returns False when it is no fact, or has no readable id.
        """
        try:
            id_ = _fact_id.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        personal = Personal()
        entry = Entry(
            device=connection.device,
            point=connection.point,
            session=None,
            entered_utc=self._runtime.now_utc(),
            kind="unknown",
            raw=personal.add_note(text),
            body=None,
            why="bad_envelope",
            digest=_digest("unknown", "", text.encode()),
        )
        connection.send(await self._take(id_.spool, id_.seq, entry, personal))
        return True

    async def _take(self, spool: str, seq: int, entry: Entry, personal: Personal) -> FactAcked:
        runtime = self._runtime
        receipt = runtime.state.receipt(entry.device, spool, seq)
        if receipt is None:
            await self._record(f"{entry.device}/{spool}/{seq}", entry, personal)
            receipt = runtime.state.receipt(entry.device, spool, seq)
            assert receipt is not None, "a recorded fact has a receipt"
        elif receipt.digest != entry.digest:
            utc = await self._keep_conflict(entry, personal)
            receipt = Receipt(utc, NOTE_CONFLICT)
        # A repeat may come while the first is being committed: its ack waits as well.
        await runtime.settled()
        return FactAcked(
            spool=spool,
            seq=seq,
            recorded_utc=receipt.recorded_utc,
            note=receipt.note,
            remark=receipt.remark,
        )

    async def _record(self, origin: str, entry: Entry, personal: Personal) -> None:
        session, fact = enter(self._runtime.state, entry)
        if not isinstance(fact, EntryKept):
            del personal.notes[entry.raw]  # What took effect need not be kept twice.
        await self._runtime.change(
            [fact],
            actor=f"device:{entry.device}",
            session=session,
            origin=origin,
            personal=personal,
        )

    async def _keep_conflict(self, entry: Entry, personal: Personal) -> str:
        """Keep another fact that came under an id already taken."""
        fact = kept(entry, NOTE_CONFLICT)
        done = await self._runtime.change(
            [fact], actor=f"device:{entry.device}", session=entry.session, personal=personal
        )
        return done.recorded_utc


def _digest(kind: str, entered_utc: str, body: bytes) -> str:
    digest = hashlib.sha256(f"{kind}\n{entered_utc}\n".encode())
    digest.update(body)
    return digest.hexdigest()


def _read_body(message: FactEnter) -> tuple[Body | None, str | None]:
    """Return the body, or None and why it has no effect."""
    kind = BODIES.get(message.kind)
    if kind is None:
        return None, "unknown_kind"
    try:
        return msgspec.json.decode(message.body, type=kind), None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None, "bad_body"


def _set_apart(body: Body, personal: Personal) -> dict[str, Ref]:
    """Take people and notes out of a body; return what stands for them, by field."""
    refs: dict[str, Ref] = {}
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, PersonEntry):
            refs[name] = personal.add_person(value.name, value.phone)
        elif isinstance(value, Home) and value.unit:
            refs["unit"] = personal.add_note(value.unit)
        elif name == "note" and value:
            refs[name] = personal.add_note(value)
    if isinstance(body, GuestNamed) and (body.name or body.number):
        refs["who"] = personal.add_guest(body.name or "", body.number, body.unit)
    return refs
