"""Somebody with a credential that is right, and wishes that are not."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.harness.server import Served

HELLO = {"type": "hello", "versions": [1], "spool": "spool-1", "software": "intruder"}
OWN, FOREIGN = "MH-001", "MH-002"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    code: str
    text: str


async def devices(served: Served, point: str = OWN) -> dict[str, str]:
    """Enrol one device of each role at a point; return the credentials by role."""
    _status, issued = await served.call("POST", "/api/v1/codes", {})
    found = {"agent": await served.enrol(point)}
    for role in ("screen", "phone"):
        body = {"code": issued["code"], "role": role, "point": point}
        _status, joined = await served.call("POST", "/api/v1/join", body, role=None)
        found[role] = joined["credential"]
    return found


async def ask(
    served: Served, method: str, path: str, *, headers: dict[str, str], body: Any = None
) -> Answer:
    """Ask as nobody but who the headers say."""
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        url = served.url + path
        kind = {"data": body} if isinstance(body, bytes | str) else {"json": body}
        async with http.request(method, url, headers=headers, **kind) as answer:
            text = await answer.text()
            problem = answer.content_type == "application/problem+json"
            code = (await answer.json(content_type=None))["code"] if problem else ""
            return Answer(answer.status, code, text)


def bearer(secret: str) -> dict[str, str]:
    """Return the header that carries a secret."""
    return {"Authorization": f"Bearer {secret}"}


async def cookie_of(served: Served, role: str) -> str:
    """Sign in with a role's token; return the cookie as a header's value."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        body = {"token": served.tokens[role]}
        async with http.post(served.url + "/api/v1/signin", json=body) as answer:
            assert answer.status == 204
            return answer.headers["Set-Cookie"].partition(";")[0]
