"""Secrets: compared whole, in a time that tells nothing, and only as long as they hold."""

import ast
from pathlib import Path

import pytest

from coordinator.access import Secret, identify, identify_browser, new_secret
from coordinator.account.fact import SignedIn
from coordinator.fact import CodeIssued, DeviceEnrolled, TokenIssued, TokenRevoked
from signaling.schema import DeviceRole
from tests.harness.facts import Chronicle, point

COORDINATOR = Path(__file__).parents[2] / "coordinator"
UNTIL, BEFORE_S, AFTER_S = "2027-01-01T00:00:00.000Z", 1_700_000_000.0, 1_900_000_000.0


def chronicle(device: Secret, token: Secret, cookie: Secret) -> Chronicle:
    """Return a history in which three secrets were given away."""
    return Chronicle(
        point("MH-001"),
        CodeIssued(code="c", hash="h", roles=(DeviceRole.AGENT,), point="MH-001"),
        DeviceEnrolled(
            device=device.id, point="MH-001", role=DeviceRole.AGENT, hash=device.hash, code="c"
        ),
        TokenIssued(token=token.id, role="host", name="x", hash=token.hash, expires_utc=UNTIL),
        SignedIn(signin=cookie.id, hash=cookie.hash, token=token.id, expires_utc=UNTIL),
    )


@pytest.mark.parametrize("kind", ["device", "token", "signin"])
def test_only_the_whole_secret_opens_anything(kind: str) -> None:
    device, token, cookie = new_secret("device"), new_secret("token"), new_secret("signin")
    state = chronicle(device, token, cookie).state
    mine = {"device": device, "token": token, "signin": cookie}[kind].text
    ask = identify_browser if kind == "signin" else identify
    assert ask(state, mine, BEFORE_S) is not None
    prefix, id_, rest = mine.split("_", 2)
    others = [s.text.split("_", 2)[2] for s in (device, token, cookie) if s.text != mine]
    for wrong in (rest[:-1], rest + "x", rest.swapcase(), "", "_", *others):
        assert ask(state, f"{prefix}_{id_}_{wrong}", BEFORE_S) is None, wrong
    for other in ("ncd", "nct", "ncs", "nci", "", prefix.upper()):
        if other != prefix:
            assert ask(state, f"{other}_{id_}_{rest}", BEFORE_S) is None, other


def test_a_token_and_what_was_opened_with_it_end_in_time() -> None:
    device, token, cookie = new_secret("device"), new_secret("token"), new_secret("signin")
    told = chronicle(device, token, cookie)
    assert identify(told.state, token.text, AFTER_S) is None
    assert identify_browser(told.state, cookie.text, AFTER_S) is None
    told.add(TokenRevoked(token=token.id))
    assert identify(told.state, token.text, BEFORE_S) is None
    assert identify_browser(told.state, cookie.text, BEFORE_S) is None
    assert identify(told.state, device.text, AFTER_S) is not None, "a device stays until revoked"


@pytest.mark.parametrize("path", ["access.py", "device.py", "account/rule.py"])
def test_hashes_are_never_compared_by_operators(path: str) -> None:
    """``==`` ends at the first byte that differs, and its time tells where that was."""
    for node in ast.walk(ast.parse((COORDINATOR / path).read_text())):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            for side in (node.left, *node.comparators):
                name = getattr(side, "attr", getattr(side, "id", ""))
                assert not name.endswith("hash"), f"{path}:{node.lineno}"
