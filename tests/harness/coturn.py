"""A real coturn on loopback with the configuration we ship, changed where it says CHANGE."""

import asyncio
import datetime
import ipaddress
import re
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signaling.ice_server import TurnAccess

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "config" / "deploy" / "coturn" / "turnserver.conf"
SECRET = "a secret for one test only"
START_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Coturn:
    """A running coturn."""

    plain: int
    "Port of UDP and TCP."
    tls: int
    certificate: Path
    log: Path

    def access(self, *kinds: str) -> TurnAccess:
        """Return how it is told to clients: by ``udp``, ``tcp``, ``tls``."""
        urls = {
            "udp": f"turn:127.0.0.1:{self.plain}?transport=udp",
            "tcp": f"turn:127.0.0.1:{self.plain}?transport=tcp",
            "tls": f"turns:localhost:{self.tls}?transport=tcp",
        }
        return TurnAccess(urls=tuple(urls[kind] for kind in kinds), secret=SECRET)


@asynccontextmanager
async def coturn(allowed_peer: str = "127.0.0.1") -> AsyncIterator[Coturn]:
    """Run coturn until the context ends; it carries packets to one address only."""
    with tempfile.TemporaryDirectory(prefix="nc") as name:
        folder = Path(name)
        plain, tls = _free_ports(2)
        certificate, key = make_certificate(folder)
        changed = {
            "listening-ip": "127.0.0.1",
            "relay-ip": "127.0.0.1",
            "listening-port": str(plain),
            "tls-listening-port": str(tls),
            "cert": str(certificate),
            "pkey": str(key),
            "static-auth-secret": SECRET,
            "allowed-peer-ip": allowed_peer,
        }
        text = SAMPLE.read_text(encoding="utf-8")
        for option, value in changed.items():
            text, count = re.subn(rf"^{option}=.*$", f"{option}={value}", text, flags=re.MULTILINE)
            assert count == 1, option
        log = folder / "log"
        own = f"allow-loopback-peers\nuserdb={folder}/db\npidfile={folder}/pid\n"
        text = text.replace("\nsyslog\n", f"\nlog-file={log}\nsimple-log\nverbose\n")
        (folder / "conf").write_text(text + own, encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            "turnserver", "-c", str(folder / "conf"),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            for port in (plain, tls):
                await _wait_for(port)
            yield Coturn(plain=plain, tls=tls, certificate=certificate, log=log)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of ``localhost`` that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [taken.getsockname()[1] for taken in sockets]
    for taken in sockets:
        taken.close()
    return ports


async def _wait_for(port: int) -> None:
    async with asyncio.timeout(START_S):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return
