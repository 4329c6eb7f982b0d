"""What ``nhipcau setup`` was answered, as the text of a settings file. Pure: no I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Tree = dict[str, Any]
"A settings file: values, and sections of values."

RELAY_PORTS = (50_000, 50_999)
"A socket for each viewer: 226 halls, their phones, and room to come back."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The answers. Empty text: not wanted."""

    name: str
    "As halls type it: cau.example.vn, or with a port."
    data: str
    proxy: bool = True
    "HTTPS is spoken by a proxy on this machine; else by ourselves."
    certificate: str = ""
    key: str = ""
    port: int = 8080
    udp: tuple[int, int] = RELAY_PORTS
    public_address: str = ""
    uplink_mbps: float = 100.0
    "Of this machine's line upwards."
    backup: str = ""
    turn: str = ""
    "Name of the TURN server."
    turn_secret: str = ""
    hotline: str = ""
    services: bool = False
    "Relay and judge are services of their own."


def udp_range(text: str) -> tuple[int, int]:
    """Return a typed range of ports.

    Raises:
        ValueError: If it is none, or leaves less than 100 ports.

    """
    first, _, last = text.partition("-")
    low, high = int(first), int(last)
    if not (low >= 1024 and high <= 65_535 and high - low >= 99):
        raise ValueError(f"{text}: at least 100 ports between 1024 and 65535")
    return low, high


def settled(draft: Draft, before: Mapping[str, Any]) -> Tree:
    """Return the settings: the answers laid over what the file said before.

    What was not asked for stays as it was.
    """
    tree: Tree = {key: dict(v) if isinstance(v, dict) else v for key, v in before.items()}
    tree["data"] = draft.data
    tree.setdefault("server", {}).update(_server(draft))
    media = {"port_min": draft.udp[0], "port_max": draft.udp[1]}
    tree.setdefault("media", {}).update(
        media,
        public_address=draft.public_address,
        uplink_mbps=draft.uplink_mbps,
        start_relay=not draft.services,
        start_judge=not draft.services,
    )
    tree.setdefault("turn", {}).update(urls=turn_urls(draft.turn), secret=draft.turn_secret)
    tree.setdefault("backup", {}).update(folder=draft.backup)
    tree.setdefault("help", {}).update(hotline=draft.hotline)
    return tree


def turn_urls(name: str) -> list[str]:
    """Return the ways to a TURN server, as ``config/deploy/coturn`` serves them."""
    if not name:
        return []
    return [
        f"turn:{name}:3478?transport=udp",
        f"turn:{name}:3478?transport=tcp",
        f"turns:{name}:443?transport=tcp",
    ]


def settings_text(tree: Tree, heading: str) -> str:
    """Return a settings file; what stands below no section comes first."""
    lines = [f"# {line}" for line in heading.splitlines()]
    lines += [f"{k} = {_value(v)}" for k, v in tree.items() if not isinstance(v, dict)]
    for section, values in tree.items():
        if isinstance(values, dict):
            lines += ["", f"[{section}]", *(f"{k} = {_value(v)}" for k, v in values.items())]
    return "\n".join(lines) + "\n"


def _server(draft: Draft) -> Tree:
    if draft.proxy:
        return {
            "host": "127.0.0.1",
            "port": draft.port,
            "tls_certificate": "",
            "tls_key": "",
            "public_url": f"https://{draft.name}",
            "trusted_proxies": ["127.0.0.1"],
        }
    return {
        "host": "0.0.0.0",
        "port": draft.port,
        "tls_certificate": draft.certificate,
        "tls_key": draft.key,
        "public_url": _own_url(draft),
        "trusted_proxies": [],
    }


def _own_url(draft: Draft) -> str:
    named = ":" in draft.name or draft.port == 443
    return f"https://{draft.name}" if named else f"https://{draft.name}:{draft.port}"


def _value(value: Any) -> str:
    """Return a value as TOML; a JSON string is one, but for DEL, which TOML wants escaped."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
