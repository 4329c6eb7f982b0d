"""Takes what halls entered to the journal, and acks it when it is on disk.

An entered fact is never refused and never doubled: its id ``(device, spool, seq)`` is read
before its body, and a repeat gets the receipt of the first.
"""

from typing import Annotated

import msgspec

from signaling.messages import FACT_CHECKED_IN, CheckIn, FactAcked, FactEnter
from signaling.schema import Ident

from .attendance import Entry, enter
from .connection import Connection
from .fact import EntryKept
from .runtime import Personal, Runtime
from .state import Receipt

_check_in: msgspec.json.Decoder[CheckIn] = msgspec.json.Decoder(CheckIn)


class _FactId(msgspec.Struct, frozen=True, tag_field="type", tag="fact.enter"):
    """What must be readable of a fact so that it can be kept at all."""

    spool: Ident
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


_fact_id: msgspec.json.Decoder[_FactId] = msgspec.json.Decoder(_FactId)


class EntryDesk:
    """Where entered facts are taken in."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def enter(self, connection: Connection, message: FactEnter) -> None:
        """Record an entered fact and ack it; a repeat is only acked."""
        personal = Personal()
        body, why = _read_body(message)
        entry = Entry(
            device=connection.device,
            point=connection.point,
            session=message.session,
            entered_utc=message.entered_utc,
            kind=message.kind,
            raw=personal.add_note(bytes(message.body).decode()),
            body=body,
            why=why,
            in_charge=(
                personal.add_person(body.in_charge.name, body.in_charge.phone)
                if body is not None and body.in_charge is not None
                else None
            ),
            note=personal.add_note(body.note) if body is not None and body.note else None,
        )
        await self._take(connection, message.spool, message.seq, entry, personal)

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
        )
        await self._take(connection, id_.spool, id_.seq, entry, personal)
        return True

    async def _take(
        self, connection: Connection, spool: str, seq: int, entry: Entry, personal: Personal
    ) -> None:
        runtime, device = self._runtime, connection.device
        if runtime.state.receipt(device, spool, seq) is None:
            session, fact = enter(runtime.state, entry)
            if not isinstance(fact, EntryKept):
                del personal.notes[entry.raw]  # What took effect need not be kept twice.
            await runtime.change(
                [fact],
                actor=f"device:{device}",
                session=session,
                origin=f"{device}/{spool}/{seq}",
                personal=personal,
            )
        # A repeat may come while the first is being committed: its ack waits as well.
        await runtime.settled()
        receipt = runtime.state.receipt(device, spool, seq)
        assert receipt is not None, "a recorded fact has a receipt"
        connection.send(_ack(spool, seq, receipt))


def _ack(spool: str, seq: int, receipt: Receipt) -> FactAcked:
    return FactAcked(spool=spool, seq=seq, recorded_utc=receipt.recorded_utc, note=receipt.note)


def _read_body(message: FactEnter) -> tuple[CheckIn | None, str | None]:
    """Return the body, or None and why it has no effect."""
    if message.kind != FACT_CHECKED_IN:
        return None, "unknown_kind"
    try:
        return _check_in.decode(message.body), None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None, "bad_body"
