"""The hash chain of the journal: every row's hash holds the one before it. Pure: no I/O.

Whoever changes, removes or moves a row breaks every hash after it. The personal tables are not
in the chain, so that they can be emptied.
"""

import hashlib
from functools import lru_cache

from .errors import JournalDamaged

GENESIS = hashlib.sha256(b"nhipcau journal 1").digest()

Head = tuple[int, str | None, str, int, str, str, str, str | None]
"A row's columns before its body: n, session, kind, v, utc, boot, actor, origin."


class Chain:
    """Where the chain has come to: the number and the hash of its last row."""

    def __init__(self) -> None:
        self.n = 0
        self.hash = GENESIS

    def append(self, head: Head, body: bytes) -> bytes:
        """Add a row that follows, and return its hash."""
        self.hash = row_hash(self.hash, head, body)
        self.n = head[0]
        return self.hash

    def check(self, head: Head, body: bytes, hash_: bytes) -> None:
        """Follow a row that was read.

        Raises:
            JournalDamaged: If a row before it is missing, or it is not what was written.

        """
        if head[0] != self.n + 1:
            raise JournalDamaged(f"row {self.n + 1} is missing")
        if self.append(head, body) != hash_:
            raise JournalDamaged(f"row {head[0]} is not what was written: its hash differs")


def row_hash(before: bytes, head: Head, body: bytes) -> bytes:
    """Return the hash of a row, chained to the one before it.

    Lengths stand before the columns, so no two different rows have the same input.
    """
    n, session, kind, v, utc, boot, actor, origin = head
    return hashlib.sha256(
        b"".join(
            (
                before,
                _column(n),
                _often(session, kind, v),
                _column(utc),
                _often(boot, actor),
                _column(origin),
                body,
            )
        )
    ).digest()


@lru_cache(maxsize=4096)
def _often(*values: str | int | None) -> bytes:
    """Return columns that many rows have in common; a journal is replayed twice as fast."""
    return b"".join(map(_column, values))


def _column(value: str | int | None) -> bytes:
    text = b"\x00" if value is None else b"\x01%b" % str(value).encode()
    return len(text).to_bytes(4, "big") + text
