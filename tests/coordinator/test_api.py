"""The HTTP API of a real coordinator: who may, what is refused, is its description true."""

import asyncio
import re
import sys
from pathlib import Path

import aiohttp
import pytest

from coordinator.api.problem import PROBLEMS
from coordinator.app import ROUTES
from coordinator.cli.check import ask_board
from coordinator.policy import ALLOWED
from tests.harness.promtool import check_metrics
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

OFFER = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
START = {"title": "Giờ sinh hoạt quý I/2027", "start_utc": "2027-01-03T00:30:00.000Z"}


def test_every_problem_a_route_names_is_in_the_table() -> None:
    for route in ROUTES:
        assert set(route.all_problems()) <= set(PROBLEMS), route.path


async def walk(served: Served, *phases: str) -> None:
    for phase in phases:
        body = {"phase": phase, "reason": "thử"}
        status, answer = await served.call("POST", "/api/v1/session/phase", body, role="host")
        assert status == 200, answer


async def test_check_asks_a_running_server_whether_the_session_may_start(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        [board] = await ask_board(served.folder, "vi")
        assert board.key == "check.board_unmet"
        assert "Máy chủ truyền" in str(board.places["unmet"])
        assert "_" not in str(board.places["unmet"]), "words, not codes"
    assert await ask_board(served.folder, "vi") == []


async def test_every_route_is_denied_to_whoever_the_table_does_not_name(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        for route in ROUTES:
            if route.action is None:
                continue
            path = re.sub(r"{\w+}", "1", route.path.replace("{code}", "MH-001"))
            status, problem = await served.call(route.method, path, {}, role=None)
            assert (status, problem["code"]) == (401, "unauthorized"), path
            for role in served.tokens:
                if role not in {r.value for r in ALLOWED[route.action]}:
                    status, problem = await served.call(route.method, path, {}, role=role)
                    assert (status, problem["code"]) == (403, "forbidden"), (path, role)


async def test_the_session_is_led_from_the_plan_to_the_close(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        _status, session = await served.call("GET", "/api/v1/session", role="viewer")
        assert (session["phase"], session["broadcast"]) == ("planned", "off")
        assert session["people"]["expected"] == 128 + 50 + 50
        await walk(served, "rehearsal", "check_in", "live", "branch_meetings", "closed")
        status, problem = await served.call("GET", "/api/v1/session")
        assert (status, problem["code"]) == (404, "no_session")
        _status, sessions = await served.call("GET", "/api/v1/sessions")
        assert [s["phase"] for s in sessions["sessions"]] == ["closed"]


async def test_the_floor_is_refused_to_who_is_not_there_and_the_source_is_chosen(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        floor, source = "/api/v1/session/floor", "/api/v1/session/source"
        status, problem = await served.call("POST", floor, {"point": "MH-001"}, role="host")
        assert (status, problem["code"]) == (409, "wrong_phase")
        await walk(served, "rehearsal")
        for code, told in (("MH-001", (409, "point_offline")), ("X", (404, "unknown_point"))):
            status, problem = await served.call("POST", floor, {"point": code}, role="host")
            assert (status, problem["code"]) == told
        status, problem = await served.call("POST", source, {"source": "film"}, role="host")
        assert (status, problem["code"]) == (422, "invalid")
        status, answer = await served.call("POST", source, {"source": "slate"}, role="host")
        assert (status, answer["source"], answer["floor"]) == (200, "slate", None)
        _status, session = await served.call("GET", "/api/v1/session", role="viewer")
        assert (session["source"], session["floor"], session["floor_utc"]) == ("slate", None, None)


async def test_starting_against_the_board_asks_for_a_reason(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        await walk(served, "check_in")
        go = {"phase": "live", "reason": ""}
        status, problem = await served.call("POST", "/api/v1/session/phase", go, role="host")
        assert (status, problem["code"]) == (409, "reason_required")
        _status, session = await served.call("GET", "/api/v1/session")
        assert session["phase"] == "check_in"


async def test_a_session_is_cloned_from_an_earlier_one(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        plan = START | {"chair": "Phí Văn Tuấn"}
        status, first = await served.call("POST", "/api/v1/sessions", plan, role="secretary")
        assert status == 201
        clone, path = (
            {"start_utc": "2027-04-04T00:30:00.000Z"},
            f"/api/v1/sessions/{first['id']}/clones",
        )
        status, second = await served.call("POST", path, clone, role="secretary")
        assert (status, second["title"]) == (201, START["title"])
        planned = served.coordinator.runtime.state.sessions[second["id"]]
        assert planned.main_point == "MH-000"
        person = served.coordinator.runtime.person(planned.chair)
        assert person is not None
        assert person.name == "Phí Văn Tuấn"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/points/NOWHERE", None, 404, "unknown_point"),
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
        ("PUT", "/api/v1/session", None, 405, "method_not_allowed"),
        ("POST", "/api/v1/session/phase", {"phase": "party"}, 422, "invalid"),
        ("POST", "/api/v1/session/phase", {"phase": "live"}, 409, "wrong_phase"),
        ("POST", "/api/v1/session/phase", [], 422, "invalid"),
        ("POST", "/api/v1/sessions", {"start_utc": START["start_utc"]}, 422, "invalid"),
        ("POST", "/api/v1/codes", {"point": "NOWHERE"}, 404, "unknown_point"),
        ("POST", "/api/v1/tokens", {"role": "agent", "name": "x"}, 422, "invalid"),
        ("DELETE", "/api/v1/tokens/x", None, 404, "unknown_token"),
        ("POST", "/api/v1/join", {"code": "0000-0000"}, 404, "unknown_code"),
    ],
)
async def test_what_is_wrong_is_named(
    tmp_path: Path, method: str, path: str, body: object, status: int, code: str
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        answer, problem = await served.call(method, path, body)
        assert (answer, problem["code"], problem["status"]) == (status, code, status)


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * 70_000, "application/json", 413, "too_large"),
        (b'{"x":' + b"[" * 50_000, "application/json", 400, "bad_request"),
    ],
)
async def test_a_body_that_cannot_be_read_is_told_why(
    tmp_path: Path, body: bytes, kind: str, status: int, code: str
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        headers = {"Authorization": f"Bearer {served.tokens['admin']}", "Content-Type": kind}
        url = served.url + "/api/v1/session/phase"
        async with served.http.post(url, data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (status, code)
            assert answer.content_type == "application/problem+json"


async def test_a_code_used_twice_and_a_code_of_another_point_open_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {"point": "MH-001"})
        join = {"code": issued["code"].lower(), "point": "MH-002"}
        status, problem = await served.call("POST", "/api/v1/join", join, role=None)
        assert (status, problem["code"]) == (403, "wrong_point")
        join = {"code": issued["code"].replace("-", " ").lower()}
        status, joined = await served.call("POST", "/api/v1/join", join, role=None)
        assert (status, joined["point"]["code"]) == (201, "MH-001")
        status, problem = await served.call("POST", "/api/v1/join", join, role=None)
        assert (status, problem["code"]) == (409, "code_used")
        text = str(served.coordinator.runtime.state)
        assert joined["credential"] not in text
        assert issued["code"] not in text


@pytest.mark.parametrize(("form", "length"), [("typed", 8), ("printed", 26)])
async def test_the_session_s_code_lets_in_screens_until_it_is_revoked(
    tmp_path: Path, form: str, length: int
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {"form": form})
        assert len(issued["code"].replace("-", "")) == length
        join = {"code": issued["code"], "point": "MH-001", "role": "screen"}
        for _ in range(2):
            assert (await served.call("POST", "/api/v1/join", join, role=None))[0] == 201
        agent = join | {"role": "agent"}
        status, problem = await served.call("POST", "/api/v1/join", agent, role=None)
        assert (status, problem["code"]) == (403, "wrong_role")
        assert (await served.call("DELETE", f"/api/v1/codes/{issued['id']}"))[0] == 204
        status, problem = await served.call("POST", "/api/v1/join", join, role=None)
        assert (status, problem["code"]) == (403, "code_revoked")


async def test_a_lost_answer_can_be_asked_for_again(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {"point": "MH-001"})
        joined = []
        for key in ("k1", "k1", "k2"):
            async with served.http.post(
                served.url + "/api/v1/join",
                json={"code": issued["code"]},
                headers={"Idempotency-Key": key},
            ) as answer:
                joined.append((answer.status, await answer.json(content_type=None)))
        assert [status for status, _ in joined] == [201, 201, 409]
        assert joined[0][1]["device"] == joined[1][1]["device"]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await served.agent(joined[0][1]["credential"])
        async with served.agent(joined[1][1]["credential"]) as socket:
            await socket.send_str('{"type":"hello","versions":[1],"spool":"s"}')
            assert (await socket.receive_json())["type"] == "welcome"


async def test_a_device_plays_and_speaks_as_its_own_point_only(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential = await served.enrol("MH-001")
        asked = {
            ("/whip/point/MH-002", credential): 403,
            ("/whip/studio", credential): 403,
            ("/whep/programme", None): 401,
            ("/whip/studio", served.tokens["player"]): 403,
            ("/whip/point/MH-001", served.tokens["viewer"]): 403,
            # Let in, but no relay runs here.
            ("/whip/point/MH-001", credential): 503,
            ("/whep/programme", credential): 503,
            ("/whip/studio", served.tokens["publisher"]): 503,
        }
        for (path, bearer), expected in asked.items():
            headers = {"Content-Type": "application/sdp"}
            if bearer:
                headers["Authorization"] = f"Bearer {bearer}"
            async with served.http.post(served.url + path, data=OFFER, headers=headers) as answer:
                assert answer.status == expected, (path, await answer.text())


async def test_guessing_codes_is_slowed_down_after_twenty_tries(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        statuses = []
        for n in range(22):
            status, _ = await served.call("POST", "/api/v1/join", {"code": f"{n:08}"}, role=None)
            statuses.append(status)
        assert statuses == [404] * 20 + [429] * 2


async def test_a_screen_signs_in_with_a_cookie_that_another_site_cannot_use(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        token = {"token": served.tokens["host"]}
        status, _ = await served.call("POST", "/api/v1/signin", {"token": "nct_0_0"}, role=None)
        assert status == 401
        status, _ = await served.call("POST", "/api/v1/signin", token, role=None)
        assert status == 204
        [cookie] = served.http.cookie_jar
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        status, me = await served.call("GET", "/api/v1/me", role=None)
        assert (status, me["role"]) == (200, "host")
        url, body = served.url + "/api/v1/session/phase", {"phase": "rehearsal"}
        for origin, expected in (
            (None, 403),
            ("http://evil.example", 403),
            ("null", 403),
            (served.url, 200),
        ):
            headers = {"Origin": origin} if origin else {}
            async with served.http.post(url, json=body, headers=headers) as answer:
                assert answer.status == expected, origin
        status, _ = await served.call("POST", "/api/v1/signout", role=None)
        assert (await served.call("GET", "/api/v1/me", role=None))[0] == 401


async def test_the_admin_socket_needs_no_token(tmp_path: Path) -> None:

    async with serving(tmp_path, *TOWN) as served:
        path = served.folder.admin_socket()
        assert path.stat().st_mode & 0o777 == 0o600
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as http:
            async with http.get("http://admin/api/v1/me") as answer:
                assert (await answer.json())["role"] == "admin"


async def test_programs_can_see_how_it_is(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        for path in ("/livez", "/readyz"):
            async with served.http.get(served.url + path) as answer:
                assert (answer.status, (await answer.text())[:2]) == (200, "ok")
        text = ""
        async with asyncio.timeout(5):
            # People are summed four times a second, for the screens and for this.
            while 'nhipcau_people{kind="expected"} 228.0' not in text:
                async with served.http.get(served.url + "/metrics") as answer:
                    text = await answer.text()
        assert 'nhipcau_points{axis="presence",value="never_seen"} 3.0' in text
        assert 'nhipcau_relay_viewers_sent{sending="sound_only"} 0.0' in text
        assert "nhipcau_relay_packets_retransmitted_total 0.0" in text
        assert f"nhipcau_facts_total {served.coordinator.runtime.facts}.0" in text
        assert await check_metrics(text) == ""


async def test_the_description_of_the_api_is_true(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            served.url + "/openapi.json",
            "--header",
            f"Authorization: Bearer {served.tokens['admin']}",
            "--max-examples=25",
            "--phases=examples,coverage,fuzzing",
            "--seed=1",
            "--no-color",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()[-6000:]
