"""The command line's side of the admin socket.

A running server answers there. When none runs, the command opens the data folder itself and
answers itself over the same socket: one way to change anything, and one connection that writes.
"""

from pathlib import Path
from typing import Any

import aiohttp

TIMEOUT_S = 60.0


class CallRefused(Exception):
    """The API answered with a problem."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", ""))
        self.problem = problem
        self.code = str(problem.get("code", "internal"))


class Office:
    """Calls the API as the machine's owner."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> Any:
        """Return the decoded answer, None for an empty one.

        Raises:
            CallRefused: If the answer is a problem.
            aiohttp.ClientError: If the socket went away.

        """
        kind = {"Content-Type": "application/octet-stream"} if data is not None else None
        async with self._http.request(
            method,
            f"http://admin{path}",
            json=body if data is None else None,
            data=data,
            headers=kind,
            params=query,
        ) as answer:
            text = await answer.read()
            value = await answer.json(content_type=None) if text else None
            if answer.status >= 400:
                raise CallRefused(value if isinstance(value, dict) else {"detail": text.decode()})
            return value

    async def fetch(self, path: str, query: dict[str, str]) -> bytes:
        """Return a file as it is answered.

        Raises:
            CallRefused: If the answer is a problem.
            aiohttp.ClientError: If the socket went away.

        """
        async with self._http.get(f"http://admin{path}", params=query) as answer:
            if answer.status >= 400:
                raise CallRefused(await answer.json(content_type=None))
            return await answer.read()


def client(socket: Path) -> aiohttp.ClientSession:
    """Return an HTTP client of a unix socket."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    return aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket)), timeout=timeout)
