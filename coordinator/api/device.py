"""Joining, and what lets somebody join: codes and devices over HTTP."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import msgspec

from config.utc import format_utc
from signaling.schema import Code, DeviceRole, Text, Wire

from .. import device as rules
from ..access import (
    AGENT_CODE_LENGTH,
    PRINTED_CODE_LENGTH,
    TYPED_CODE_LENGTH,
    attempt_hash,
    code_hash,
    new_code,
    new_secret,
    renamed,
)
from ..errors import Refused
from ..fact import CodeIssued, DeviceEnrolled
from ..policy import Action
from ..state import Device
from .context import CONTEXT, Context
from .problem import ProblemRaised
from .route import Call, Route, address_of

AGENT_CODE_DAYS = 30.0
"A point's agent code is printed with the invitation, weeks before the day."


class CodeOrder(Wire, frozen=True, kw_only=True):
    """Issue a code. With a point: once, for its agent. Without: the session's, for screens."""

    point: Code | None = None
    form: Literal["typed", "printed"] = "typed"
    "Of the session's code: short enough to type, or as long as a QR code may be."
    days: Annotated[float, msgspec.Meta(gt=0, le=400)] = AGENT_CODE_DAYS


class CodeAnswer(Wire, frozen=True, kw_only=True):
    """A new code. The text is shown this once."""

    id: str
    code: str
    roles: tuple[DeviceRole, ...]
    point: str | None
    expires_utc: str


class JoinRequest(Wire, frozen=True, kw_only=True):
    """Let me in."""

    code: Text
    role: DeviceRole = DeviceRole.AGENT
    point: Code | None = None
    name: Text = ""


class JoinPoint(Wire, frozen=True, kw_only=True):
    """Where the device belongs now."""

    code: str
    name: str


class JoinAnswer(Wire, frozen=True, kw_only=True):
    """The device's credential, shown this once."""

    device: str
    credential: str
    role: DeviceRole
    point: JoinPoint


class PointsRequest(Wire, frozen=True, kw_only=True):
    """Which points could a device join with this code?"""

    code: Text


class PointChoice(Wire, frozen=True, kw_only=True):
    """A point as somebody looks for it."""

    code: str
    name: str
    unit: str
    place: str


class PointChoices(Wire, frozen=True, kw_only=True):
    """The points a code opens, by code."""

    points: tuple[PointChoice, ...]


class DeviceAnswer(Wire, frozen=True, kw_only=True):
    """A device, without its secret."""

    device: str
    point: str
    role: DeviceRole
    enrolled_utc: str
    revoked: bool


class Devices(Wire, frozen=True, kw_only=True):
    """All devices, by point."""

    devices: tuple[DeviceAnswer, ...]


class Revocation(Wire, frozen=True, kw_only=True):
    """Why a device may no longer speak."""

    reason: Text = ""


async def issue_code(call: Call) -> CodeAnswer:
    """Issue a joining code."""
    order: CodeOrder = call.body
    expires_utc = format_utc(time.time() + order.days * 86_400)
    agent = order.point is not None
    shared = PRINTED_CODE_LENGTH if order.form == "printed" else TYPED_CODE_LENGTH
    secret = new_code(AGENT_CODE_LENGTH if agent else shared)
    roles = (DeviceRole.AGENT,) if agent else (DeviceRole.SCREEN, DeviceRole.PHONE)
    fact = CodeIssued(
        code=secret.id,
        hash=secret.hash,
        roles=roles,
        point=order.point,
        single_use=agent,
        expires_utc=expires_utc,
    )
    facts = rules.issue_code(call.runtime.state, fact)
    await call.runtime.change(facts, actor=call.caller.actor)
    return CodeAnswer(
        id=secret.id, code=secret.text, roles=roles, point=order.point, expires_utc=expires_utc
    )


async def revoke_code(call: Call) -> None:
    """Revoke a joining code. Devices that joined with it stay."""
    facts = rules.revoke_code(call.runtime.state, call.path("id"))
    await call.runtime.change(facts, actor=call.caller.actor)


@contextmanager
def guarded(context: Context, address: str) -> Iterator[None]:
    """Let an address try only so many wrong codes.

    Raises:
        ProblemRaised: ``too_many_tries``.

    """
    if not context.tries.free(address, time.monotonic()):
        raise ProblemRaised("too_many_tries", headers={"Retry-After": "60"})
    try:
        yield
    except Refused as refusal:
        if refusal.code == "unknown_code":
            context.tries.count(address, time.monotonic())
        raise


async def find_points(call: Call) -> PointChoices:
    """Answer which points a code opens, for whoever has it."""
    body: PointsRequest = call.body
    state = call.runtime.state
    with guarded(call.request.app[CONTEXT], address_of(call.request)):
        codes = rules.points_of(state, code_hash(body.code), time.time())
    await call.runtime.settled()
    points = [state.points[code] for code in codes]
    return PointChoices(
        points=tuple(
            PointChoice(code=p.code, name=p.name, unit=p.unit, place=p.place) for p in points
        )
    )


