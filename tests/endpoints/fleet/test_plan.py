import msgspec
import pytest

from endpoints.errors import ConfigInvalid
from endpoints.fleet import plan as plan_module
from endpoints.fleet.life import Role
from endpoints.fleet.order import (
    Begin,
    Call,
    Came,
    Decode,
    Failed,
    Stop,
    Went,
    decode_to_parent,
    decode_to_worker,
)
from endpoints.fleet.plan import BranchPlan, FleetPlan, HallPlan, RotationPlan, decode_plan, split
from signaling.messages import encode


def halls(count: int) -> tuple[HallPlan, ...]:
    branches = (BranchPlan(name="Chi bộ", expected=50),)
    return tuple(HallPlan(code=f"MH-{n:03d}", branches=branches) for n in range(count))


def fleet(count: int, **more: float) -> FleetPlan:
    text = {"server": "http://localhost", "data": "d", "halls": halls(count), **more}
    return decode_plan(msgspec.json.encode(text))


def test_the_documented_example_is_a_plan() -> None:
    document = plan_module.__doc__ or ""
    plan = decode_plan(document[document.index("{") : document.rindex("}") + 1].encode())
    assert (plan.server, plan.seed, plan.workers) == ("http://127.0.0.1:8080", 7, 2)
    assert plan.auto_seconds is None
    assert plan.length_s == 600.0
    assert plan.halls[0].branches[0].expected == 76


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"{}",
        b'{"server":"s","data":"d","halls":[]}',
        b'{"server":"s","data":"d","halls":[{"code":"../x","branches":[]}]}',
    ],
)
def test_what_is_no_plan_is_refused(text: bytes) -> None:
    with pytest.raises(ConfigInvalid):
        decode_plan(text)


def test_a_hall_named_twice_is_refused() -> None:
    text = {"server": "s", "data": "d", "halls": [*halls(2), *halls(1)]}
    with pytest.raises(ConfigInvalid, match="MH-000"):
        decode_plan(msgspec.json.encode(text))


def test_halls_are_dealt_evenly_and_no_process_is_idle() -> None:
    assert [len(share) for share in split(halls(5), 2)] == [3, 2]
    assert [len(share) for share in split(halls(1), 4)] == [1]


def test_five_at_a_time_decode_everything_unless_the_run_is_short() -> None:
    assert fleet(92).turns == RotationPlan(size=5, turn_s=10.0)
    assert fleet(3, auto_seconds=60).turns.size == 5
    short = fleet(92, auto_seconds=60).turns
    assert short.turn_s == 5.0
    assert short.size * 0.7 * 60 / short.turn_s >= 92, "every hall gets its turn"
    assert short.size == 11


def test_a_wish_for_a_rotation_is_followed() -> None:
    wish = RotationPlan(size=8, turn_s=3.0)
    assert msgspec.structs.replace(fleet(92), rotation=wish).turns == wish


def test_orders_arrive_as_they_were_given() -> None:
    begin = Begin(
        server="s",
        data="d",
        seed=1,
        length_s=60.0,
        auto=True,
        media=False,
        allow_plain=False,
        halls=tuple((hall, Role()) for hall in halls(2)),
    )
    for order in (begin, Decode(codes=("MH-001",)), Call(), Stop()):
        assert decode_to_worker(encode(order)) == order
    for word in (Came(code="A"), Went(code="A"), Failed(code="A", reason="code_used")):
        assert decode_to_parent(encode(word)) == word
