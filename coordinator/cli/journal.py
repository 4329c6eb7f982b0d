"""``nhipcau journal|backup|restore``: the journal as a file, its copies, and the way back."""

import contextlib
import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from config.folder import DataFolder
from config.utc import format_utc

from ..backup import Verified, restore, verify
from ..chain import Chain
from ..errors import CoordinatorError
from ..fact import encode_fact
from ..journal import DataLock, open_to_read, read_rows
from .screen import Data, Terminal, terminal_of

journal = typer.Typer(help="Sổ nhật ký. / The journal.", no_args_is_help=True)

File = Annotated[
    Path | None, typer.Argument(help="Bỏ trống: sổ của thư mục dữ liệu. / A journal or a copy.")
]


def add_journal_commands(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(journal, name="journal")
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)


@journal.command("verify")
def verify_journal(context: typer.Context, file: File = None, data: Data = None) -> None:
    """Đọc và đối chiếu từng dòng của sổ. / Read every row and check the chain."""
    terminal = terminal_of(context, data)
    try:
        found = verify(file or _folder(terminal).journal)
    except CoordinatorError as error:
        terminal.fail_of(error.code, str(error))
    _tell(terminal, "journal.whole", found)


@journal.command("export")
def export_journal(context: typer.Context, file: File = None, data: Data = None) -> None:
    """In các dòng của sổ, mỗi dòng một JSON, không có họ tên. / Print the rows, without names."""
    terminal = terminal_of(context, data)
    chain, encoder = Chain(), msgspec.json.Encoder()
    try:
        with contextlib.closing(open_to_read(file or _folder(terminal).journal)) as db:
            for row in read_rows(db, chain):
                line = {
                    "n": row.n,
                    "session": row.session,
                    "kind": row.fact.KIND,
                    "v": row.fact.V,
                    "utc": row.utc,
                    "actor": row.actor,
                    "origin": row.origin,
                    "body": msgspec.Raw(encode_fact(row.fact)),
                    "hash": chain.hash.hex(),
                }
                typer.echo(encoder.encode(line).decode())
    except CoordinatorError as error:
        terminal.fail_of(error.code, str(error))


def backup_command(context: typer.Context, data: Data = None) -> None:
    """Sao lưu sổ ngay, cả khi máy chủ đang chạy. / Copy the journal now."""
    terminal = terminal_of(context, data)
    made = terminal.call("POST", "/api/v1/backups")
    terminal.say("backup.made", file=made["file"], rows=made["rows"], utc=made["last_utc"] or "–")


def restore_command(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="Bản sao lưu. / The copy.")],
    data: Data = None,
) -> None:
    """Khôi phục từ bản sao lưu; máy chủ phải đang dừng. / Put a copy in the journal's place."""
    terminal = terminal_of(context, data)
    folder = _folder(terminal)
    lock = DataLock(folder.path)
    try:
        lock.take()
        found = restore(copy, folder.journal, format_utc(time.time()))
    except CoordinatorError as error:
        terminal.fail_of(error.code, str(error))
    except OSError as error:
        terminal.fail("no_file", file=error.filename or copy, text=error.strerror or str(error))
    finally:
        lock.free()
    _tell(terminal, "backup.restored", found)


def _folder(terminal: Terminal) -> DataFolder:
    return terminal.folder(terminal.settings())


def _tell(terminal: Terminal, sentence: str, found: Verified) -> None:
    terminal.say(
        sentence,
        file=found.path,
        rows=found.rows,
        utc=found.last_utc or "–",
        hash=found.hash[:16],
    )
