import pytest

from coordinator.access import code_hash, identify, new_code, new_secret
from coordinator.fact import CodeIssued, DeviceEnrolled, PointWithdrawn, TokenIssued
from coordinator.policy import ALLOWED, PEOPLE, Action, Role
from coordinator.throttle import MAX_ADDRESSES, Throttle
from signaling.schema import DeviceRole
from tests.harness.facts import Chronicle, point


@pytest.mark.parametrize("typed", ["abcd-ef01", "ABCDEF01", "ab cd ef o1", "ABCD-EFOI", "abcdefol"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert code_hash(typed) == code_hash("ABCD-EF01")


def test_codes_and_secrets_are_never_the_same_twice() -> None:
    codes = {new_code(20).text for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code.replace("-", "")) == 20 for code in codes)
    assert len({new_secret("token").text for _ in range(200)}) == 200


def test_a_secret_names_its_owner_and_no_other() -> None:
    device, token = new_secret("device"), new_secret("token")
    code = CodeIssued(code="c", hash="h", roles=(DeviceRole.AGENT,), point="MH-001")
    enrolled = DeviceEnrolled(
        device=device.id, point="MH-001", role=DeviceRole.AGENT, hash=device.hash, code="c"
    )
    issued = TokenIssued(token=token.id, role="host", name="Lan", hash=token.hash)
    chronicle = Chronicle(point("MH-001"), code, enrolled, issued)
    who = identify(chronicle.state, device.text, 0.0)
    assert who is not None
    assert (who.role, who.point, who.actor) == (Role.AGENT, "MH-001", f"device:{device.id}")
    who = identify(chronicle.state, token.text, 0.0)
    assert who is not None
    assert (who.role, who.actor, who.may(Action.STEER)) == (Role.HOST, f"token:{token.id}", True)
    swapped = f"nct_{device.id}_{device.text.rsplit('_', 1)[1]}"
    for wrong in (swapped, device.text + "x", token.text[:-1], "", "nct", "x_y_z"):
        assert identify(chronicle.state, wrong, 0.0) is None
    chronicle.add(PointWithdrawn(code="MH-001"))
    assert identify(chronicle.state, device.text, 0.0) is None


def test_only_those_who_are_named_may() -> None:
    assert Role.NOBODY not in set().union(*ALLOWED.values())
    assert set(ALLOWED) == set(Action)
    assert ALLOWED[Action.LOOK] == PEOPLE
    assert Role.VIEWER not in ALLOWED[Action.READ_NAMES]


def test_one_address_that_guesses_holds_up_no_other() -> None:
    throttle = Throttle(tries=3, window_s=60)
    for _ in range(3):
        assert throttle.free("a", 0.0)
        throttle.count("a", 0.0)
    assert not throttle.free("a", 59.9)
    assert throttle.free("b", 0.0)
    assert throttle.free("a", 60.0)


def test_a_throttle_remembers_no_more_addresses_than_it_can() -> None:
    throttle = Throttle(tries=1)
    for n in range(MAX_ADDRESSES + 1):
        throttle.count(str(n), 0.0)
    assert throttle.free("0", 1.0)
    assert not throttle.free("1", 1.0)
