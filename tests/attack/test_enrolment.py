"""A code that many know: whoever abuses it locks no hall out, and fills no journal."""

from pathlib import Path

import pytest

from coordinator import device
from coordinator.device import MADE_ROOM, MAX_DEVICES, Enrol, enrol
from coordinator.errors import Refused
from coordinator.fact import CodeIssued, DeviceEnrolled, DeviceRevoked, Fact
from coordinator.throttle import Throttle
from signaling.schema import DeviceRole
from tests.attack.intruder import FOREIGN, OWN
from tests.harness.facts import Chronicle, point
from tests.harness.server import TOWN, serving

SHARED = CodeIssued(
    code="c", hash="h", roles=(DeviceRole.SCREEN, DeviceRole.PHONE), single_use=False
)
AGENT = CodeIssued(code="a", hash="a", roles=(DeviceRole.AGENT,), point="MH-001")


def crowded() -> Chronicle:
    """Return a hall that has all the devices it may have."""
    chronicle = Chronicle(point("MH-001"), point("MH-002"), SHARED, AGENT)
    for number in range(MAX_DEVICES):
        chronicle.add(*join(chronicle, f"d{number}"))
    return chronicle


def join(chronicle: Chronicle, name: str, **changes: object) -> list[Fact]:
    values = {"code_hash": "h", "role": DeviceRole.SCREEN, "point": "MH-001", "hash": "x"}
    command = Enrol(device=name, **(values | changes))  # type: ignore[arg-type]
    return enrol(chronicle.state, command, chronicle.now_s)


def test_the_oldest_device_that_is_not_connected_makes_room() -> None:
    chronicle = crowded()
    facts = join(chronicle, "new", connected=("d0", "d2"))
    assert facts[0] == DeviceRevoked(device="d1", reason=MADE_ROOM)
    assert isinstance(facts[1], DeviceEnrolled)
    chronicle.add(*facts)
    alive = [d for d in chronicle.state.devices.values() if not d.revoked]
    assert len(alive) == MAX_DEVICES


def test_a_device_in_use_is_never_pushed_out() -> None:
    chronicle = crowded()
    with pytest.raises(Refused) as refused:
        join(chronicle, "new", connected=[f"d{n}" for n in range(MAX_DEVICES)])
    assert refused.value.code == "too_many_devices"


def test_the_next_hall_and_a_hall_s_own_code_are_not_touched() -> None:
    chronicle = crowded()
    assert len(join(chronicle, "new", point="MH-002")) == 1
    full = [f"d{n}" for n in range(MAX_DEVICES)]
    agent = join(chronicle, "agent", code_hash="a", role=DeviceRole.AGENT, connected=full)
    assert [type(fact) for fact in agent] == [DeviceEnrolled]


def test_a_revoked_device_takes_no_room() -> None:
    chronicle = crowded()
    chronicle.add(*device.revoke_device(chronicle.state, "d5", ""))
    assert len(join(chronicle, "new")) == 1


@pytest.mark.real_io
async def test_one_address_brings_in_only_so_many_and_agents_come_in_all_the_same(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        served.coordinator.context.joins = Throttle(tries=3, window_s=600.0)
        _status, issued = await served.call("POST", "/api/v1/codes", {})
        body = {"code": issued["code"], "role": "phone", "point": FOREIGN}
        found = [await served.call("POST", "/api/v1/join", body, role=None) for _ in range(5)]
        assert [status for status, _answer in found] == [201, 201, 201, 429, 429]
        assert found[-1][1]["code"] == "too_many_tries"
        assert len(served.coordinator.runtime.state.devices) == 3
        assert await served.enrol(OWN)


@pytest.mark.real_io
async def test_who_makes_room_is_shown_out_and_who_is_connected_stays(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {})
        body = {"code": issued["code"], "role": "phone", "point": OWN}

        async def come() -> str:
            _status, joined = await served.call("POST", "/api/v1/join", body, role=None)
            return str(joined["credential"])

        first, second = await come(), await come()
        async with served.agent(first) as socket:
            await socket.send_json({"type": "hello", "versions": [1], "spool": "s"})
            assert (await socket.receive_json())["type"] == "welcome"
            for _ in range(MAX_DEVICES - 1):
                await come()
            me = served.url + "/api/v1/device"
            for credential, status in ((first, 200), (second, 403)):
                headers = {"Authorization": f"Bearer {credential}"}
                async with served.http.get(me, headers=headers) as answer:
                    assert answer.status == status
