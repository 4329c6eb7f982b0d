"""Every address by every role: what is not granted is denied, also what is added later."""

import re
from pathlib import Path

import pytest

from coordinator.api.route import Route
from coordinator.app import ROUTES
from coordinator.policy import ALLOWED, Role
from tests.attack.intruder import FOREIGN, OWN, ask, bearer, devices
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

# Addresses beside the table of routes: who may. None stands for everybody.
WATCH = {"admin", "host", "secretary", "technician", "viewer"}
SPEAK = {"agent", "screen", "phone"}
PLAY = WATCH | {"player", "screen", "agent"}
PUBLISH = {"admin", "host", "publisher"}
OTHERS: dict[str, set[str] | None] = {
    "/livez": None,
    "/readyz": None,
    "/metrics": None,
    "/openapi.json": None,
    "/wall": None,
    "/host": None,
    "/hall": None,
    "/hall/sw.js": None,
    "/hall/plain": None,  # A cookie of its own, and a proof in each form; see test_plain
    "/hall/plain/code": None,
    "/hall/plain/join": None,
    "/signin": None,
    "/static/{path}": None,
    "/ws/agent": SPEAK,
    "/ws/watch": WATCH,
    "/hall/sheets": {"admin", "secretary", "technician"},
    "/whip/studio": PUBLISH,
    "/whip/studio-low": PUBLISH,
    "/whip/studio-backup": PUBLISH,
    "/whip/point/{code}": {"admin", "host"},  # of another point
    "/whep/programme": PLAY,
    "/whep/return": PLAY,
    "/whip/session/{secret}": None,  # 128 random bits; see test_media_http
    "/whep/session/{secret}": None,
}
# Reached without a credential by intent: each is a decision, so each is named here.
OPEN = {
    ("GET", "/api/v1/calendar.ics"),  # Titles and times: calendars of people send no credential.
    ("POST", "/api/v1/join"),
    ("POST", "/api/v1/join/points"),
    ("POST", "/api/v1/signin"),
    ("POST", "/api/v1/signout"),
    ("POST", "/api/v1/invitations/accept"),
}


def concrete(path: str) -> str:
    """Fill an address in with another hall's code, a roll's number, and names of nothing."""
    path = re.sub(r"{(code|point)}", FOREIGN, path)
    return re.sub(r"{\w+}", "x", path.replace("{roll}", "1"))


async def test_every_address_has_a_decision(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        app = served.coordinator.app
        found = {(r.method, r.resource.canonical) for r in app.router.routes() if r.resource}
    api = {(r.method, r.path) for r in ROUTES}
    for method, path in found:
        if (method, path) in api or (method == "HEAD" and ("GET", path) in api):
            continue
        assert path in OTHERS, f"{method} {path} has no decision in this test"
    assert {(r.method, r.path) for r in ROUTES if r.action is None} == OPEN
    assert api <= found
    for route in ROUTES:
        if route.action is not None:
            assert ALLOWED[route.action], f"{route.path}: nobody may"


@pytest.mark.parametrize("role", ["screen", "agent", "phone"])
async def test_a_hall_s_device_reaches_nothing_of_the_api_but_itself(
    tmp_path: Path, role: str
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        headers = bearer((await devices(served, OWN))[role])
        for route in ROUTES:
            if route.action is None or Role(role) in ALLOWED[route.action]:
                continue
            answer = await ask(
                served, route.method, concrete(route.path), headers=headers, body=_body(route)
            )
            assert (answer.status, answer.code) == (403, "forbidden"), route
        granted = {r.path for r in ROUTES if r.action and Role(role) in ALLOWED[r.action]}
        assert all("{" not in path for path in granted), "names no other hall"


async def test_every_address_beside_the_api_is_denied_to_whoever_is_not_named(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        secrets = served.tokens | await devices(served, OWN)
        for path, granted in OTHERS.items():
            if granted is None:
                continue
            method = "GET" if path.startswith("/ws/") else "POST"
            for role, secret in secrets.items():
                headers = bearer(secret) | {"Content-Type": "application/sdp"}
                answer = await ask(served, method, concrete(path), headers=headers, body="v=0\r\n")
                assert (answer.status == 403) == (role not in granted), (path, role, answer)
            answer = await ask(served, method, concrete(path), headers={}, body="v=0\r\n")
            assert answer.status == 401, path


def _body(route: Route) -> object:
    return b"x" if route.binary else {}
