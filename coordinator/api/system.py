"""Health, metrics and the description of the API."""

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from ..caller import FORWARDED, is_local
from ..policy import Action
from ..runtime import Runtime
from .problem import ProblemRaised
from .route import PROXIES, RUNTIME, authorize

REGISTRY: web.AppKey[CollectorRegistry] = web.AppKey("registry", CollectorRegistry)
OPENAPI: web.AppKey[bytes] = web.AppKey("openapi", bytes)
METRICS_FOR_ALL: web.AppKey[bool] = web.AppKey("metrics_for_all", bool)


async def livez(_request: web.Request) -> web.Response:
    """Answer while the event loop runs."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """Answer when the journal is replayed and takes facts."""
    _let_in(request)
    runtime: Runtime | None = request.app.get(RUNTIME)
    if runtime is None:
        raise ProblemRaised("starting")
    await runtime.settled()
    return web.Response(text=f"ok\nfacts {runtime.facts}\n")


async def metrics(request: web.Request) -> web.Response:
    """Answer in the text format that the scraper asks for."""
    _let_in(request)
    encoder, content_type = choose_encoder(request.headers.get("Accept", ""))
    body = encoder(request.app[REGISTRY])
    return web.Response(body=body, headers={"Content-Type": content_type})


def _let_in(request: web.Request) -> None:
    """Let this machine in, and whoever may look; others need not know how we are.

    Raises:
        ProblemRaised: ``unauthorized``, ``forbidden``.

    """
    forwarded = request.headers.getall(FORWARDED, [])
    local = is_local(request.remote or "", forwarded, request.app[PROXIES])
    if not (local or request.app[METRICS_FOR_ALL]):
        authorize(request, Action.LOOK)


async def openapi(request: web.Request) -> web.Response:
    """Answer the description of the API."""
    return web.Response(body=request.app[OPENAPI], content_type="application/json")


def system_routes() -> list[web.RouteDef]:
    """Return the routes that programs rely on."""
    return [
        web.get("/livez", livez),
        web.get("/readyz", readyz),
        web.get("/metrics", metrics),
        web.get("/openapi.json", openapi),
    ]