async def join(call: Call) -> JoinAnswer:
    """Let a device in and give it its credential."""
    attempt = call.request.headers.get("Idempotency-Key", "")[:200]
    return await let_in(
        call.request.app[CONTEXT], call.body, attempt=attempt, address=address_of(call.request)
    )


async def let_in(context: Context, body: JoinRequest, *, attempt: str, address: str) -> JoinAnswer:
    """Enrol a device and return its credential; the same attempt gets the same device.

    Raises:
        Refused: As ``device.enrol``.
        ProblemRaised: ``too_many_tries``.

    """
    secret = new_secret("device")
    command = rules.Enrol(
        code_hash=code_hash(body.code),
        role=body.role,
        point=body.point,
        device=secret.id,
        hash=secret.hash,
        attempt=attempt_hash(attempt),
        connected=context.connected(body.point) if body.point else (),
    )
    state = context.runtime.state
    with guarded(context, address):
        facts = rules.enrol(state, command, time.time())
    fact = facts[-1]
    assert isinstance(fact, DeviceEnrolled)
    if rules.is_shared(state, command.code_hash):
        _count_join(context, address)
    await context.runtime.change(facts, actor=f"device:{fact.device}")
    device = state.devices[fact.device]
    return JoinAnswer(
        device=device.id,
        credential=renamed(secret, "device", device.id),
        role=device.role,
        point=JoinPoint(code=device.point, name=state.points[device.point].name),
    )


def _count_join(context: Context, address: str) -> None:
    """Let an address bring in only so many devices with codes that many know.

    Raises:
        ProblemRaised: ``too_many_tries``.

    """
    now = time.monotonic()
    if not context.joins.free(address, now):
        raise ProblemRaised("too_many_tries", headers={"Retry-After": "600"})
    context.joins.count(address, now)


async def read_device(call: Call) -> DeviceAnswer:
    """Answer which device is asking: a page cannot see why its websocket was refused."""
    await call.runtime.settled()
    return _answer(call.runtime.state.devices[call.caller.id])


async def read_devices(call: Call) -> Devices:
    """Answer every device."""
    await call.runtime.settled()
    ordered = sorted(call.runtime.state.devices.values(), key=lambda d: (d.point, d.enrolled_utc))
    return Devices(devices=tuple(_answer(device) for device in ordered))


def _answer(device: Device) -> DeviceAnswer:
    return DeviceAnswer(
        device=device.id,
        point=device.point,
        role=device.role,
        enrolled_utc=device.enrolled_utc,
        revoked=device.revoked,
    )


async def revoke_device(call: Call) -> None:
    """Revoke a device; its connection is closed."""
    body: Revocation = call.body
    facts = rules.revoke_device(call.runtime.state, call.path("id"), body.reason)
    await call.runtime.change(facts, actor=call.caller.actor)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/join",
        handler=join,
        summary="Let a device in with a code",
        action=None,
        body=JoinRequest,
        answer=JoinAnswer,
        status=201,
        problems=(
            "unknown_code",
            "code_used",
            "code_expired",
            "code_revoked",
            "wrong_role",
            "wrong_point",
            "point_needed",
            "unknown_point",
            "too_many_devices",
            "too_many_tries",
        ),
    ),
    Route(
        method="POST",
        path="/api/v1/join/points",
        handler=find_points,
        summary="Which points a code opens",
        action=None,
        body=PointsRequest,
        answer=PointChoices,
        problems=("unknown_code", "code_used", "code_expired", "code_revoked", "too_many_tries"),
    ),
    Route(
        method="POST",
        path="/api/v1/codes",
        handler=issue_code,
        summary="Issue a joining code",
        action=Action.ADMIT,
        body=CodeOrder,
        answer=CodeAnswer,
        status=201,
        problems=("unknown_point",),
    ),
    Route(
        method="DELETE",
        path="/api/v1/codes/{id}",
        handler=revoke_code,
        summary="Revoke a joining code",
        action=Action.ADMIT,
        status=204,
        problems=("unknown_code",),
    ),
    Route(
        method="GET",
        path="/api/v1/device",
        handler=read_device,
        summary="The device that asks",
        action=Action.SPEAK,
        answer=DeviceAnswer,
    ),
    Route(
        method="GET",
        path="/api/v1/devices",
        handler=read_devices,
        summary="All devices",
        action=Action.ADMIT,
        answer=Devices,
    ),
    Route(
        method="POST",
        path="/api/v1/devices/{id}/revocation",
        handler=revoke_device,
        summary="Revoke a device",
        action=Action.ADMIT,
        body=Revocation,
        status=204,
        problems=("unknown_device",),
    ),
)
