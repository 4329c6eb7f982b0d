"""The hall's forms without scripts: what was typed, and the entry it becomes. Pure: no I/O.

A form carries the identity of its entry (a spool of one fact, drawn when the form was made)
and a proof that the form was made for this device. The spool's name ends in a digest of what
was typed: the same form sent twice is one entry, a changed one is a correction.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from signaling.entry import FACT_CHECKED_IN, BranchCount, CheckIn, PersonEntry
from signaling.roll import RollCount, RollCounted

MAX_PEOPLE = 1_000_000
MAX_ROLLS = 9
FACT_ROLL_COUNTED = "roll.counted"

Typed = Mapping[str, str]


class BadForm(ValueError):
    """What was typed cannot be an entry. ``code`` names the sentence, ``field`` the place."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEntry:
    """An entry as it was typed."""

    spool: str
    kind: str
    body: bytes


def proof(credential: str, spool: str) -> str:
    """Return what shows that a form was made for this device: no other page can know it."""
    return hmac.new(credential.encode(), spool.encode(), hashlib.sha256).hexdigest()[:32]


def read_form(typed: Typed, branches: tuple[str, ...], credential: str) -> FormEntry:
    """Return the entry that was typed.

    Raises:
        BadForm: ``foreign_form``, ``bad_number`` or ``bad_roll``.

    """
    spool = typed.get("spool", "")
    if not spool or not hmac.compare_digest(typed.get("proof", ""), proof(credential, spool)):
        raise BadForm("foreign_form")
    kind, body = _body(typed, branches)
    digest = hashlib.sha256(kind.encode() + body).hexdigest()[:16]
    return FormEntry(spool=f"{spool[:40]}-{digest}", kind=kind, body=body)


def _body(typed: Typed, branches: tuple[str, ...]) -> tuple[str, bytes]:
    roll = _number(typed, "roll", MAX_ROLLS)
    note = typed.get("note", "")[:2_000]
    if roll > 0:
        counts = tuple(_roll_count(typed, n, name) for n, name in enumerate(branches))
        roll_body = RollCounted(roll=roll, branches=counts, note=note)
        return FACT_ROLL_COUNTED, msgspec.json.encode(roll_body)
    counted = tuple(_branch_count(typed, n, name) for n, name in enumerate(branches))
    body = CheckIn(in_charge=_person(typed), branches=counted, note=note)
    return FACT_CHECKED_IN, msgspec.json.encode(body)


def _roll_count(typed: Typed, n: int, name: str) -> RollCount:
    return RollCount(
        branch=name,
        present=_number(typed, f"present{n}"),
        excused=_number(typed, f"excused{n}"),
        guests=_number(typed, f"guests{n}"),
    )


def _branch_count(typed: Typed, n: int, name: str) -> BranchCount:
    return BranchCount(
        branch=name,
        reported=_number(typed, f"present{n}"),
        excused=_number(typed, f"excused{n}"),
        guests=_number(typed, f"guests{n}"),
    )


def _person(typed: Typed) -> PersonEntry | None:
    name = typed.get("name", "").strip()[:200]
    return PersonEntry(name=name, phone=typed.get("phone", "").strip()[:40]) if name else None


def _number(typed: Typed, field: str, most: int = MAX_PEOPLE) -> int:
    """Return a number; nothing typed is none."""
    text = typed.get(field, "").strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 7 or int(text) > most:
        raise BadForm("bad_number", field)
    return int(text)
