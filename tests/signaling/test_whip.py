"""WHIP and WHEP as deployed clients need them: RFC 9725, and where it is bent."""

import json
from dataclasses import replace

import pytest

from signaling import whip
from signaling.ice_server import IceServer
from signaling.media_errors import BadSdp, MediaRefused, PlaneUnavailable
from signaling.media_plane import Opened, Session
from signaling.sdp import MAX_SDP_CHARS
from signaling.whip import Close, Open, Request, Response, Trickle

SESSION = Session(
    session="s1",
    secret="k" * 22,
    role="viewer",
    name="programme",
    who="hall",
    codec="H264",
    remote_ufrag="abcd",
)
TAG = whip.etag(SESSION)
SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"content-type": "Application/Trickle-ICE-sdpfrag; charset=utf-8"}
CANDIDATE = "a=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n"
OWN, OTHER = "a=ice-ufrag:abcd\r\n", "a=ice-ufrag:zzzz\r\na=ice-pwd:" + "p" * 22 + "\r\n"
TURN = IceServer(url="turn:t.example:3478?transport=udp", username="u", credential="c")


def status(decided: object) -> int | str:
    return decided.status if isinstance(decided, Response) else type(decided).__name__


@pytest.mark.parametrize(
    ("method", "headers", "body", "expected"),
    [
        ("POST", SDP, "v=0", "Open"),
        ("POST", {"content-type": "APPLICATION/SDP; charset=utf-8"}, "v=0", "Open"),
        ("POST", {}, "v=0", 415),
        ("POST", {"Content-Type": "application/json"}, "v=0", 415),
        ("POST", SDP, "", 422),
        ("POST", SDP, " \r\n", 422),
        ("POST", SDP, "v" * (MAX_SDP_CHARS + 1), 413),
        ("OPTIONS", {}, "", 204),
        ("GET", {}, "", 204),
        ("HEAD", {}, "", 204),
        ("PUT", SDP, "v=0", 405),
        ("DELETE", {}, "", 405),
        ("PATCH", FRAGMENT, OWN, 405),
    ],
)
def test_what_an_endpoint_does(
    method: str, headers: dict[str, str], body: str, expected: int | str
) -> None:
    request = Request(method=method, headers=headers, body=body)
    assert status(whip.receive_at_endpoint(request)) == expected


@pytest.mark.parametrize(
    ("method", "headers", "body", "expected"),
    [
        ("PATCH", FRAGMENT | {"If-Match": TAG}, OWN + CANDIDATE, "Trickle"),
        ("PATCH", FRAGMENT | {"If-Match": TAG}, CANDIDATE, "Trickle"),
        ("PATCH", FRAGMENT | {"If-Match": f'"x", {TAG}'}, OWN, "Trickle"),
        # Two of four deployed clients send no If-Match (ux.md, finding 2).
        ("PATCH", FRAGMENT, OWN + CANDIDATE, "Trickle"),
        ("PATCH", FRAGMENT | {"ETag": TAG}, OWN + CANDIDATE, "Trickle"),
        ("PATCH", FRAGMENT | {"If-Match": "*"}, OWN + CANDIDATE, "Trickle"),
        ("PATCH", FRAGMENT | {"If-Match": "*"}, "a=end-of-candidates", "Trickle"),
        ("PATCH", FRAGMENT, CANDIDATE, 428),
        ("PATCH", FRAGMENT, OTHER + CANDIDATE, 428),
        ("PATCH", FRAGMENT | {"If-Match": '"old"'}, OWN + CANDIDATE, 412),
        ("PATCH", FRAGMENT | {"If-Match": "*"}, OTHER, 422),
        ("PATCH", FRAGMENT | {"If-Match": TAG}, OTHER, 422),
        ("PATCH", SDP, OWN, 415),
        ("PATCH", {}, OWN, 415),
        ("PATCH", FRAGMENT | {"If-Match": TAG}, "", 400),
        ("PATCH", FRAGMENT | {"If-Match": TAG}, "junk", 400),
        ("DELETE", {}, "", "Close"),
        ("DELETE", {"If-Match": '"old"'}, "", "Close"),
        ("GET", {}, "", 204),
        ("HEAD", {}, "", 204),
        ("OPTIONS", {}, "", 204),
        ("POST", SDP, "v=0", 405),
    ],
)
def test_what_a_session_does(
    method: str, headers: dict[str, str], body: str, expected: int | str
) -> None:
    request = Request(method=method, headers=headers, body=body)
    assert status(whip.receive_at_session(request, SESSION)) == expected


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "GET", "HEAD", "POST"])
def test_a_session_that_is_gone_is_404(method: str) -> None:
    request = Request(method=method, headers=FRAGMENT, body=OWN)
    assert status(whip.receive_at_session(request, None)) == 404
    assert status(whip.receive_at_session(Request(method="OPTIONS"), None)) == 204


