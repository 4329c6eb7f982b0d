"""The coordinator behind a proxy: whom it believes, and the sample for nginx in front of it."""

import asyncio
import getpass
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from config.settings import Server
from tests.harness.coturn import make_certificate
from tests.harness.demo import free_port
from tests.harness.server import TOWN, Served, serving

SAMPLE = Path(__file__).parents[2] / "config" / "deploy" / "nginx" / "nhipcau.conf"
TRIES = 20
pytestmark = pytest.mark.real_io


async def sign_in_wrongly(served: Served, forwarded: str) -> int:
    """Try a token nobody has; return the status."""
    async with served.http.post(
        served.url + "/api/v1/signin",
        json={"token": "nct_0123456789abcdef_x"},
        headers={"X-Forwarded-For": forwarded},
    ) as answer:
        return answer.status


async def test_behind_our_proxy_nobody_locks_out_another(tmp_path: Path) -> None:
    server = Server(port=0, trusted_proxies=("127.0.0.1",))
    async with serving(tmp_path, *TOWN, server=server) as served:
        tries = [await sign_in_wrongly(served, "198.51.100.9") for _ in range(TRIES + 1)]
        assert tries == [401] * TRIES + [429]
        assert await sign_in_wrongly(served, "198.51.100.10") == 401
        # What the guesser himself wrote stands to the left of what the proxy saw.
        assert await sign_in_wrongly(served, "198.51.100.11, 198.51.100.9") == 429


async def test_without_a_proxy_nobody_names_another_address(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        tries = [await sign_in_wrongly(served, f"198.51.100.{n}") for n in range(TRIES + 1)]
        assert tries == [401] * TRIES + [429]


@pytest.mark.parametrize(
    ("metrics", "forwarded", "token", "status"),
    [
        ("local", None, None, 200),
        ("local", "198.51.100.9", None, 401),
        ("local", "198.51.100.9", "viewer", 200),
        ("local", "198.51.100.9", "player", 403),
        ("all", "198.51.100.9", None, 200),
    ],
)
async def test_how_we_are_is_told_to_this_machine_and_to_who_may_look(
    tmp_path: Path, metrics: str, forwarded: str | None, token: str | None, status: int
) -> None:
    async with serving(tmp_path, *TOWN, server=Server(port=0, metrics=metrics)) as served:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        if token:
            headers["Authorization"] = f"Bearer {served.tokens[token]}"
        for path in ("/metrics", "/readyz"):
            async with served.http.get(served.url + path, headers=headers) as answer:
                assert answer.status == status
        async with served.http.get(served.url + "/livez", headers=headers) as answer:
            assert answer.status == 200


@asynccontextmanager
async def nginx(folder: Path, upstream: int, port: int) -> AsyncIterator[None]:
    """Run nginx with the sample, its name, ports and files replaced, and nothing else."""
    certificate, key = make_certificate(folder)
    live = "/etc/letsencrypt/live/cau.example.vn"
    site = SAMPLE.read_text()
    for old, new in (
        (f"{live}/fullchain.pem", str(certificate)),
        (f"{live}/privkey.pem", str(key)),
        ("127.0.0.1:8080", f"127.0.0.1:{upstream}"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("cau.example.vn", "localhost"),
    ):
        assert old in site, old
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    scratch = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"user {getpass.getuser()}; daemon off; worker_processes 1;\n"
        f"pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{scratch}include {folder}/site.conf; }}\n"
    )
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert program is not None, "make test installs nginx-light"
    process = await asyncio.create_subprocess_exec(
        program, "-c", str(main), "-p", str(folder), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def until_open(port: int) -> None:
    """Return when something listens there."""
    async with asyncio.timeout(20):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return


async def test_the_sample_for_nginx_carries_pages_websockets_and_addresses(tmp_path: Path) -> None:
    port = free_port()
    public = f"https://localhost:{port}"
    server = Server(port=0, public_url=public, trusted_proxies=("127.0.0.1",))
    async with serving(tmp_path / "data", *TOWN, server=server) as served:
        credential = await served.enrol("MH-001")
        upstream = int(served.url.rpartition(":")[2])
        async with nginx(tmp_path, upstream, port):
            await until_open(port)
            trust = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
            connector = aiohttp.TCPConnector(ssl=trust)
            async with aiohttp.ClientSession(connector=connector) as http:
                await _pages(http, public)
                await _sockets(http, public, credential, served.tokens["viewer"])
                await _bodies(http, public, served.tokens["admin"])
                await _signs_in(http, public, served.tokens["host"])
                await _addresses(http, public)


async def _pages(http: aiohttp.ClientSession, public: str) -> None:
    async with http.get(public + "/wall") as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"]
    for path in ("/metrics", "/readyz"):
        async with http.get(public + path) as answer:
            assert answer.status == 404


async def _sockets(http: aiohttp.ClientSession, public: str, credential: str, viewer: str) -> None:
    bearer = {"Authorization": f"Bearer {credential}"}
    async with http.ws_connect(public + "/ws/agent", headers=bearer) as socket:
        hello = {"type": "hello", "versions": [1], "spool": "s" * 32, "software": "test"}
        await socket.send_json(hello)
        assert (await socket.receive_json())["type"] == "welcome"
    bearer = {"Authorization": f"Bearer {viewer}"}
    async with http.ws_connect(public + "/ws/watch", headers=bearer) as socket:
        assert (await socket.receive_json())["type"] == "snapshot"


async def _bodies(http: aiohttp.ClientSession, public: str, admin: str) -> None:
    """A roster as large as one may be passes the proxy; the coordinator judges it."""
    headers = {
        "Authorization": f"Bearer {admin}",
        "Content-Type": "application/octet-stream",
    }
    query = {"filename": "a.csv", "dry_run": "true"}
    for size, status in ((10 * 1024 * 1024, 200), (12 * 1024 * 1024, 413)):
        async with http.post(
            public + "/api/v1/roster", data=BytesIO(bytes(size)), headers=headers, params=query
        ) as answer:
            assert answer.status == status


async def _signs_in(http: aiohttp.ClientSession, public: str, token: str) -> None:
    headers = {"Origin": public}
    async with http.post(
        public + "/api/v1/signin", json={"token": token}, headers=headers
    ) as answer:
        assert answer.status == 204
        assert "__Host-nhipcau" in answer.cookies
    async with http.get(public + "/api/v1/me") as answer:
        assert (await answer.json())["role"] == "host"
    async with http.post(public + "/api/v1/signout", headers=headers) as answer:
        assert answer.status == 204


async def _addresses(http: aiohttp.ClientSession, public: str) -> None:
    """Whatever a caller writes, tries count for the address that nginx saw."""
    statuses = []
    for number in range(TRIES + 1):
        async with http.post(
            public + "/api/v1/signin",
            json={"token": "nct_0123456789abcdef_x"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ) as answer:
            statuses.append(answer.status)
    assert statuses == [401] * TRIES + [429]
