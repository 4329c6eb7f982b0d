"""What every answer goes through: problems instead of tracebacks, and the safe headers."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ..door import DOOR
from .problem import ProblemRaised, problem, problem_body
from .route import SECURE

log = structlog.get_logger(__name__)

STAY_SECURE = "max-age=31536000"
"For a year; other names of the deployment's domain are not ours to speak for."

HTTP_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
}


def problem_response(code: str, detail: str, headers: dict[str, str]) -> web.Response:
    """Return a problem as a response."""
    value = problem(code, detail)
    return web.Response(
        status=value.status,
        body=problem_body(value),
        content_type="application/problem+json",
        headers=headers,
    )


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong into a problem that names it."""
    try:
        return await handler(request)
    except ProblemRaised as raised:
        return problem_response(raised.code, raised.detail, raised.headers)
    except web.HTTPException as error:
        code = HTTP_CODES.get(error.status)
        if code is None:
            raise
        allow = {k: v for k, v in error.headers.items() if k == "Allow"}
        return problem_response(code, error.reason, allow)
    except ConnectionError as error:
        # Who asked is gone; in a crowd that is a matter of course.
        log.info("api.gone", method=request.method, path=request.path, error=repr(error))
        return problem_response("internal", "", {})
    except Exception:
        log.exception("api.failed", method=request.method, path=request.path)
        return problem_response("internal", "", {})


@web.middleware
async def safe_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the door that a request is here; add the headers that cost nothing and close doors."""
    request.app[DOOR].receive_head(request.transport)
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "no-store")
        if request.app[SECURE]:
            response.headers["Strict-Transport-Security"] = STAY_SECURE
    return response
