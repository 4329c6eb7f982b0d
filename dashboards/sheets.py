"""``/hall/sheets``: the sheets of all points, for whoever may admit devices.

A printed code cannot be read back (only its hash is kept), so every printing issues new ones;
those before hold until they expire or are revoked.
"""

import time

from aiohttp import web

from config.utc import format_utc
from config.words import Words
from coordinator.access import PRINTED_CODE_LENGTH, TYPED_CODE_LENGTH, Secret, new_code
from coordinator.api.context import Context
from coordinator.api.problem import ProblemRaised
from coordinator.api.route import authorize
from coordinator.fact import CodeIssued
from coordinator.policy import Action
from signaling.schema import DeviceRole

from .clock import day
from .pages import HERE
from .sheet_page import Door, Sheet, order_page, sheets_page

PATH = "/hall/sheets"
ROLES = (DeviceRole.SCREEN, DeviceRole.PHONE)
MAX_DAYS = 400
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # A form's answer names our origin only under this policy.
    "Referrer-Policy": "same-origin",
}


def sheet_routes(context: Context) -> list[web.RouteDef]:
    """Return the routes of the sheets."""

    async def ask(request: web.Request) -> web.Response:
        try:
            authorize(request, Action.ADMIT)
        except ProblemRaised as raised:
            if raised.code != "unauthorized":
                raise
            raise web.HTTPSeeOther(f"/signin?next={PATH}") from raised
        return _page(order_page(_words(request), len(context.runtime.state.points)))

    async def make(request: web.Request) -> web.Response:
        caller = authorize(request, Action.ADMIT)
        days = _days(str((await request.post()).get("days", "")))
        until_s = time.time() + days * 86_400
        printed, typed = new_code(PRINTED_CODE_LENGTH), new_code(TYPED_CODE_LENGTH)
        facts = [_issued(secret, until_s) for secret in (printed, typed)]
        await context.runtime.change(facts, actor=caller.actor)
        session = context.runtime.state.session
        door = Door(
            base=context.public_url or f"{request.scheme}://{request.host}",
            printed=printed.text,
            typed=typed.text,
            hotline=context.hotline,
            title=session.title if session else "",
            until=day(until_s),
        )
        points = context.runtime.state.points
        sheets = [Sheet(code=p.code, name=p.name, unit=p.unit) for _, p in sorted(points.items())]
        return _page(sheets_page(_words(request), door, sheets))

    return [web.get(PATH, ask), web.post(PATH, make)]


def _issued(secret: Secret, until_s: float) -> CodeIssued:
    return CodeIssued(
        code=secret.id,
        hash=secret.hash,
        roles=ROLES,
        point=None,
        single_use=False,
        expires_utc=format_utc(until_s),
    )


def _days(typed: str) -> int:
    """Return how many days the codes hold."""
    digits = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MAX_DAYS))
    if not digits or not 0 < int(typed) <= MAX_DAYS:
        raise ProblemRaised("invalid", f"1 to {MAX_DAYS} days")
    return int(typed)


def _words(request: web.Request) -> Words:
    return Words(HERE / "locale", "en" if request.query.get("lang") == "en" else "vi")


def _page(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=HEADERS)
