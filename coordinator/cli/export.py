"""``nhipcau session export``: attendance and the calendar as files."""

from pathlib import Path
from typing import Annotated

import typer

from .office import Office
from .screen import Data, terminal_of

FILES = {
    ".xlsx": "/api/v1/session/attendance.xlsx",
    ".csv": "/api/v1/session/attendance.csv",
    ".json": "/api/v1/session/attendance.json",
    ".ics": "/api/v1/calendar.ics",
}


def export_session(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx, .csv, .json, .ics. / The file.")],
    session: Annotated[str, typer.Option(help="Mã phiên. / The session's id.")] = "",
    data: Data = None,
) -> None:
    """Xuất số liệu điểm danh, hoặc lịch. / Save attendance, or the calendar."""
    terminal = terminal_of(context, data)
    path = FILES.get(file.suffix.lower())
    if path is None:
        terminal.fail("attendance.format", file=file)
    query = {"session": session} if session else {}
    query["lang"] = terminal.words.language

    async def act(office: Office) -> bytes:
        return await office.fetch(path, query)

    content = terminal.run(act)
    try:
        file.write_bytes(content)
    except OSError as error:
        terminal.fail("attendance.not_saved", file=file, text=error.strerror)
    terminal.say("attendance.saved", file=file)
