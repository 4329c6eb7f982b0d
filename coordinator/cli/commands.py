"""``nhipcau roster|session|point|user``: read and change the deployment."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from config.roster.report import ImportReport, report_lines
from config.settings import listening_url
from config.utc import format_utc, parse_utc

from .export import export_session
from .screen import EXIT_REFUSED, Data, Terminal, terminal_of

Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def add_commands(app: typer.Typer) -> None:
    """Add the groups of commands."""
    session.command("export")(export_session)
    for name, group in (
        ("roster", roster),
        ("session", session),
        ("point", point),
        ("user", user),
    ):
        app.add_typer(group, name=name)


roster = typer.Typer(help="Danh sách điểm cầu. / The roster of points.", no_args_is_help=True)
session = typer.Typer(help="Phiên sinh hoạt. / Sessions.", no_args_is_help=True)
point = typer.Typer(help="Điểm cầu và mã vào. / Points and joining codes.", no_args_is_help=True)
user = typer.Typer(help="Mã truy cập. / Access tokens.", no_args_is_help=True)


@roster.command("import")
def import_roster(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx hoặc .csv. / The file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem. / Change nothing.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Nhập danh sách điểm cầu hoặc đảng viên. / Import points or members."""
    terminal = terminal_of(context, data)
    try:
        content = file.read_bytes()
    except OSError as error:
        terminal.fail("no_file", file=file, text=error.strerror)
    query = {"filename": file.name, "dry_run": str(dry_run).lower()}
    answer = terminal.call("POST", "/api/v1/roster", data=content, query=query)
    applied = answer.pop("applied")
    if as_json:
        terminal.json(answer)
    else:
        told = msgspec.convert(answer, ImportReport)
        for line in report_lines(told, english=terminal.words.language == "en"):
            terminal.out.print(line, markup=False)
        key = "roster.applied" if applied else "roster.dry_run" if dry_run else "roster.refused"
        terminal.say(
            key,
            added=len(answer["added"]),
            changed=len(answer["changed"]),
            removed=len(answer["removed"]),
        )
    if any(problem["severity"] == "error" for problem in answer["problems"]):
        raise typer.Exit(EXIT_REFUSED)


@roster.command("list")
def list_roster(context: typer.Context, as_json: Json = False, data: Data = None) -> None:
    """Liệt kê các điểm cầu. / List the points."""
    terminal = terminal_of(context, data)
    points = terminal.call("GET", "/api/v1/points")["points"]
    if as_json:
        terminal.json(points)
        return
    for line in points:
        expected = line["attendance"]["expected"]
        terminal.say("roster.line", code=line["code"], name=line["name"], expected=expected)


@session.command("plan")
def plan_session(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="Tên phiên. / Title.")],
    start: Annotated[str, typer.Argument(help="2027-01-03T07:30:00+07:00")],
    chair: Annotated[str, typer.Option(help="Chủ trì. / Chair.")] = "",
    main_point: Annotated[str, typer.Option(help="Điểm cầu chính. / Main point.")] = "",
    data: Data = None,
) -> None:
    """Lập một phiên. / Plan a session."""
    terminal = terminal_of(context, data)
    body = {
        "title": title,
        "start_utc": _instant(terminal, start),
        "chair": chair or None,
        "main_point": main_point or None,
    }
    planned = terminal.call("POST", "/api/v1/sessions", body)
    terminal.say("session.planned", id=planned["id"], title=planned["title"], start=start)


@session.command("clone")
def clone_session(
    context: typer.Context,
    like: Annotated[str, typer.Argument(help="Mã của phiên trước. / The earlier session's id.")],
    start: Annotated[str, typer.Argument(help="2027-04-04T07:30:00+07:00")],
    title: Annotated[str, typer.Option(help="Tên phiên. / Title.")] = "",
    data: Data = None,
) -> None:
    """Lập một phiên giống phiên trước. / Plan a session like an earlier one."""
    terminal = terminal_of(context, data)
    body = {"start_utc": _instant(terminal, start), "title": title or None}
    planned = terminal.call("POST", f"/api/v1/sessions/{like}/clones", body)
    terminal.say("session.planned", id=planned["id"], title=planned["title"], start=start)


def _instant(terminal: Terminal, text: str) -> str:
    """Return a typed instant in UTC; one that cannot be read ends the command."""
    try:
        return format_utc(parse_utc(text))
    except ValueError as error:
        terminal.fail("bad_time", text=str(error))


@session.command("show")
def show_session(context: typer.Context, data: Data = None) -> None:
    """Xem phiên hiện tại. / Show the current session."""
    terminal = terminal_of(context, data)
    terminal.json(terminal.call("GET", "/api/v1/session"))


