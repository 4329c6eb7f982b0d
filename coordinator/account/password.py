"""Hashes passwords with argon2id, off the event loop, a few at a time. A shell.

One hash takes 64 MiB and tens of milliseconds (RFC 9106, second recommended option, the
library's default): without a bound, a hundred sign-ins at once would take the machine.
"""

import asyncio
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

AT_ONCE = 2
MAX_WAITING = 32


class TooBusy(Exception):
    """More sign-ins wait than can be checked soon."""


class PasswordDesk:
    """Hashes and checks passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody = self._hasher.hash("nobody")

    async def hash(self, password: str) -> str:
        """Return the hash of a password, its salt and parameters in it.

        Raises:
            TooBusy: If too many wait.

        """
        return await self._run(partial(self._hasher.hash, password))

    async def matches(self, hash_: str | None, password: str) -> bool:
        """Return whether this is the password; takes as long for an account that is not there.

        Raises:
            TooBusy: If too many wait.

        """
        right = await self._run(partial(self._verify, hash_ or self._nobody, password))
        return right and hash_ is not None

    def _verify(self, hash_: str, password: str) -> bool:
        try:
            return self._hasher.verify(hash_, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: "partial[T]") -> T:
        if self._waiting >= MAX_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
