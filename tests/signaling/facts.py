"""Facts to send in tests."""

import msgspec

from signaling.messages import FactEnter

UTC = "2026-11-01T01:00:00.000Z"


def fact(seq: int, spool: str = "s1") -> FactEnter:
    return FactEnter(
        spool=spool,
        seq=seq,
        entered_utc=UTC,
        kind="point.checked_in",
        body=msgspec.Raw(b'{"branches":[{"reported":%d}]}' % seq),
    )
