"""Health, metrics and the description of the API."""

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from ..runtime import Runtime
from .problem import ProblemRaised
from .route import RUNTIME

REGISTRY: web.AppKey[CollectorRegistry] = web.AppKey("registry", CollectorRegistry)
OPENAPI: web.AppKey[bytes] = web.AppKey("openapi", bytes)


async def livez(_request: web.Request) -> web.Response:
    """Answer while the event loop runs."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """Answer when the journal is replayed and takes facts."""
    runtime: Runtime | None = request.app.get(RUNTIME)
    if runtime is None:
        raise ProblemRaised("starting")
    await runtime.settled()
    return web.Response(text=f"ok\nfacts {runtime.facts}\n")


async def metrics(request: web.Request) -> web.Response:
    """Answer in the text format that the scraper asks for."""
    encoder, content_type = choose_encoder(request.headers.get("Accept", ""))
    body = encoder(request.app[REGISTRY])
    return web.Response(body=body, headers={"Content-Type": content_type})


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
