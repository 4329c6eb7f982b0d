"""Attendance and the calendar as files, at any time."""

import msgspec
from aiohttp import web

from config.words import Words

from ..calendar import calendar
from ..policy import Action
from .attendance import attendance_answer
from .context import CONTEXT, LOCALE
from .route import Call, Route
from .sitting import QUERY, session_of
from .table import branch_table, tables
from .workbook import text_file, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_QUERY = {**QUERY, "lang": "string"}


async def read_workbook(call: Call) -> web.Response:
    """Answer the workbook."""
    await call.runtime.settled()
    session = session_of(call)
    body = workbook(tables(attendance_answer(call, session), _words(call)))
    return _file(body, XLSX, f"diem-danh-{session.id}.xlsx")


async def read_text(call: Call) -> web.Response:
    """Answer the table of branches as text with commas."""
    await call.runtime.settled()
    session = session_of(call)
    body = text_file(branch_table(attendance_answer(call, session), _words(call)))
    return _file(body, "text/csv", f"diem-danh-{session.id}.csv", charset="utf-8")


async def read_json(call: Call) -> web.Response:
    """Answer the sums as a file for programs."""
    await call.runtime.settled()
    session = session_of(call)
    body = msgspec.json.format(msgspec.json.encode(attendance_answer(call, session)), indent=2)
    return _file(body, "application/json", f"diem-danh-{session.id}.json")


async def read_calendar(call: Call) -> web.Response:
    """Answer the sessions for people's calendars; nothing in it is personal."""
    await call.runtime.settled()
    runtime = call.runtime
    expected = call.request.app[CONTEXT].expected
    body = calendar(runtime.state.sessions.values(), expected, runtime.now_utc())
    return _file(body, "text/calendar", "sinh-hoat.ics", charset="utf-8")


def _words(call: Call) -> Words:
    language = "en" if call.request.query.get("lang") == "en" else "vi"
    return Words(LOCALE, language)


def _file(body: bytes, kind: str, name: str, charset: str | None = None) -> web.Response:
    return web.Response(
        body=body,
        content_type=kind,
        charset=charset,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/session/attendance.xlsx",
        handler=read_workbook,
        summary="Attendance as a workbook",
        action=Action.LOOK,
        query=FILE_QUERY,
        problems=("no_session", "unknown_session"),
    ),
    Route(
        method="GET",
        path="/api/v1/session/attendance.csv",
        handler=read_text,
        summary="Attendance by branch as CSV",
        action=Action.LOOK,
        query=FILE_QUERY,
        problems=("no_session", "unknown_session"),
    ),
    Route(
        method="GET",
        path="/api/v1/session/attendance.json",
        handler=read_json,
        summary="Attendance as a JSON file",
        action=Action.LOOK,
        query=QUERY,
        problems=("no_session", "unknown_session"),
    ),
    Route(
        method="GET",
        path="/api/v1/calendar.ics",
        handler=read_calendar,
        summary="Planned and expected sessions as a calendar",
        action=None,
    ),
)
