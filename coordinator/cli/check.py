"""``nhipcau check``: does this machine hold, and what to do where it does not."""

import asyncio
import shutil
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import typer
from cryptography import x509

from config.folder import DataFolder
from config.settings import Settings
from config.words import Words
from signaling.ice_server import TurnAccess, surest_turn
from signaling.media_errors import TransportFailed
from signaling.relay.settings import SOCKET as RELAY_SOCKET
from signaling.turn_probe import probe
from signaling.words import LOCALE

from ..errors import JournalLocked
from ..journal import DataLock
from .finding import Finding
from .office import CallRefused, Office, client
from .screen import EXIT_REFUSED, Terminal
from .today import look_today

MIN_FREE_BYTES = 1_000_000_000
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
MIN_CERTIFICATE_DAYS = 14
LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")


def check(terminal: Terminal, *, today: bool = False) -> None:
    """Print what was looked at; end with status 1 when something does not hold.

    Args:
        terminal: Where to print.
        today: Look at what today's session rests on, too.

    """
    settings = terminal.settings()
    terminal.say("check.settings", source=terminal.config or "–")
    folder = terminal.folder(settings)
    findings = [*look(settings, folder), *asyncio.run(ask_board(folder, terminal.words.language))]
    if today:
        findings += [*_udp(settings, folder), *look_today(terminal, settings)]
    for finding in findings:
        mark = "✔" if finding.good else "✕"
        sentence = terminal.words.say(finding.key, **finding.places)
        terminal.out.print(f"{mark} {sentence}", markup=False)
    if not all(finding.good for finding in findings):
        raise typer.Exit(EXIT_REFUSED)


def look(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    """Look at disk, clock, port, address, certificate and TURN."""
    yield _disk(folder)
    yield _clock(folder)
    yield _port(settings, folder)
    yield _address(settings)
    if settings.server.tls_certificate:
        yield _certificate(Path(settings.server.tls_certificate))
    yield from _turn(settings)


async def ask_board(folder: DataFolder, language: str) -> list[Finding]:
    """Ask a running server whether its session may start. For information: before check-in
    nothing can be ready yet."""
    words = Words(LOCALE, language)
    try:
        async with client(folder.admin_socket()) as http:
            session = await Office(http).call("GET", "/api/v1/session")
    except (aiohttp.ClientError, OSError, CallRefused):
        return []  # none runs, or it has no session
    unmet = [condition["code"] for condition in session["conditions"] if not condition["met"]]
    of = len(session["conditions"])
    places: dict[str, object] = {
        "title": session["title"],
        "met": of - len(unmet),
        "of": of,
        "unmet": ", ".join(_called(code, words) for code in unmet),
    }
    key = "check.board_unmet" if unmet else "check.board"
    return [Finding(key=key, good=True, places=places)]


def _called(code: str, words: Words) -> str:
    """Return what people call a condition; of one that a newer server has, its code."""
    key = f"condition.{code}"
    return words.say(key) if words.has(key) else code


def _disk(folder: DataFolder) -> Finding:
    free = shutil.disk_usage(folder.path).free
    good = free >= MIN_FREE_BYTES
    places = {"folder": folder.path, "free": f"{free / 1e9:.1f}"}
    return Finding(key="check.disk" if good else "check.disk_low", good=good, places=places)


def _clock(folder: DataFolder) -> Finding:
    """A clock before the last commit, or before this software, is wrong."""
    now = time.time()
    newest = folder.journal.stat().st_mtime if folder.journal.exists() else OLDEST_CLOCK
    good = now >= max(OLDEST_CLOCK, newest - 60)
    shown = datetime.fromtimestamp(now, UTC).astimezone().isoformat(timespec="seconds")
    return Finding(
        key="check.clock" if good else "check.clock_bad", good=good, places={"now": shown}
    )


def _port(settings: Settings, folder: DataFolder) -> Finding:
    server = settings.server
    places: dict[str, object] = {"host": server.host, "port": server.port}
    if _running(folder):
        return Finding(key="check.running", good=True, places=places)
    try:
        with socket.create_server((server.host, server.port)):
            return Finding(key="check.port", good=True, places=places)
    except OSError as error:
        places["text"] = error.strerror or str(error)
        return Finding(key="check.port_bad", good=False, places=places)


def _udp(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    """Try the relay's ports; while it runs they are its own."""
    low, high = settings.media.port_min, settings.media.port_max
    if not low or (folder.run_dir() / RELAY_SOCKET).exists():
        return
    for port in range(low, high + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tried:
            try:
                tried.bind((settings.media.address, port))
            except OSError as error:
                places: dict[str, object] = {"port": port, "text": error.strerror or str(error)}
                yield Finding(key="today.udp_bad", good=False, places=places)
                return
    yield Finding(key="today.udp", good=True, places={"low": low, "high": high})


def _running(folder: DataFolder) -> bool:
    lock = DataLock(folder.path)
    try:
        lock.take()
    except JournalLocked:
        return True
    lock.free()
    return False


def _address(settings: Settings) -> Finding:
    server = settings.server
    local = server.host in LOCAL_HOSTS
    secure = bool(server.tls_certificate) or server.public_url.startswith("https://")
    good = local or secure
    key = "check.address" if good else "check.address_bad"
    return Finding(key=key, good=good, places={"host": server.host})


def _certificate(path: Path) -> Finding:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        places = {"file": path, "text": str(error)}
        return Finding(key="check.certificate_bad", good=False, places=places)
    days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
    good = days >= MIN_CERTIFICATE_DAYS
    key = "check.certificate" if good else "check.certificate_old"
    return Finding(key=key, good=good, places={"file": path, "days": days})


def _turn(settings: Settings) -> Iterator[Finding]:
    """Ask each TURN server as a hall would."""
    set_ = settings.turn
    access = TurnAccess(urls=set_.urls, secret=set_.secret, ttl_s=set_.ttl_s)
    for told in access.servers("check", time.time()):
        server = surest_turn([told])
        if server is None:
            continue
        try:
            asyncio.run(probe(server))
        except TransportFailed as error:
            places: dict[str, object] = {"url": told.url, "text": str(error)}
            yield Finding(key="check.turn_bad", good=False, places=places)
        else:
            yield Finding(key="check.turn", good=True, places={"url": told.url})