def test_the_plane_is_asked_with_what_the_client_sent() -> None:
    offer = whip.receive_at_endpoint(Request(method="POST", headers=SDP, body="v=0\r\n"))
    assert offer == Open("v=0\r\n")
    request = Request(method="PATCH", headers=FRAGMENT, body=OWN + CANDIDATE)
    assert whip.receive_at_session(request, SESSION) == Trickle("s1", OWN + CANDIDATE)
    assert whip.receive_at_session(Request(method="DELETE"), SESSION) == Close("s1")


def test_an_opened_session_is_201_with_all_that_clients_read() -> None:
    response = whip.opened(Opened(session=SESSION, answer="v=0"), "/whep/session/k", [TURN])
    assert response.status == 201
    assert response.body == "v=0"
    assert response.headers["Location"] == "/whep/session/k"
    assert response.headers["ETag"] == TAG
    assert response.headers["Content-Type"] == "application/sdp"
    exposed = response.headers["Access-Control-Expose-Headers"]
    assert {"Location", "ETag", "Link"} <= set(exposed.split(", "))
    assert response.links == (
        '<turn:t.example:3478?transport=udp>; rel="ice-server"; username="u"; '
        'credential="c"; credential-type="password"',
    )


def test_a_strong_tag_differs_between_sessions_and_hides_the_secret() -> None:
    other = whip.etag(replace_secret("z" * 22))
    assert other != TAG
    assert TAG.startswith('"')
    assert "k" * 8 not in TAG


def replace_secret(secret: str) -> Session:
    return Session(
        **{name: getattr(SESSION, name) for name in SESSION.__struct_fields__} | {"secret": secret}
    )


def test_delete_is_exactly_200_and_then_404() -> None:
    assert whip.closed(True).status == 200
    assert whip.closed(False).status == 404
    assert whip.trickled().status == 204
    assert "ETag" not in whip.trickled().headers


def test_ice_servers_are_told_to_clients_but_not_to_a_preflight() -> None:
    stun = IceServer(url="stun:s.example")
    asked = Request(method="OPTIONS")
    preflight = replace(asked, headers={"access-control-request-method": "POST"})
    told = whip.receive_at_endpoint(asked, [stun])
    silent = whip.receive_at_endpoint(preflight, [stun])
    assert isinstance(told, Response)
    assert isinstance(silent, Response)
    assert told.links == ('<stun:s.example>; rel="ice-server"',)
    assert silent.links == ()
    for response in (told, silent):
        assert response.headers["Accept-Post"] == "application/sdp"
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
        assert "ETag" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (BadSdp("no codec"), 422, False),
        (MediaRefused("occupied", "taken"), 409, True),
        (MediaRefused("draining", "replaced"), 503, True),
        (MediaRefused("unknown_session", "gone"), 404, False),
        (MediaRefused("unheard_of", "?"), 503, True),
        (PlaneUnavailable("away"), 503, True),
    ],
)
def test_a_refusal_is_a_problem_that_programs_and_people_can_read(
    error: BadSdp, code: int, retry: bool
) -> None:
    response = whip.refused(error)
    assert response.status == code
    assert ("Retry-After" in response.headers) is retry
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(response.body)
    assert body["status"] == code
    assert body["code"] == error.code
    assert body["detail"] == str(error)
    assert body["title"]
    assert body["title_vi"]


def test_no_answer_to_an_offer_is_400_or_406() -> None:
    """Deployed players read those as: offer otherwise, drop the sound (ux.md, finding 3)."""
    told = {whip.refused(MediaRefused(code, "")).status for code in whip._STATUS}
    assert told.isdisjoint({400, 406})


def test_415_says_what_is_taken() -> None:
    response = whip.receive_at_endpoint(Request(method="POST", body="v=0"))
    assert isinstance(response, Response)
    assert response.headers["Accept-Post"] == "application/sdp"
    assert whip.problem(418, "tea", "pot").status == 418
