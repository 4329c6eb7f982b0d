"""Importing a roster over HTTP: all or nothing, and again is a diff."""

import asyncio

import msgspec

from config.roster.members import MembersReading
from config.roster.recount import listed_members
from config.roster.report import ImportReport, report
from config.roster.source import read_roster

from .. import roster as rules
from ..attendance.fact import PersonForgotten
from ..attendance.member import list_branch
from ..fact import Fact
from ..policy import Action
from ..roster_entry import compare_with, entered, point_row
from ..runtime import Personal
from .context import CONTEXT
from .route import Call, Route

MAX_FILE_BYTES = 10 * 1024 * 1024


class ImportAnswer(ImportReport, frozen=True, kw_only=True):
    """What the import does or would do, and whether it was done."""

    applied: bool


async def import_roster(call: Call) -> ImportAnswer:
    """Compare a file with the roster, and take it over unless an error or a dry run forbids."""
    query = call.request.query
    dry_run = query.get("dry_run", "false") == "true"
    context, runtime = call.request.app[CONTEXT], call.runtime
    # A large workbook takes seconds to read; the halls' words must not wait for it.
    reading = await asyncio.to_thread(
        read_roster, call.body, query.get("filename", ""), names=context.names_allowed
    )
    personal = Personal()
    change = compare_with(runtime.state, runtime.people, reading)
    applied = change.allowed and not dry_run
    if applied:
        points = entered(runtime.state, runtime.people, change, personal.add_person)
        removed = [str(point.code) for point in change.removed]
        facts: list[Fact] = rules.change(runtime.state, points, removed)
        await runtime.change(facts, actor=call.caller.actor, personal=personal)
        if isinstance(reading, MembersReading):
            await _list_members(call, reading)
    values = msgspec.structs.asdict(report(change))
    return ImportAnswer(applied=applied, **values)


async def _list_members(call: Call, reading: MembersReading) -> None:
    """Keep who the members are; a file read without names lists nobody."""
    runtime, personal = call.runtime, Personal()
    points = [point_row(point, runtime.people) for point in runtime.state.points.values()]
    facts: list[Fact] = []
    for place, rows in listed_members(points, reading).items():
        facts += list_branch(runtime.state, runtime.people, place, rows, personal.add_member)
    gone = [ref for fact in facts if isinstance(fact, PersonForgotten) for ref in fact.refs]
    personal.forgotten = tuple(gone)
    await runtime.change(facts, actor=call.caller.actor, personal=personal)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/roster",
        handler=import_roster,
        summary="Import a roster (.xlsx or .csv), or see what importing it would do",
        action=Action.PLAN,
        binary=True,
        max_body_bytes=MAX_FILE_BYTES,
        query={"dry_run": "boolean", "filename": "string"},
        answer=ImportAnswer,
        problems=("code_reused", "unknown_point"),
    ),
)
