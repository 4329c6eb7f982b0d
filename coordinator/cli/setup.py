"""``nhipcau setup``: from nothing to a deployment that somebody can sign in to.

Writes the settings file, makes the data folder, enters the first administrator. Doing it again
changes only what is answered differently; an earlier file is kept beside the new one.
"""

import secrets
import sys
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import segno
import typer

from config.errors import BadSetting
from config.settings import Settings, listening_url, load

from .draft import RELAY_PORTS, Draft, Tree, settings_text, settled, udp_range
from .office import Office
from .screen import EXIT_USAGE, Data, Terminal, terminal_of

T = TypeVar("T", str, int, float, bool)
FILE = Path("nhipcau.toml")
UNIT = Path("/etc/systemd/system/nhipcau-relay.service")


@dataclass(kw_only=True)
class Interview:
    """Asks what no option answered; with ``--yes`` takes what it would have proposed."""

    terminal: Terminal
    yes: bool

    def ask(self, given: T | None, question: str, proposal: T) -> T:
        """Return an answer."""
        if given is not None:
            return given
        if self.yes:
            return proposal
        said = self.terminal.words.say(f"setup.ask.{question}")
        answer: T = (
            typer.confirm(said, default=proposal)
            if isinstance(proposal, bool)
            else typer.prompt(said, default=proposal)
        )
        return answer.strip() if isinstance(answer, str) else answer


