"""What an operator sets: one TOML file, each key also as an environment variable.

``NHIPCAU_SERVER__PORT=8443`` wins over ``[server] port`` in the file. A bad value is named by
its key, and nothing is guessed.
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

import msgspec

from .errors import BadSetting

PREFIX = "NHIPCAU_"
NOT_SETTINGS = ("NHIPCAU_LANG",)
"Read elsewhere: the language of the command line."
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
ICE_URI = r"^(stuns?|turns?):[][A-Za-z0-9._:?=-]+$"
Ratio = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the sections: an unknown key is a typing error, so it is refused."""


class Server(Section, frozen=True, kw_only=True):
    """Where the coordinator listens."""

    host: str = "127.0.0.1"
    "Anything but localhost needs HTTPS: camera, microphone and cookies do not work without."
    port: Port = 8080
    tls_certificate: str = ""
    "PEM file; empty behind a proxy that speaks HTTPS."
    tls_key: str = ""
    public_url: str = ""
    "How halls reach us, e.g. https://cau.example.vn; empty: the address we listen on."
    trusted_proxies: tuple[str, ...] = ()
    "Addresses or networks of our own proxies: their X-Forwarded-For names the caller."
    metrics: Annotated[str, msgspec.Meta(pattern="^(local|all)$")] = "local"
    "Who may read /metrics and /readyz without a token: this machine, or everybody."

    def __post_init__(self) -> None:
        """See that the proxies are addresses."""
        for proxy in self.trusted_proxies:
            ip_network(proxy)


class Media(Section, frozen=True, kw_only=True):
    """The relay."""

    codec: Annotated[str, msgspec.Meta(pattern="^(h264|vp8)$")] = "h264"
    address: str = ""
    "The one local address media uses; empty: every address of the machine."
    public_address: str = ""
    "What halls are told behind a 1:1 NAT."
    loopback: bool = False
    "Allow addresses of this machine only; for the demo and tests."
    start_relay: bool = True
    "Whether the coordinator starts the relay; false where a service manager does."
    start_judge: bool = True
    "Likewise the judge, which says who really gets the programme."
    port_min: Port = 0
    "Range of UDP ports; 0: the system's choice."
    port_max: Port = 0
    uplink_mbps: Annotated[float, msgspec.Meta(ge=1, le=100_000)] = 100
    """Of this machine's line upwards. All that leaves stays within 85 % of it; pictures are
    chosen to fit, sound is never given up."""


class Turn(Section, frozen=True, kw_only=True):
    """A TURN server for halls whose network lets no UDP through (config/deploy/coturn)."""

    urls: tuple[Annotated[str, msgspec.Meta(pattern=ICE_URI)], ...] = ()
    "As clients are told them: turn:…?transport=udp, turns:…:443?transport=tcp; also stun:…"
    secret: str = ""
    "The TURN server's static-auth-secret; at least 16 characters."
    ttl_s: Annotated[int, msgspec.Meta(ge=60, le=86_400)] = 3600
    "How long a credential opens new allocations."

    def __post_init__(self) -> None:
        """See that TURN can be used as it is set."""
        if any(url.startswith("turn") for url in self.urls) and len(self.secret) < 16:
            raise ValueError("a secret of at least 16 characters is needed")


class Go(Section, frozen=True, kw_only=True):
    """What the go/no-go board asks for."""

    ready_ratio: Ratio = 0.9
    reported_ratio: Ratio = 0.9
    critical_points: tuple[str, ...] = ()
    "Codes of points without which the session does not start, besides the main one."


class Attendance(Section, frozen=True, kw_only=True):
    """Roll calls."""

    rolls: Annotated[int, msgspec.Meta(ge=1, le=9)] = 2
    "How many roll calls a session usually has."
    lines: Annotated[tuple[Ratio, ...], msgspec.Meta(min_length=1, max_length=5)] = (1.0, 0.9)
    "Shares of those expected that are asked for."


