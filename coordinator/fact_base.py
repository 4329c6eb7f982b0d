"""What every fact is built on; the kinds themselves are in ``fact`` and beside it. Pure: no I/O."""

from typing import ClassVar

import msgspec

Ref = str
"Opaque reference into the deletable tables."


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facts."""

    KIND: ClassVar[str]
    V: ClassVar[int] = 1
