"""Accounts over HTTP, against a real coordinator: in by password, out when somebody says so."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher

from coordinator.account.password import AT_ONCE, MAX_WAITING, PasswordDesk, TooBusy
from coordinator.journal import open_to_read
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

PASSWORD = "ba con gà trống"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


async def invited(served: Served, login: str = "lan", role: str = "technician") -> dict[str, Any]:
    served.coordinator.context.passwords = PasswordDesk(QUICK)
    order = {"login": login, "name": "Nguyễn Thị Lan", "role": role}
    status, answer = await served.call("POST", "/api/v1/users", order)
    assert status == 201
    return dict(answer)


async def with_password(served: Served, login: str = "lan", role: str = "technician") -> str:
    answer = await invited(served, login, role)
    body = {"invitation": answer["invitation"], "password": PASSWORD}
    assert (await served.call("POST", "/api/v1/invitations/accept", body, role=None))[0] == 204
    return str(answer["user"]["id"])


async def sign_in(served: Served, login: str, password: str) -> int:
    body = {"login": login, "password": password}
    return (await served.call("POST", "/api/v1/signin", body, role=None))[0]


async def test_an_invited_person_sets_a_password_and_comes_back_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        await with_password(served)
        status, me = await served.call("GET", "/api/v1/me", role=None)
        assert (status, me) == (200, {"role": "technician", "name": "Nguyễn Thị Lan"})
        assert (await served.call("POST", "/api/v1/signout", role=None))[0] == 204
        assert (await served.call("GET", "/api/v1/me", role=None))[0] == 401
        assert await sign_in(served, "lan", "ba con gà mái") == 401
        assert await sign_in(served, "nobody", PASSWORD) == 401
        assert await sign_in(served, " LAN", PASSWORD) == 204
        assert (await served.call("GET", "/api/v1/me", role=None))[0] == 200
    async with serving(tmp_path) as served:
        assert await sign_in(served, "lan", PASSWORD) == 204, "and after a restart"


async def test_neither_password_nor_its_hash_nor_the_name_is_in_a_fact(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        user = await with_password(served)
        [old] = [t for t in served.coordinator.runtime.notes.values() if t.startswith("$argon2id$")]
        body = {"old": PASSWORD, "new": "một hai ba bốn năm"}
        origin = {"Origin": served.url}
        url = served.url + "/api/v1/me/password"
        async with served.http.post(url, json=body, headers=origin) as answer:
            assert answer.status == 204
        assert await sign_in(served, "lan", PASSWORD) == 401
        assert await sign_in(served, "lan", "một hai ba bốn năm") == 204
        assert (await served.call("DELETE", f"/api/v1/users/{user}"))[0] == 204
    content = (tmp_path / "journal.db").read_bytes()
    for secret in (old, "$argon2id$", PASSWORD, "Nguyễn Thị Lan"):
        assert secret.encode() not in content
    db = open_to_read(tmp_path / "journal.db")
    assert db.execute("SELECT count(*) FROM note").fetchone() == (0,)
    db.close()


async def test_an_invitation_works_once_and_weak_passwords_do_not_use_it_up(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        link = (await invited(served))["invitation"]
        for password, expected in (("1111111111", 409), (PASSWORD, 204), (PASSWORD, 403)):
            body = {"invitation": link, "password": password}
            status, _ = await served.call("POST", "/api/v1/invitations/accept", body, role=None)
            assert status == expected, password
        for junk in ("", "nci_x_y", served.tokens["admin"]):
            body = {"invitation": junk, "password": PASSWORD}
            status, _ = await served.call("POST", "/api/v1/invitations/accept", body, role=None)
            assert status == 403


@pytest.mark.parametrize("how", ["remove", "role", "token", "signout"])
async def test_whoever_is_shown_out_loses_the_feed_within_two_seconds(
    tmp_path: Path, how: str
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        user = await with_password(served, role="viewer")
        token_id = ""
        if how == "token":
            order = {"role": "viewer", "name": "màn hình"}
            _status, issued = await served.call("POST", "/api/v1/tokens", order)
            token_id = issued["id"]
            body = {"token": issued["token"]}
            assert (await served.call("POST", "/api/v1/signin", body, role=None))[0] == 204
        # autoclose would answer into a closed line and forget the code that was read.
        socket = await served.http.ws_connect(
            served.url + "/ws/watch", headers={"Origin": served.url}, autoclose=False
        )
        assert (await socket.receive_json())["type"] == "snapshot"
        if how == "remove":
            await served.call("DELETE", f"/api/v1/users/{user}")
        elif how == "role":
            await invited(served, role="host")
        elif how == "token":
            await served.call("DELETE", f"/api/v1/tokens/{token_id}")
        else:
            await served.call("POST", "/api/v1/signout", role=None)
        async with asyncio.timeout(2):
            while (message := await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
        assert message.data == 4401
        assert (await served.call("GET", "/api/v1/me", role=None))[0] == 401


async def test_guessing_stops_at_the_guesser_and_not_at_the_owner(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        await with_password(served)
        await with_password(served, login="an")
        statuses = [await sign_in(served, "lan", f"sai mật khẩu {n}") for n in range(8)]
        assert statuses == [401] * 6 + [429] * 2
        assert await sign_in(served, "an", PASSWORD) == 204, "another account from there"
        # The owner signs in from elsewhere: a proxy's address in this test.
        context = served.coordinator.context
        assert context.account_tries.free("lan 192.0.2.7", asyncio.get_running_loop().time())


async def test_only_an_administrator_gives_accounts(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        order = {"login": "lan", "name": "Lan", "role": "admin"}
        for role in ("host", "secretary", "technician", "viewer", None):
            expected = 401 if role is None else 403
            for method, path in (
                ("GET", "/api/v1/users"),
                ("POST", "/api/v1/users"),
                ("POST", "/api/v1/users/x/invitations"),
                ("DELETE", "/api/v1/users/x"),
            ):
                body = order if path == "/api/v1/users" and method == "POST" else None
                assert (await served.call(method, path, body, role=role))[0] == expected
        status, users = await served.call("GET", "/api/v1/users")
        assert (status, users) == (200, {"users": []})
        assert (await served.call("POST", "/api/v1/users/x/invitations"))[0] == 404


async def test_a_token_has_no_password_to_change(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        body = {"old": "x", "new": PASSWORD}
        status, problem = await served.call("POST", "/api/v1/me/password", body, role="viewer")
        assert (status, problem["code"]) == (409, "no_account")


async def test_the_cookie_is_neither_the_token_nor_of_use_elsewhere(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        body = {"token": served.tokens["host"]}
        await served.call("POST", "/api/v1/signin", body, role=None)
        [cookie] = served.http.cookie_jar
        assert cookie.value != served.tokens["host"]
        async with aiohttp.ClientSession() as other:
            headers = {"Authorization": f"Bearer {cookie.value}"}
            async with other.get(served.url + "/api/v1/me", headers=headers) as answer:
                assert answer.status == 401, "a cookie is no bearer token"
            cookies = {"nhipcau": served.tokens["host"]}
            async with other.get(served.url + "/api/v1/me", cookies=cookies) as answer:
                assert answer.status == 401, "a token is no cookie"


async def test_too_many_sign_ins_at_once_are_told_to_wait() -> None:
    desk = PasswordDesk(QUICK)
    tasks = [asyncio.create_task(desk.matches(None, "x")) for _ in range(MAX_WAITING + 5)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results.count(False) == MAX_WAITING
    assert sum(isinstance(result, TooBusy) for result in results) == 5
    assert AT_ONCE < MAX_WAITING
    assert await desk.matches(await desk.hash("đúng"), "đúng")
    assert not await desk.matches("not a hash", "x")
