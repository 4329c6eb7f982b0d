"""``/hall/plain``: join, check in and count by plain forms, for browsers that run no script.

The device is a phone like any other: it joins by the same code and its entries take the same
way, under ids of their own. Its credential lies in a cookie that no script can read.
"""

import secrets
import time
from typing import Protocol
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from config.utc import format_utc
from config.words import Words
from coordinator.access import Principal, code_hash, identify
from coordinator.api.context import Context
from coordinator.api.device import JoinRequest, guarded, let_in
from coordinator.api.problem import ProblemRaised
from coordinator.api.route import address_of, exact_origin, read_body
from coordinator.attendance.roll import rolls_of
from coordinator.device import points_of
from coordinator.errors import Refused
from coordinator.policy import Action
from signaling.messages import FactAcked, FactEnter
from signaling.schema import DeviceRole, RollStage

from .pages import WORDS
from .plain_form import BadForm, Typed, read_form
from .plain_page import Choice, Form, count_page, join_page, point_page

PATH = "/hall/plain"
COOKIE = "nhipcau-hall"
COOKIE_DAYS = 100
MAX_BODY_BYTES = 64 * 1024


class Desk(Protocol):
    """Where entries are recorded."""

    async def record(self, device: str, point: str, message: FactEnter) -> FactAcked:
        """Record an entry; a repeat gets its first receipt."""
        ...


def plain_routes(context: Context, desk: Desk) -> list[web.RouteDef]:
    """Return the routes of the plain forms."""
    forms = _Forms(context, desk)
    return [
        web.get(PATH, forms.show),
        web.post(PATH, forms.enter),
        web.post(f"{PATH}/code", forms.find),
        web.post(f"{PATH}/join", forms.join),
    ]


class _Forms:
    def __init__(self, context: Context, desk: Desk) -> None:
        self._context = context
        self._desk = desk
        self._cookie = f"__Host-{COOKIE}" if context.secure else COOKIE

    async def show(self, request: web.Request) -> web.Response:
        """Show what is next: joining, or counting."""
        words, caller = _words(request), self._caller(request)
        if caller is None:
            return _page(join_page(words))
        return _page(count_page(words, self._form(request, caller)))

    async def find(self, request: web.Request) -> web.Response:
        """Take a code; show the points it opens."""
        words, typed = _words(request), await _typed(request)
        code, state = typed.get("code", ""), self._context.runtime.state
        try:
            with guarded(self._context, address_of(request)):
                codes = points_of(state, code_hash(code), time.time())
        except (Refused, ProblemRaised) as refusal:
            return _page(join_page(words, fault=refusal.code), 403)
        points = [state.points[one] for one in codes]
        choices = [Choice(code=p.code, name=p.name, unit=p.unit) for p in points]
        return _page(point_page(words, code, choices, secrets.token_hex(16)))

    async def join(self, request: web.Request) -> web.Response:
        """Let the device in, and remember it in a cookie."""
        if _foreign(request):
            return _page(join_page(_words(request), fault="bad_origin"), 403)
        typed = await _typed(request)
        body = JoinRequest(
            code=typed.get("code", "")[:2_000],
            role=DeviceRole.PHONE,
            point=typed.get("point") or None,
            name="plain",
        )
        attempt, address = typed.get("attempt", "")[:200], address_of(request)
        try:
            joined = await let_in(self._context, body, attempt=attempt, address=address)
        except (Refused, ProblemRaised) as refusal:
            return _page(join_page(_words(request), fault=refusal.code), 403)
        answer = web.Response(status=303, headers={"Location": PATH})
        answer.set_cookie(
            self._cookie,
            joined.credential,
            max_age=COOKIE_DAYS * 86_400,
            path="/",
            secure=self._context.secure,
            httponly=True,
            samesite="Strict",
        )
        return answer

    async def enter(self, request: web.Request) -> web.Response:
        """Record what was typed, then show its receipt."""
        words, caller = _words(request), self._caller(request)
        if caller is None:
            return _page(join_page(words), 403)
        typed = await _typed(request)
        credential = request.cookies[self._cookie]
        try:
            entry = read_form(typed, self._branches(caller), credential)
        except BadForm as bad:
            form = self._form(request, caller, typed=typed, fault=bad.code)
            return _page(count_page(words, form), 422)
        state, device = self._context.runtime.state, caller.id
        if state.receipt(device, entry.spool, 1) is None:
            session = state.session
            message = FactEnter(
                spool=entry.spool,
                seq=1,
                session=session.id if session else None,
                entered_utc=format_utc(time.time()),
                kind=entry.kind,
                body=msgspec.Raw(entry.body),
            )
            await self._desk.record(device, str(caller.point), message)
        await self._context.runtime.settled()
        return web.Response(status=303, headers={"Location": f"{PATH}?entry={entry.spool}"})

    def _caller(self, request: web.Request) -> Principal | None:
        """Return the phone whose cookie this is; another site's form is nobody's."""
        credential = request.cookies.get(self._cookie, "")
        caller = identify(self._context.runtime.state, credential, time.time())
        if caller is None or not caller.may(Action.SPEAK):
            return None
        return None if _foreign(request) else caller

    def _branches(self, caller: Principal) -> tuple[str, ...]:
        point = self._context.runtime.state.points[str(caller.point)]
        return tuple(branch.name for branch in point.branches)

    def _form(
        self,
        request: web.Request,
        caller: Principal,
        *,
        typed: Typed | None = None,
        fault: str = "",
    ) -> Form:
        state = self._context.runtime.state
        point = state.points[str(caller.point)]
        receipt = state.receipt(caller.id, request.query.get("entry", ""), 1)
        session = state.session
        rolls = rolls_of(state, session.id, self._context.rolls) if session is not None else ()
        return Form(
            point=point.name,
            branches=tuple((b.name, b.expected) for b in point.branches),
            spool=secrets.token_hex(16),
            credential=request.cookies[self._cookie],
            typed=typed or {},
            fault=fault,
            receipt=receipt,
            hotline=self._context.hotline,
            rolls=len(rolls),
            asked=next((roll.roll for roll in rolls if roll.stage is RollStage.OPEN), 0),
        )


def _foreign(request: web.Request) -> bool:
    """Return whether another site's form is sent to us; old browsers do not say."""
    return "Origin" in request.headers and not exact_origin(request)


def _words(request: web.Request) -> Words:
    return Words(WORDS, "en" if request.query.get("lang") == "en" else "vi")


async def _typed(request: web.Request) -> dict[str, str]:
    raw = await read_body(request, MAX_BODY_BYTES)
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def _page(body: bytes, status: int = 200) -> web.Response:
    # A form's answer names our origin only under this policy; "no-referrer" would say "null".
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "same-origin",
    }
    return web.Response(
        body=body, status=status, content_type="text/html", charset="utf-8", headers=headers
    )
