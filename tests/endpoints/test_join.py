import asyncio

import pytest

from endpoints.errors import EnrolmentRefused, ServerUnreachable
from endpoints.join import JoinRequest, join
from endpoints.server import check_server
from endpoints.text import table
from tests.harness.fake_coordinator import FakeCoordinator, JoinCode

pytestmark = pytest.mark.real_io

REQUEST = JoinRequest(code="K7PM-2Q9X", name="pc-di-su")


async def test_a_code_becomes_a_credential(coordinator: FakeCoordinator) -> None:
    coordinator.codes["K7PM-2Q9X"] = JoinCode(point="MH-001")
    enrolment = await join(check_server(coordinator.url), REQUEST, key="k1")
    assert enrolment.server == coordinator.url
    assert (enrolment.device, enrolment.credential) == ("d2", "secret-of-d2")
    assert (enrolment.point, enrolment.point_name) == ("MH-001", "Phường Dị Sử")


async def test_a_code_works_once_but_a_lost_answer_is_given_again(
    coordinator: FakeCoordinator,
) -> None:
    coordinator.codes["K7PM-2Q9X"] = JoinCode(point="MH-001")
    server = check_server(coordinator.url)
    first = await join(server, REQUEST, key="k1")
    assert await join(server, REQUEST, key="k1") == first
    with pytest.raises(EnrolmentRefused) as caught:
        await join(server, REQUEST, key="k2")
    assert caught.value.code == "code_used"


async def test_every_problem_of_the_contract_has_a_sentence(coordinator: FakeCoordinator) -> None:
    for status, code in [
        (404, "unknown_code"),
        (409, "code_used"),
        (410, "code_expired"),
        (410, "code_revoked"),
        (403, "wrong_role"),
        (404, "unknown_point"),
        (422, "point_needed"),
        (429, "too_many_tries"),
    ]:
        coordinator.problem = (status, b'{"code":"%s","title":"t"}' % code.encode())
        with pytest.raises(EnrolmentRefused) as caught:
            await join(check_server(coordinator.url), REQUEST, key="k")
        assert caught.value.code == code
        assert code in table("vi")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"<html>nginx</html>"),
        (302, b""),
        (200, b"{}"),
        (201, b"{}"),
        (201, b"\xff"),
        (201, b'{"device":"d","credential":"a b\\n","point":{"code":"A","name":"B"}}'),
        (201, b'{"device":"d","credential":"x","point":{"code":"../..","name":"B"}}'),
        (201, b"x" * 100_000),
    ],
)
async def test_an_answer_that_makes_no_sense_is_not_stored(
    coordinator: FakeCoordinator, status: int, body: bytes
) -> None:
    coordinator.problem = (status, body)
    with pytest.raises(EnrolmentRefused) as caught:
        await join(check_server(coordinator.url), REQUEST, key="k")
    assert caught.value.code == "unexpected_answer"


async def test_a_server_that_cannot_serve_now_may_be_asked_again(
    coordinator: FakeCoordinator,
) -> None:
    coordinator.problem = (503, b'{"title":"draining"}')
    with pytest.raises(ServerUnreachable, match="503 draining"):
        await join(check_server(coordinator.url), REQUEST, key="k")
    await coordinator.stop()
    with pytest.raises(ServerUnreachable, match="Connect"):
        await join(check_server(coordinator.url), REQUEST, key="k")
    await asyncio.sleep(0)
