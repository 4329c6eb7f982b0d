"""Logs hold no secret, and what a peer says stays within its line."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from config.folder import DataFolder
from config.log import configure_log
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.facts import point
from tests.harness.server import TOWN, serving

HOSTILE = [
    'x"}\n{"event": "session.closed", "level": "info"}',
    "\r\nforged",
    "\x1b[2J\x1b]0;title\x07",
    "\x9b2J\x85next line\x7f",
    "\u2028\u2029",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\x00",
    "\ud800",
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, through the real configuration; the process's own is put back."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_log("debug", logging.StreamHandler(stream))
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_a_peer_says_stays_within_its_line(written: io.StringIO, text: str) -> None:
    structlog.get_logger("test").info("device.joined", software=text, point="MH-001")
    logging.getLogger("library").warning("said %s", text)
    *lines, end = written.getvalue().split("\n")
    assert (len(lines), end) == (2, "")
    for line in lines:
        assert line.isprintable(), ascii(line)
    assert json.loads(lines[0])["software"] == text


def test_a_traceback_tells_where_and_not_what_the_variables_held(written: io.StringIO) -> None:
    def check(password: str) -> None:
        raise ValueError("no")

    for log in (structlog.get_logger("test").exception, logging.getLogger("library").exception):
        try:
            check("ba con gà mái")
        except ValueError:
            log("api.failed")
    said = written.getvalue()
    assert "gà mái" not in said
    assert said.count("ValueError") == 2


def test_what_bears_the_name_of_a_secret_is_blotted_out(written: io.StringIO) -> None:
    names = ("password", "token", "cookie", "invitation", "credential", "authorization", "secret")
    structlog.get_logger("test").info("x", **dict.fromkeys(names, "v3ry s3cret"))
    line = json.loads(written.getvalue())
    assert {line[name] for name in names} == {"***"}


@pytest.mark.real_io
async def test_no_secret_of_a_whole_morning_is_in_the_log(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN, point("MH-003")):
        pass  # A data folder with a town in it.
    async with CoordinatorProcess(tmp_path, settings={"NHIPCAU_LOG__LEVEL": "debug"}) as process:
        await process.start()
        await process.until_ready()
        secrets = await _morning(process.url, DataFolder(tmp_path))
        await process.stop()
        said = process.said()
    assert "device.joined" in said
    assert len(secrets) >= 9
    for secret in secrets:
        assert secret not in said, f"{secret[:6]}… is in the log"


async def _morning(url: str, folder: DataFolder) -> list[str]:
    """Let people and devices in, rightly and wrongly; return every secret there was."""
    socket = aiohttp.UnixConnector(str(folder.admin_socket()))
    async with (
        aiohttp.ClientSession("http://admin", connector=socket) as admin,
        aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):

        async def office(path: str, body: object) -> Any:
            async with admin.post(path, json=body) as answer:
                assert answer.status == 201, await answer.text()
                return await answer.json()

        async def public(path: str, body: object) -> Any:
            async with http.post(path, json=body) as answer:
                return await answer.json(content_type=None) if answer.status == 201 else None

        token = (await office("/api/v1/tokens", {"role": "host", "name": "chủ trì"}))["token"]
        person = {"login": "lan", "name": "Nguyễn Thị Lan", "role": "viewer"}
        invitation = (await office("/api/v1/users", person))["invitation"]
        agent = (await office("/api/v1/codes", {"point": "MH-001"}))["code"]
        shared = (await office("/api/v1/codes", {}))["code"]
        credential = (await public("/api/v1/join", {"code": agent}))["credential"]
        phone = {"code": shared, "role": "phone", "point": "MH-002"}
        credential_2 = (await public("/api/v1/join", phone))["credential"]
        password, wrong = "bốn mùa thay lá", "sai bét nhè nhé"
        body = {"invitation": invitation, "password": password}
        await public("/api/v1/invitations/accept", body)
        await public("/api/v1/signin", {"login": "lan", "password": wrong})
        await public("/api/v1/signin", {"login": "lan", "password": password})
        await public("/api/v1/signin", {"token": token})
        [cookie] = http.cookie_jar
        await public("/api/v1/join", {"code": "WRNG-C0DE-1234"})
        bearer = {"Authorization": f"Bearer {credential}"}
        async with http.ws_connect("/ws/agent", headers=bearer) as ws:
            await ws.send_json({"type": "hello", "versions": [1], "spool": "s", "software": "t"})
            await ws.receive_json()
        pages = ("nhipcau", f"bearer.{credential_2}")
        async with http.ws_connect("/ws/agent", protocols=pages, headers={"Origin": url}) as ws:
            await ws.send_str("junk " + credential_2)
            await ws.receive_json()
        async with http.get("/api/v1/me?token=" + token, headers={"Authorization": "x"}):
            pass
    found = [token, invitation, agent, shared, credential, credential_2, password, wrong]
    return [*found, cookie.value, "WRNG-C0DE-1234", "Nguyễn Thị Lan"]
