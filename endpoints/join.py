"""Trades a join code for a credential: ``POST /api/v1/join``. See PROTOCOL.md, "Joining"."""

from typing import Annotated, NoReturn

import aiohttp
import msgspec

from signaling.schema import Code, DeviceRole, Ident, Name, Wire

from .enrolment import Enrolment
from .errors import EnrolmentRefused, ServerUnreachable
from .server import Server

TIMEOUT = aiohttp.ClientTimeout(total=20)
MAX_ANSWER_BYTES = 64 * 1024

Credential = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,512}$")]
"A secret as it fits into a header."


class JoinRequest(Wire, frozen=True, kw_only=True):
    """Body of the request."""

    code: str
    point: str | None = None
    "Code of the point; None when the join code belongs to one."
    role: DeviceRole = DeviceRole.AGENT
    name: str = ""
    "Name of the machine, for the technicians' list."


class JoinedPoint(Wire, frozen=True, kw_only=True):
    """The point a device belongs to from now on."""

    code: Code
    name: Name


class Joined(Wire, frozen=True, kw_only=True):
    """Body of the answer 201."""

    device: Ident
    credential: Credential
    point: JoinedPoint


class Problem(Wire, frozen=True, kw_only=True):
    """RFC 9457, with a stable code beside it."""

    code: str = ""
    title: str = ""
    detail: str = ""


async def join(server: Server, request: JoinRequest, key: str) -> Enrolment:
    """Ask the server for a credential.

    Args:
        server: Whom to ask.
        request: With the code and the point.
        key: The same for every attempt with one code, see ``joining_key``.

    Raises:
        EnrolmentRefused: The server says no; the error's code says why.
        ServerUnreachable: No answer, or one that says "later".

    """
    # Nothing of the environment is used: no proxy reads the code. No redirect is followed.
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.post(
                server.join_url,
                data=msgspec.json.encode(request),
                headers={"Content-Type": "application/json", "Idempotency-Key": key},
                allow_redirects=False,
            ) as response,
        ):
            status, body = response.status, await _read(response)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ServerUnreachable(f"{type(error).__name__}: {error}") from error
    return _joined(server, status, body)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for part in response.content.iter_chunked(MAX_ANSWER_BYTES):
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            raise EnrolmentRefused("the answer is too long")
    return body


def _joined(server: Server, status: int, body: bytes) -> Enrolment:
    if status != 201:
        _raise_problem(status, body)
    try:
        joined = msgspec.json.decode(body, type=Joined)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise EnrolmentRefused(str(error)) from error
    return Enrolment(
        server=server.url,
        device=joined.device,
        credential=joined.credential,
        point=joined.point.code,
        point_name=joined.point.name,
    )


def _raise_problem(status: int, body: bytes) -> NoReturn:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeError):
        problem = Problem()
    detail = problem.detail or problem.title
    if status >= 500:
        raise ServerUnreachable(f"HTTP {status} {detail}".rstrip())
    raise EnrolmentRefused(f"HTTP {status} {detail}".rstrip(), code=problem.code or None)
