"""What every fact is made of. Pure: no I/O. The facts themselves: ``fact``, ``attendance.fact``."""

from typing import ClassVar, TypedDict

import msgspec

from signaling.schema import Code, Ident, Utc

Ref = str
"Opaque reference into the deletable tables."


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facts."""

    KIND: ClassVar[str]
    V: ClassVar[int] = 1


class Stamp(TypedDict):
    """What every entered fact says of its origin."""

    point: Code
    device: Ident
    entered_utc: Utc
    digest: str


class EnteredFact(Fact, frozen=True, kw_only=True):
    """Base of what somebody at a hall entered, or the centre for it."""

    KIND = ""
    point: Code
    device: Ident
    "``CENTRE`` when the secretary entered it for the hall."
    entered_utc: Utc
    "By the device's clock."
    digest: str = ""
    "SHA-256 of what was sent, hex: tells a repeat from another fact with its number."
    remark: str | None = None
    "Stable code of what the device is told although the fact took effect."


CENTRE = "centre"
"Stands for the device of what the secretary enters for a hall."
