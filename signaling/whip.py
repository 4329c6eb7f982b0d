"""WHIP and WHEP as rules over HTTP requests, without HTTP.

Pure: a request in; a response, or what to ask of the media plane, out. RFC 9725 for WHIP,
draft-ietf-wish-whep-04 for WHEP, bent where deployed clients need it (each bend is named):

    endpoint   OPTIONS 204   GET, HEAD 204   POST -> Open -> 201, 409, 415, 422, 503
    session    OPTIONS 204   GET, HEAD 204   PATCH -> Trickle -> 204, 400, 412, 415, 422, 428
                                             DELETE -> Close -> 200, then everything is 404

400 and 406 are never sent for an offer: deployed players take them as an invitation to
offer otherwise.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .ice_server import IceServer
from .media_errors import BadSdp, MediaError
from .media_plane import Opened, Session
from .sdp import MAX_SDP_CHARS, Fragment, parse_fragment

SDP_TYPE = "application/sdp"
FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"
PROBLEM_TYPE = "application/problem+json"
ENDPOINT_METHODS = "OPTIONS, GET, HEAD, POST"
SESSION_METHODS = "OPTIONS, GET, HEAD, PATCH, DELETE"
RETRY_AFTER_S = 2

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "OPTIONS, GET, HEAD, POST, PATCH, DELETE",
    # ETag: one client sends the tag back in a header of that name.
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, ETag",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Post, Retry-After",
    "Access-Control-Max-Age": "86400",
}
_STATUS = {
    "bad_sdp": 422,
    "occupied": 409,
    "unknown_source": 404,
    "unknown_output": 404,
    "unknown_session": 404,
    "draining": 503,
    "no_address": 503,
    "no_headroom": 503,
    "plane_unavailable": 503,
}
_TITLES = {
    400: ("Bad fragment", "Mảnh SDP không đọc được"),
    404: ("Not found", "Không tìm thấy"),
    405: ("Method not allowed", "Phương thức không được phép"),
    409: ("Already being published", "Đang có người khác phát"),
    412: ("Not the current session", "Không phải phiên hiện tại"),
    413: ("Too large", "Quá lớn"),
    415: ("Unsupported media type", "Kiểu nội dung không được hỗ trợ"),
    422: ("Cannot take this offer", "Không nhận được đề nghị kết nối này"),
    428: ("Precondition required", "Thiếu điều kiện If-Match"),
    503: ("Try again", "Hãy thử lại"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What of an HTTP request the rules look at."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    "Names in any case."
    body: str = ""

    def header(self, name: str) -> str | None:
        """Return a header whatever the case of its name."""
        return next((v for k, v in self.headers.items() if k.lower() == name.lower()), None)

    def content_type(self) -> str:
        """Return the media type without its parameters, lower case."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What to answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    "Values of as many ``Link`` headers."
    body: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """Ask the plane to open a session with this offer; answer with ``opened``."""

    offer: str


@dataclass(frozen=True, slots=True)
class Trickle:
    """Ask the plane to add candidates; answer with ``trickled``."""

    session: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Close:
    """Ask the plane to end a session; answer with ``closed``."""

    session: str


def receive_at_endpoint(request: Request, servers: Sequence[IceServer] = ()) -> Response | Open:
    """Say what a request to an endpoint leads to. Who may ask was settled before."""
    match request.method:
        case "POST":
            return _receive_offer(request)
        case "OPTIONS":
            # A browser's preflight is not the client's and carries no credential.
            preflight = request.header("Access-Control-Request-Method") is not None
            links = () if preflight else tuple(server.link() for server in servers)
            headers = {"Accept-Post": SDP_TYPE, "Allow": ENDPOINT_METHODS}
            return Response(status=204, headers=_CORS | headers, links=links)
        case "GET" | "HEAD":
            return Response(status=204, headers=_CORS | {"Accept-Post": SDP_TYPE})
        case _:
            return problem(405, "method", f"{request.method} is not for an endpoint")