@session.command("list")
def list_sessions(context: typer.Context, data: Data = None) -> None:
    """Liệt kê các phiên. / List the sessions."""
    terminal = terminal_of(context, data)
    terminal.json(terminal.call("GET", "/api/v1/sessions")["sessions"])


@session.command("floor")
def give_floor(
    context: typer.Context,
    point: Annotated[
        str, typer.Argument(help="Mã điểm cầu; bỏ trống: kết thúc phát biểu. / Point.")
    ] = "",
    data: Data = None,
) -> None:
    """Mời một điểm cầu phát biểu. / Give the floor to a point, or take it back."""
    terminal = terminal_of(context, data)
    given = terminal.call("POST", "/api/v1/session/floor", {"point": point or None})["floor"]
    terminal.say("session.floor" if given else "session.floor_none", point=given)


@session.command("source")
def choose_source(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="auto, studio, studio-backup, point/MÃ, slate")],
    data: Data = None,
) -> None:
    """Chọn hình các điểm cầu thấy. / Choose what the halls see."""
    terminal = terminal_of(context, data)
    chosen = terminal.call("POST", "/api/v1/session/source", {"source": source})
    terminal.say("session.source", source=chosen["source"])


@point.command("code")
def issue_code(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Mã điểm cầu; bỏ trống: mã chung. / Point.")] = "",
    data: Data = None,
) -> None:
    """Cấp mã vào cho máy của một điểm cầu. / Issue a joining code."""
    terminal = terminal_of(context, data)
    issued = terminal.call("POST", "/api/v1/codes", {"point": code or None})
    terminal.say("point.code", code=issued["code"], point=code or "–", until=issued["expires_utc"])


@user.command("add")
def add_user(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên đăng nhập. / Login.")],
    role: Annotated[str, typer.Argument(help="admin, host, secretary, technician, viewer")],
    name: Annotated[str, typer.Argument(help="Họ tên. / Name.")],
    data: Data = None,
) -> None:
    """Lập hoặc sửa tài khoản và in liên kết đặt mật khẩu. / Enter an account, invite its owner."""
    terminal = terminal_of(context, data)
    body = {"login": login, "role": role, "name": name}
    _tell_invitation(terminal, terminal.call("POST", "/api/v1/users", body))


@user.command("invite")
def invite_user(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên đăng nhập. / Login.")],
    data: Data = None,
) -> None:
    """In một liên kết đặt mật khẩu mới. / Make a new link to set a password."""
    terminal = terminal_of(context, data)
    path = f"/api/v1/users/{_user_of(terminal, login)}/invitations"
    _tell_invitation(terminal, terminal.call("POST", path))


@user.command("remove")
def remove_user(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên đăng nhập. / Login.")],
    data: Data = None,
) -> None:
    """Xóa tài khoản; mọi trình duyệt của người đó bị thoát. / Remove an account."""
    terminal = terminal_of(context, data)
    terminal.call("DELETE", f"/api/v1/users/{_user_of(terminal, login)}")
    terminal.say("user.removed", login=login)


@user.command("list")
def list_users(context: typer.Context, data: Data = None) -> None:
    """Liệt kê các tài khoản. / List the accounts."""
    terminal = terminal_of(context, data)
    terminal.json(terminal.call("GET", "/api/v1/users")["users"])


def _user_of(terminal: Terminal, login: str) -> str:
    """Return the identity of an account; the API tells when there is none."""
    users = terminal.call("GET", "/api/v1/users")["users"]
    known = login.strip().lower()
    return next((str(user["id"]) for user in users if user["login"] == known), "none")


def _tell_invitation(terminal: Terminal, invited: dict[str, Any]) -> None:
    user = invited["user"]
    page = listening_url(terminal.settings()) + invited["page"]
    terminal.say(
        "user.invited",
        login=user["login"],
        role=user["role"],
        page=page,
        until=user["invited_until_utc"],
    )


@user.command("token")
def issue_token(
    context: typer.Context,
    role: Annotated[str, typer.Argument(help="admin, host, secretary, technician, viewer, …")],
    name: Annotated[str, typer.Argument(help="Của ai. / Whose.")],
    days: Annotated[float, typer.Option(help="Số ngày. / Days.")] = 100.0,
    data: Data = None,
) -> None:
    """Cấp mã truy cập cho một người hoặc chương trình. / Issue an access token."""
    terminal = terminal_of(context, data)
    issued = terminal.call("POST", "/api/v1/tokens", {"role": role, "name": name, "days": days})
    terminal.say("user.token", token=issued["token"], role=role, until=issued["expires_utc"])