def setup(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="Tên miền. / Public name.")] = None,
    proxy: Annotated[bool | None, typer.Option("--proxy/--no-proxy")] = None,
    certificate: Annotated[str | None, typer.Option(help="PEM.")] = None,
    key: Annotated[str | None, typer.Option(help="PEM.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    udp: Annotated[str | None, typer.Option(help="50000-50999")] = None,
    public_address: Annotated[str | None, typer.Option(help="NAT 1:1.")] = None,
    uplink_mbps: Annotated[float | None, typer.Option(min=1, help="Mbps lên. / Up.")] = None,
    backup: Annotated[str | None, typer.Option(help="Nơi sao lưu. / Folder of copies.")] = None,
    turn: Annotated[str | None, typer.Option(help="Tên máy chủ TURN. / Its name.")] = None,
    hotline: Annotated[str | None, typer.Option(help="Điện thoại kỹ thuật. / Telephone.")] = None,
    services: Annotated[bool | None, typer.Option("--services/--no-services")] = None,
    admin: Annotated[str | None, typer.Option(help="Tên đăng nhập. / Login.")] = None,
    admin_name: Annotated[str | None, typer.Option(help="Họ tên. / Name.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Không hỏi. / Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Thiết lập máy chủ lần đầu, hoặc sửa lại. / Set up this machine, or change it."""
    terminal = terminal_of(context, data)
    path = terminal.config or FILE
    asking = Interview(terminal=terminal, yes=yes)
    before = _before(terminal, path)
    known = _known(before)
    public_name = _name(terminal, asking.ask(name, "name", known["name"]))
    behind = asking.ask(proxy, "proxy", certificate is None and known["proxy"])
    draft = Draft(
        name=public_name,
        data=str((terminal.data or Path(known["data"])).absolute()),
        proxy=behind,
        certificate="" if behind else asking.ask(certificate, "certificate", known["certificate"]),
        key="" if behind else asking.ask(key, "key", known["key"]),
        port=asking.ask(port, "port", known["port"] or (8080 if behind else 443)),
        udp=_udp(terminal, asking.ask(udp, "udp", known["udp"])),
        public_address=asking.ask(public_address, "public_address", known["public_address"]),
        uplink_mbps=asking.ask(uplink_mbps, "uplink_mbps", known["uplink_mbps"]),
        backup=asking.ask(backup, "backup", known["backup"]),
        turn=asking.ask(turn, "turn", known["turn"]),
        hotline=asking.ask(hotline, "hotline", known["hotline"]),
        services=UNIT.exists() if services is None else services,
    )
    if draft.turn:
        draft = replace(draft, turn_secret=known["secret"] or secrets.token_hex(24))
    _write(terminal, path, settled(draft, before), yes=yes)
    terminal.config, terminal.data = path, None
    settings = terminal.settings()
    terminal.say("setup.data", folder=terminal.folder(settings).path)
    _first_admin(asking, admin, admin_name)
    _tell_next(terminal, settings, draft)


def _before(terminal: Terminal, path: Path) -> Tree:
    """Return what the file says now; one that cannot be read is not thrown away."""
    if not path.exists():
        return {}
    try:
        load(path, {})
    except BadSetting as error:
        terminal.fail("bad_setting", EXIT_USAGE, source=path, key=error.key, text=error.text)
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _known(before: Tree) -> dict[str, Any]:
    """Return the proposals: what the file says, else what most deployments need."""
    server, media = before.get("server", {}), before.get("media", {})
    turn_url = next(iter(before.get("turn", {}).get("urls", [])), "")
    low, high = media.get("port_min") or RELAY_PORTS[0], media.get("port_max") or RELAY_PORTS[1]
    return {
        "name": server.get("public_url", "").partition("://")[2].rstrip("/"),
        "proxy": not server.get("tls_certificate"),
        "certificate": server.get("tls_certificate", ""),
        "key": server.get("tls_key", ""),
        "port": server.get("port", 0),
        "udp": f"{low}-{high}",
        "public_address": media.get("public_address", ""),
        "uplink_mbps": float(media.get("uplink_mbps", 100.0)),
        "backup": before.get("backup", {}).get("folder", ""),
        "turn": turn_url.split(":")[1] if turn_url else "",
        "secret": before.get("turn", {}).get("secret", ""),
        "hotline": before.get("help", {}).get("hotline", ""),
        "data": before.get("data", "data"),
    }


def _name(terminal: Terminal, typed: str) -> str:
    """Return a public name without what people put around it; none ends the command."""
    name = typed.partition("://")[2] if "://" in typed else typed
    name = name.strip().strip("/")
    if not name or "/" in name or " " in name:
        terminal.fail("setup.no_name", EXIT_USAGE, name=typed)
    return name


def _udp(terminal: Terminal, typed: str) -> tuple[int, int]:
    try:
        return udp_range(typed)
    except ValueError as error:
        terminal.fail("setup.no_range", EXIT_USAGE, text=str(error))


def _write(terminal: Terminal, path: Path, tree: Tree, *, yes: bool) -> None:
    """Write the file; an earlier one is shown the door only when that is wanted."""
    text = settings_text(tree, terminal.words.say("setup.heading"))
    earlier = path.read_text(encoding="utf-8") if path.exists() else None
    if text == earlier:
        terminal.say("setup.unchanged", file=path)
        return
    if earlier is not None and not yes:
        terminal.out.print(text, markup=False)
        if not typer.confirm(terminal.words.say("setup.ask.replace", file=path)):
            terminal.fail("setup.kept", file=path)
    _put(terminal, path, text, earlier)
    terminal.say("setup.written", file=path.absolute())
    terminal.out.print(text, markup=False)


def _put(terminal: Terminal, path: Path, text: str, earlier: str | None) -> None:
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch(mode=0o600)  # The secret of TURN stands in it.
        fresh.write_text(text, encoding="utf-8")
        load(fresh, {})
        if earlier is not None:
            stamp = time.strftime("%Y%m%dT%H%M%S")
            path.rename(path.with_name(f"{path.name}.{stamp}"))
        fresh.replace(path)
    except BadSetting as error:
        fresh.unlink()
        terminal.fail("bad_setting", EXIT_USAGE, source=path, key=error.key, text=error.text)
    except OSError as error:
        terminal.fail("setup.no_write", file=path, text=error.strerror or str(error))


def _first_admin(asking: Interview, login: str | None, name: str | None) -> None:
    """Enter an administrator and print the invitation, unless one has a password already."""
    terminal = asking.terminal

    async def look(office: Office) -> Any:
        return (await office.call("GET", "/api/v1/users"))["users"]

    admins = [user for user in terminal.run(look) if user["role"] == "admin"]
    able = next((user["login"] for user in admins if user["has_password"]), None)
    if able is not None:
        terminal.say("setup.admin_known", login=able)
        return
    invited = admins[0] if admins else {"login": "admin", "name": "admin"}
    body = {
        "login": asking.ask(login, "admin", str(invited["login"])),
        "name": asking.ask(name, "admin_name", str(invited["name"])),
        "role": "admin",
    }

    async def enter(office: Office) -> Any:
        return await office.call("POST", "/api/v1/users", body)

    made = terminal.run(enter)
    page = listening_url(terminal.settings()) + made["page"]
    until = made["user"]["invited_until_utc"]
    terminal.say("user.invited", login=body["login"], role="admin", page=page, until=until)


def _tell_next(terminal: Terminal, settings: Settings, draft: Draft) -> None:
    """Say what is left to do, and how to see from outside that it works."""
    terminal.say("setup.start.services" if draft.services else "setup.start.by_hand")
    if draft.proxy:
        terminal.say("setup.proxy", port=draft.port)
    if draft.turn:
        terminal.say("setup.turn", name=draft.turn, secret=draft.turn_secret)
    page = f"{listening_url(settings)}/signin"
    terminal.say("setup.outside", page=page, low=draft.udp[0], high=draft.udp[1])
    if terminal.out.is_terminal:
        segno.make(page).terminal(out=sys.stdout, border=2, compact=True)