def receive_at_session(request: Request, session: Session | None) -> Response | Trickle | Close:
    """Say what a request to a session's URL leads to."""
    if request.method == "OPTIONS":
        headers = {"Accept-Patch": FRAGMENT_TYPE, "Allow": SESSION_METHODS}
        return Response(status=204, headers=_CORS | headers)
    if session is None:
        return problem(404, "unknown_session", "there is no such session, or no longer")
    match request.method:
        case "PATCH":
            return _receive_patch(request, session)
        case "DELETE":
            # Preconditions do not matter here (RFC 9725 §4.2).
            return Close(session.session)
        case "GET" | "HEAD":
            return Response(status=204, headers=_CORS)
        case _:
            return problem(405, "method", f"{request.method} is not for a session")


def opened(opened: Opened, location: str, servers: Sequence[IceServer] = ()) -> Response:
    """Return the 201 of a session; ``location`` is the path of its URL."""
    headers = {"Content-Type": SDP_TYPE, "Location": location, "ETag": etag(opened.session)}
    headers["Accept-Patch"] = FRAGMENT_TYPE
    return Response(
        status=201,
        headers=_CORS | headers,
        links=tuple(server.link() for server in servers),
        body=opened.answer,
    )


def trickled() -> Response:
    """Return the answer to candidates that were taken."""
    return Response(status=204, headers=_CORS)


def closed(found: bool) -> Response:
    """Return the answer to a DELETE: exactly 200, which OBS insists on."""
    if not found:
        return problem(404, "unknown_session", "there is no such session, or no longer")
    return Response(status=200, headers=_CORS)


def refused(error: MediaError) -> Response:
    """Return the answer when the plane said no."""
    return problem(_STATUS.get(error.code, 503), error.code, str(error))


def problem(status: int, code: str, detail: str) -> Response:
    """Return an error as RFC 9457 wants it, with a Vietnamese title for people."""
    title, title_vi = _TITLES.get(status, ("Refused", "Bị từ chối"))
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = {"Content-Type": PROBLEM_TYPE}
    if status in (409, 503):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == 415:
        headers["Accept-Post"] = SDP_TYPE
    return Response(
        status=status,
        headers=_CORS | headers,
        body=json.dumps(body | {"code": code, "title_vi": title_vi}, ensure_ascii=False),
    )


def etag(session: Session) -> str:
    """Return the strong tag of a session. There is no ICE restart, so it never changes."""
    return f'"{hashlib.sha256(session.secret.encode()).hexdigest()[:16]}"'


def _receive_offer(request: Request) -> Response | Open:
    if request.content_type() != SDP_TYPE:
        return problem(415, "content_type", f"an offer is {SDP_TYPE}")
    if len(request.body) > MAX_SDP_CHARS:
        return problem(413, "too_large", f"an offer has {MAX_SDP_CHARS} characters at most")
    if not request.body.strip():
        return problem(422, "bad_sdp", "there is no offer: this server makes none itself")
    return Open(request.body)


def _receive_patch(request: Request, session: Session) -> Response | Trickle:
    if request.content_type() != FRAGMENT_TYPE:
        return problem(415, "content_type", f"candidates are {FRAGMENT_TYPE}")
    try:
        fragment = parse_fragment(request.body)
    except BadSdp as error:
        return problem(400, "bad_fragment", str(error))
    return _check_tag(request, session, fragment) or Trickle(session.session, request.body)


def _check_tag(request: Request, session: Session, fragment: Fragment) -> Response | None:
    """Judge the preconditions leniently; None when the fragment may be taken.

    RFC 9725 wants If-Match on every PATCH. Two of four deployed clients send none, so a
    fragment that names the session's own ufrag is taken without.
    """
    tags = [tag.strip() for tag in (request.header("If-Match") or "").split(",") if tag.strip()]
    known = fragment.ufrag == session.remote_ufrag
    if "*" in tags:
        if fragment.ufrag is None or known:
            return None
        return problem(422, "no_restart", "ICE is not restarted here: post a new offer")
    if tags and etag(session) not in tags:
        return problem(412, "wrong_tag", "If-Match names another state of this session")
    if known or (tags and fragment.ufrag is None):
        return None
    if tags:
        return problem(422, "no_restart", "ICE is not restarted here: post a new offer")
    return problem(428, "precondition", "name the session by If-Match or by its ice-ufrag")
