"""Who may speak for a point, and who may look: codes, devices, tokens. Pure: no I/O.

Secrets never come here: the shell draws them and hands over their hashes.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass

from config.utc import parse_utc
from signaling.schema import DeviceRole

from .errors import Refused
from .fact import CodeIssued, CodeRevoked, DeviceEnrolled, DeviceRevoked, Fact, TokenRevoked
from .state import Device, JoinCode, State, Token

MAX_DEVICES = 24
"That one point may have at a time; a hall needs three."
MADE_ROOM = "made_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """Command of a device: let me in with this code."""

    code_hash: str
    role: DeviceRole
    point: str | None
    "Which point it says it belongs to; None when the code knows."
    device: str
    "Identity of the device if it is new."
    hash: str
    attempt: str = ""
    "Hash of the attempt's Idempotency-Key; empty without one."
    connected: Collection[str] = ()
    "Devices of the point that are connected now."


def issue_code(state: State, code: CodeIssued) -> list[Fact]:
    """Return what issuing a code causes.

    Raises:
        Refused: ``unknown_point``.

    """
    if code.point is not None and code.point not in state.points:
        raise Refused("unknown_point", f"no point {code.point}")
    return [code]


def revoke_code(state: State, code: str) -> list[Fact]:
    """Return what revoking a code causes; nothing when it is revoked.

    Raises:
        Refused: ``unknown_code``.

    """
    known = state.codes.get(code)
    if known is None:
        raise Refused("unknown_code", f"no code {code}")
    return [] if known.revoked else [CodeRevoked(code=code)]


def enrol(state: State, command: Enrol, now_s: float) -> list[Fact]:
    """Return what a device's joining causes.

    Raises:
        Refused: ``unknown_code``, ``code_revoked``, ``code_used``, ``code_expired``,
            ``wrong_role``, ``wrong_point``, ``point_needed``, ``unknown_point`` or
            ``too_many_devices``.

    """
    again = _same_attempt(state, command)
    if again is not None:
        return [again]
    code = _open_code(state, command.code_hash, now_s)
    if command.role not in code.roles:
        raise Refused("wrong_role", f"this code does not let in a {command.role}")
    if code.point is not None and command.point not in (None, code.point):
        raise Refused("wrong_point", "this code belongs to another point")
    point = code.point or command.point
    if point is None:
        raise Refused("point_needed", "say which point the device belongs to")
    if point not in state.points:
        raise Refused("unknown_point", f"no point {point}")
    room = [] if code.point is not None else _make_room(state, point, command.connected)
    return [
        *room,
        DeviceEnrolled(
            device=command.device,
            point=point,
            role=command.role,
            hash=command.hash,
            code=code.id,
            attempt=command.attempt,
        ),
    ]


def _make_room(state: State, point: str, connected: Collection[str]) -> list[Fact]:
    """Return what lets one more device in with a code that many know.

    A point has room for so many; the oldest that is not connected makes place. So whoever floods
    a hall with devices pushes out his own first, and never one that is in use.

    Raises:
        Refused: ``too_many_devices``: all of them are connected.

    """
    here = [d for d in state.devices.values() if d.point == point and not d.revoked]
    if len(here) < MAX_DEVICES:
        return []
    idle = [d for d in here if d.id not in connected]
    if not idle:
        raise Refused("too_many_devices", f"{len(here)} devices of {point} are connected")
    oldest = min(idle, key=lambda d: d.enrolled_utc)
    return [DeviceRevoked(device=oldest.id, reason=MADE_ROOM)]


def is_shared(state: State, hash_: str) -> bool:
    """Return whether a code lets in any number of devices, at any point."""
    code = state.codes.get(state.code_by_hash.get(hash_, ""))
    return code is not None and code.point is None


def points_of(state: State, code_hash: str, now_s: float) -> list[str]:
    """Return the points a device could join with this code, by code.

    Raises:
        Refused: ``unknown_code``, ``code_revoked``, ``code_used`` or ``code_expired``.

    """
    code = _open_code(state, code_hash, now_s)
    return sorted(state.points) if code.point is None else [code.point]


def revoke_device(state: State, device: str, reason: str) -> list[Fact]:
    """Return what revoking a device causes; nothing when it is revoked.

    Raises:
        Refused: ``unknown_device``.

    """
    known = state.devices.get(device)
    if known is None:
        raise Refused("unknown_device", f"no device {device}")
    return [] if known.revoked else [DeviceRevoked(device=device, reason=reason)]


def revoke_token(state: State, token: str) -> list[Fact]:
    """Return what revoking a token causes; nothing when it is revoked.

    Raises:
        Refused: ``unknown_token``.

    """
    known = state.tokens.get(token)
    if known is None:
        raise Refused("unknown_token", f"no token {token}")
    return [] if known.revoked else [TokenRevoked(token=token)]


def device_by_secret(state: State, device: str, secret_hash: str) -> Device | None:
    """Return the device whose credential this is, revoked or not."""
    known = state.devices.get(device)
    if known is None or not hmac.compare_digest(known.hash, secret_hash):
        return None
    return known


def token_by_secret(state: State, token: str, secret_hash: str, now_s: float) -> Token | None:
    """Return the token whose secret this is, if it still opens anything."""
    known = token_by_id(state, token, now_s)
    if known is None or not hmac.compare_digest(known.hash, secret_hash):
        return None
    return known


def token_by_id(state: State, token: str, now_s: float) -> Token | None:
    """Return a token if it still opens anything."""
    known = state.tokens.get(token)
    if known is None or known.revoked:
        return None
    if known.expires_utc is not None and now_s > parse_utc(known.expires_utc):
        return None
    return known


def _same_attempt(state: State, command: Enrol) -> DeviceEnrolled | None:
    """Return the device of an earlier attempt whose answer was lost, with its new secret."""
    code = state.code_by_hash.get(command.code_hash)
    if not command.attempt or code is None:
        return None
    for device in state.devices.values():
        if (device.code, device.attempt) == (code, command.attempt) and not device.revoked:
            return DeviceEnrolled(
                device=device.id,
                point=device.point,
                role=device.role,
                hash=command.hash,
                code=code,
                attempt=command.attempt,
            )
    return None


def _open_code(state: State, code_hash: str, now_s: float) -> JoinCode:
    code_id = state.code_by_hash.get(code_hash)
    if code_id is None:
        raise Refused("unknown_code", "no such code")
    code = state.codes[code_id]
    if code.revoked:
        raise Refused("code_revoked", "this code was revoked")
    if code.single_use and code.used:
        raise Refused("code_used", "this code was used already")
    if code.expires_utc is not None and now_s > parse_utc(code.expires_utc):
        raise Refused("code_expired", "this code has expired")
    return code