class Calendar(Section, frozen=True, kw_only=True):
    """The sessions that are expected but not planned yet, for people's calendars."""

    rule: Annotated[str, msgspec.Meta(max_length=200)] = "FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1SU"
    "RRULE of RFC 5545; the default is the first Sunday of each quarter. Empty: none."
    time: Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "07:30"
    "When they start, by the clock of Asia/Ho_Chi_Minh."
    minutes: Annotated[int, msgspec.Meta(ge=5, le=1440)] = 150
    "How long a session takes."
    title: str = "Giờ sinh hoạt toàn Đảng bộ"


class Privacy(Section, frozen=True, kw_only=True):
    """Personal data. Counts are enough by default."""

    names: bool = False
    "Whether members' names are stored."
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 400
    "How long names, telephones and free texts of a closed session are kept."


class Backup(Section, frozen=True, kw_only=True):
    """Copies of the journal."""

    folder: str = ""
    "Best on another disk; empty: ``backup`` in the data folder."
    every_minutes: Annotated[float, msgspec.Meta(ge=1, le=1440)] = 10.0
    "From an hour before a session until it is closed; on other days one a day."
    keep: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 100


class Webhook(Section, frozen=True, kw_only=True):
    """Programs that are told of alarms, as Alertmanager tells them (webhook version 4)."""

    urls: tuple[Annotated[str, msgspec.Meta(pattern="^https?://")], ...] = ()
    "Where to post; what is told is also at GET /api/v1/alerts."
    token: str = ""
    "Sent to them as ``Authorization: Bearer``; empty: nothing is."


class Help(Section, frozen=True, kw_only=True):
    """Whom a hall calls."""

    hotline: Annotated[str, msgspec.Meta(max_length=40)] = ""
    "Telephone of the technicians, on the sheets and the pages of the halls."


class Log(Section, frozen=True, kw_only=True):
    """What is written about the run."""

    level: Annotated[str, msgspec.Meta(pattern="^(debug|info|warning|error)$")] = "info"


class Settings(Section, frozen=True, kw_only=True):
    """All settings."""

    data: str = "data"
    "Folder of everything a deployment must back up."
    server: Server = Server()
    media: Media = Media()
    turn: Turn = Turn()
    go: Go = Go()
    attendance: Attendance = Attendance()
    calendar: Calendar = Calendar()
    privacy: Privacy = Privacy()
    backup: Backup = Backup()
    webhook: Webhook = Webhook()
    help: Help = Help()
    log: Log = Log()


def listening_url(settings: Settings) -> str:
    """Return the address people use."""
    server = settings.server
    if server.public_url:
        return server.public_url.rstrip("/")
    scheme = "https" if server.tls_certificate else "http"
    return f"{scheme}://{server.host}:{server.port}"


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of a file (None: the defaults) with the environment over them.

    Raises:
        BadSetting: Names the file or variable, the key, and what is wrong with it.

    """
    tree = _read(path) if path is not None else {}
    sources = _overlay(tree, environ)
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        key, text = _place(str(error))
        source = sources.get(key) or (str(path) if path else "defaults")
        raise BadSetting(source, key, text) from error


def from_process(path: Path | None) -> Settings:
    """Return the settings of a file with this process's environment over them."""
    return load(path, os.environ)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(str(path), "", str(error)) from error


def _overlay(tree: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Lay the environment over the file's tree; return which variable set which key."""
    sources: dict[str, str] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        parts = variable.removeprefix(PREFIX).lower().split("__")
        node = tree
        for part in parts[:-1]:
            inner = node.setdefault(part, {})
            if not isinstance(inner, dict):
                raise BadSetting(variable, part, "is a value, not a section")
            node = inner
        node[parts[-1]] = _value(variable, parts[-1], value)
        sources[".".join(parts)] = variable
    return sources


def _value(variable: str, key: str, text: str) -> Any:
    """Return a variable's value; a list is written as in the file."""
    if not text.startswith("["):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(variable, key, str(error)) from error


def _place(message: str) -> tuple[str, str]:
    """Split msgspec's ``text - at `$.server.port```, into the key and the text."""
    text, _, path = message.partition(" - at `$")
    key = path.strip("`").lstrip(".")
    if "unknown field" in text:
        name = text.split("`")[1]
        key = f"{key}.{name}" if key else name
    return key, text
