"""Too much of everything: a refusal that names it, and the next request is served as before."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from coordinator.app import ROUTES
from tests.attack.intruder import HELLO, ask, bearer
from tests.attack.test_hall import check_in, say
from tests.attack.test_matrix import concrete
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

DEEP = b'{"a":' * 12_000
BODIES = {
    "deep": DEEP,
    "deep lists": b"[" * 60_000,
    "a huge integer": b'{"days": ' + b"9" * 5_000 + b', "role": "viewer", "name": "x"}',
    "NaN": b'{"days": NaN, "role": "viewer", "name": "x"}',
    "infinity": b'{"days": 1e999, "role": "viewer", "name": "x"}',
    "a lone surrogate": b'{"name": "\\ud800", "role": "viewer"}',
    "no text": b'{"form": 0, "name": "\xff\xfe", "role": "viewer"}',
    "a name of 60 KiB": b'{"form": 0, "role": "viewer", "name": "' + b"x" * 60_000 + b'"}',
    "a list for a struct": b"[1, 2, 3]",
    "null": b"null",
    "nothing": b"",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_every_route_takes_a_hostile_body_for_what_it_is(tmp_path: Path, body: bytes) -> None:
    async with serving(tmp_path, *TOWN) as served:
        facts = served.coordinator.runtime.facts
        headers = bearer(served.tokens["admin"]) | {"Content-Type": "application/json"}
        for route in ROUTES:
            if route.body is None:
                continue
            path = concrete(route.path)
            answer = await ask(served, route.method, path, headers=headers, body=body)
            assert answer.status in (400, 401, 403, 404, 409, 422, 429), (route.path, answer)
        assert served.coordinator.runtime.facts == facts, "nothing was written"


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"X-Long": "a" * 9_000}, "/livez", 400),
        ({f"X-{n}": "a" * 60 for n in range(600)}, "/livez", 400),
        ({}, "/livez?" + "a" * 9_000, 400),
        ({}, "/" + "a" * 9_000, 400),
        ({"Content-Length": "-1"}, "/livez", 400),
        ({"Authorization": "Bearer " + "a" * 7_000}, "/api/v1/me", 401),
        ({"Authorization": "Bearer \u00e9_\u00e9_\u00e9"}, "/api/v1/me", 401),
        ({"Cookie": "nhipcau=" + "ncs_" * 1_000}, "/api/v1/me", 401),
        ({"Cookie": '=; ;;"\\";nhipcau="'}, "/api/v1/me", 401),
        ({"Range": "bytes=9999999999999999999999-"}, "/static/shared/base.css", 200),
        ({"If-None-Match": '"' + "a" * 5_000 + '"'}, "/wall", 200),
        ({"Accept": "a" * 5_000}, "/metrics", 200),
        ({}, "/static/../../../../etc/passwd", 404),
        ({}, "/static/%2e%2e/%2e%2e/config/settings.py", 404),
        ({}, "/static/shared/..%2f..%2f..%2fpyproject.toml", 404),
        ({}, "/static/shared/base.css%00.js", 404),
    ],
    ids=repr,
)
async def test_heads_that_go_too_far_are_refused(
    tmp_path: Path, headers: dict[str, str], path: str, status: int
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        port = int(served.url.rpartition(":")[2])
        assert await _status(port, path, headers) == status
        assert await _status(port, "/livez", {}) == 200


async def test_smuggled_requests_are_not_served_twice(tmp_path: Path) -> None:
    length = {"Transfer-Encoding": "chunked", "Content-Length": "4"}
    heads: list[dict[str, str]] = [
        length,
        {"Transfer-Encoding": "chunked, identity"},
        {"Transfer-Encoding": "xchunked"},
        {"Content-Length": "4, 5"},
        {"Content-Length": "+4"},
        {"Content-Length": "0x4"},
        {"Content-Length": "\u0664"},
        {"Content-Length ": "4"},
        {"X": "y\r\n folded: 1"},
        {"X\x00Y": "1"},
    ]
    async with serving(tmp_path, *TOWN) as served:
        port = int(served.url.rpartition(":")[2])
        for head in heads:
            assert await _status(port, "/livez", head) == 400, head


async def _status(port: int, path: str, headers: dict[str, str]) -> int:
    """Ask by hand, for clients refuse to send such things; return the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(20):
        line = await reader.readline()
        with contextlib.suppress(ConnectionResetError):
            await reader.read()
    writer.close()
    return int(line.split()[1])


DEVICE_JUNK: list[Any] = [
    '{"type":"point.report","seq":' + "9" * 4_000 + "}",
    '{"type":"point.report","seq":100000000000000000000000000}',
    '{"type":"point.report","seq":1,"cpu_ratio":1e999}',
    '{"type":"clock.probe","sent_ms":NaN}',
    '{"type":"fact.enter","seq":1e400}',
    '{"type":"hello","versions":[' + "1," * 20_000 + "1]}",
    '{"type":"point.report","seq":1,"media":' + '{"a":' * 9_000,
    '{"type":"\\ud800"}',
    "[" * 60_000,
    '"' * 60_000,
]


async def test_a_device_s_huge_words_are_refused_and_it_stays(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await say(socket, HELLO)
            for junk in DEVICE_JUNK:
                assert (await say(socket, junk))["code"] == "bad_message", junk[:60]
            huge = {"branches": [{"reported": 10**26}]}
            assert (await say(socket, check_in(1, body=huge)))["note"] == "bad_body"
            many = {"branches": [{"branch": str(n), "reported": 1} for n in range(900)]}
            assert (await say(socket, check_in(2, body=many)))["note"] == "bad_body"
            deep = json.dumps(check_in(3, body=0)).replace('"body": 0', '"body": ' + "[" * 9_000)
            assert (await say(socket, deep))["type"] == "refusal"
            assert (await say(socket, check_in(4)))["note"] is None
