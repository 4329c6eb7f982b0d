"""Making codes for points that come without one. Pure: codes in, codes out.

A made code goes on where the file's own codes stop (MH-091, then MH-092), or begins at DC-001.
Numbers only grow: one that a removed point had is never given again.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from .point import code_key

DEFAULT_PREFIX = "DC-"
DEFAULT_DIGITS = 3
_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")


def make_codes(taken: Collection[str]) -> Iterator[str]:
    """Yield new codes without end, in a fixed order.

    Args:
        taken: Every code ever used, and those the file itself brings.

    """
    prefix, digits = _pattern(taken)
    number = max(
        (n for it, n, _ in _numbered(taken) if code_key(it) == code_key(prefix)), default=0
    )
    while True:
        number += 1
        yield f"{prefix}{number:0{digits}d}"


def _pattern(taken: Collection[str]) -> tuple[str, int]:
    """Return prefix and digits most codes share, ours if fewer than half share one."""
    patterns = Counter((prefix, digits) for prefix, _, digits in _numbered(taken) if prefix)
    if not patterns:
        return DEFAULT_PREFIX, DEFAULT_DIGITS
    most = max(patterns, key=lambda pattern: (patterns[pattern], pattern))
    return most if 2 * patterns[most] >= len(taken) else (DEFAULT_PREFIX, DEFAULT_DIGITS)


def _numbered(codes: Collection[str]) -> list[tuple[str, int, int]]:
    """Return prefix, number and digits of the codes that end in a number."""
    found = (_NUMBERED.fullmatch(code) for code in codes)
    return [(it[1], int(it[2]), len(it[2])) for it in found if it]
