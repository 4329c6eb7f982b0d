"""A TURN server is asked as a hall would ask it; against a real coturn."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from config.folder import DataFolder
from config.settings import Settings, Turn
from coordinator.cli.check import look
from signaling import turn_probe
from signaling.ice_server import TurnServer, surest_turn
from signaling.media_errors import TransportFailed
from signaling.turn_probe import probe
from tests.harness.coturn import SECRET, Coturn, coturn

pytestmark = pytest.mark.real_io


def server_of(running: Coturn, kind: str) -> TurnServer:
    found = surest_turn(running.access(kind).servers("check", time.time()))
    assert found is not None
    return found


async def test_a_server_that_takes_us_says_so_in_every_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with coturn() as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        for kind in ("udp", "tcp", "tls"):
            await probe(server_of(running, kind))


async def test_what_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_probe, "PROBE_S", 0.5)
    async with coturn() as running:
        good = server_of(running, "udp")
        for server, says in (
            (replace(good, password="another"), "401"),
            (server_of(running, "tls"), "certificate"),
            (replace(good, port=1), "no answer|refused"),
            (replace(good, port=1, transport="tcp"), "Connect"),
        ):
            with pytest.raises(TransportFailed, match=says):
                await probe(server)


async def test_the_check_asks_every_server_of_the_settings(tmp_path: Path) -> None:
    async with coturn() as running:
        urls = running.access("udp", "tcp").urls
        for secret, good in ((SECRET, True), ("x" * 16, False)):
            settings = Settings(turn=Turn(urls=("stun:127.0.0.1", *urls), secret=secret))
            folder = DataFolder(tmp_path)
            findings = await asyncio.to_thread(list, look(settings, folder))
            told = [f for f in findings if f.key.startswith("check.turn")]
            assert [f.places["url"] for f in told] == list(urls)
            assert [f.good for f in told] == [good, good]
