"""Which of several entries stands, whatever the order they came in. Pure: no I/O.

Within one spool the higher number is the later. Between spools (two devices of a hall, or the
centre) it is the moment it was entered; a clock ahead of ours counts as the moment of recording.
So ``say`` commutes, and saying twice is saying once: replay, repetition and delay change nothing.
"""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry comes from."""

    device: str
    spool: str
    seq: int
    utc: str
    "When it was entered, never later than when it was recorded."

    @property
    def order(self) -> tuple[str, str, str]:
        """Return what decides between spools; the identities only make it total."""
        return self.utc, self.device, self.spool


class Claim(msgspec.Struct, Generic[T], frozen=True):
    """What one spool last said."""

    origin: Origin
    value: T


Claims = tuple[Claim[T], ...]
"At most one of each spool."


def say(claims: Claims[T], claim: Claim[T]) -> Claims[T]:
    """Return the claims with one more; the later of one spool replaces its earlier."""
    key = (claim.origin.device, claim.origin.spool)
    for i, known in enumerate(claims):
        if (known.origin.device, known.origin.spool) == key:
            later = claim.origin.seq > known.origin.seq
            return (*claims[:i], claim, *claims[i + 1 :]) if later else claims
    return (*claims, claim)


def standing(claims: Claims[T]) -> Claim[T] | None:
    """Return the claim that stands, None when there is none."""
    return max(claims, key=lambda claim: claim.origin.order, default=None)


def remark_on(claims: Claims[T], claim: Claim[T]) -> str | None:
    """Return what whoever enters a claim should be told, None for nothing.

    ``overtaken`` when it will not stand; ``replaces_other`` when it changes what another device
    had said.
    """
    before = standing(claims)
    if standing(say(claims, claim)) is not claim:
        return "overtaken"
    if before is None or before.origin.device == claim.origin.device:
        return None
    return "replaces_other" if before.value != claim.value else None
