"""The pages and their static files over HTTP. They hold no data: those come by ``/ws/watch``.

Every file is read once, when the routes are made, and named by the hash of its content: after
an upgrade, which is a restart, a browser that asks again (``no-cache``) gets the new file even
if its time and size are the old ones. What is not in this table does not exist, so no path can
lead out of the folders.
"""

import gzip
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, hdrs, web

from signaling.words import LOCALE as COMMON_WORDS

from .shell import STATIC, shell_files

HERE = Path(__file__).parent
# Pages by their address; each is the index.html of the folder of that name.
PAGES = ("wall", "host", "hall", "signin")
# Folders whose files are served below /static/, besides those of the pages.
WORDS = HERE / "locale"
"What the screens say."
SHARED = ("shared", "vendor", "locale")

MIME = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

TEXTS = {MIME[suffix] for suffix in (".css", ".js")}
# What a page without a network can be read in.
LANGUAGES = ("vi", "en")

CONTENT_SECURITY = (
    "default-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_DEVICES = "camera=(), display-capture=(), geolocation=(), microphone=()"
DEVICES = "camera=(self), display-capture=(self), geolocation=(), microphone=(self)"
# Pages that may ask for a camera, a microphone or the screen: they publish, or test devices.
PUBLISHING = ("host", "hall")
COMMON_HEADERS = {
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    packed: bytes | None
    "The body by gzip, or None where that gains nothing."
    kind: str
    tag: str
    "Hash of the body: its strong ETag."


def load(path: Path) -> Asset:
    """Read a file for serving; a catalogue of words together with the common ones."""
    body = path.read_bytes()
    if path.parent == WORDS:
        common = json.loads((COMMON_WORDS / path.name).read_bytes())
        body = json.dumps(json.loads(body) | common, ensure_ascii=False).encode()
    packed = gzip.compress(body, mtime=0) if path.suffix != ".woff2" else body
    return Asset(
        body=body,
        packed=packed if len(packed) < len(body) else None,
        kind=MIME[path.suffix],
        tag=hashlib.sha256(body).hexdigest()[:32],
    )


def static_assets() -> dict[str, Asset]:
    """Read all that lies below ``/static/``, by its path there."""
    folders = [HERE / name for name in (*PAGES, *SHARED)]
    files = [path for folder in folders for path in sorted(folder.rglob("*"))]
    return {
        path.relative_to(HERE).as_posix(): load(path)
        for path in files
        if path.suffix in MIME and path.suffix != ".html"
    }


def answer(request: web.Request, asset: Asset, headers: dict[str, str]) -> web.Response:
    """Answer with an asset, or that the browser's copy is still the same."""
    packs = asset.packed is not None and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "")
    # A strong tag names bytes, so the packed form has one of its own.
    tag = f"{asset.tag}-gzip" if packs else asset.tag
    known = request.if_none_match or ()
    fresh = any(given.value in (tag, "*") for given in known)
    response = web.Response(status=304 if fresh else 200, headers={**COMMON_HEADERS, **headers})
    response.etag = ETag(tag)
    if fresh:
        return response
    response.body = asset.packed if packs else asset.body
    response.headers[hdrs.CONTENT_TYPE] = asset.kind
    if packs:
        response.headers[hdrs.CONTENT_ENCODING] = "gzip"
    return response


def _page(name: str) -> Handler:
    asset = load(HERE / name / "index.html")
    policy = DEVICES if name in PUBLISHING else NO_DEVICES
    headers = {**PAGE_HEADERS, "Permissions-Policy": policy}

    async def handle(request: web.Request) -> web.StreamResponse:
        return answer(request, asset, headers)

    return handle


def _static(assets: dict[str, Asset]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        asset = assets.get(request.match_info["path"])
        if asset is None:
            raise web.HTTPNotFound
        return answer(request, asset, {})

    return handle


def _worker(assets: dict[str, Asset]) -> Handler:
    """Serve the hall page's service worker, headed by the files it keeps and their version."""
    page = load(HERE / "hall" / "index.html")
    texts = {path: asset.body.decode() for path, asset in assets.items() if asset.kind in TEXTS}
    files = shell_files("/hall", page.body.decode(), texts, LANGUAGES)
    tags = [page.tag, *(assets[path.removeprefix(STATIC)].tag for path in files[1:])]
    shell = {"version": hashlib.sha256("".join(tags).encode()).hexdigest()[:16], "files": files}
    body = f"self.SHELL = {json.dumps(shell)};\n".encode() + assets["hall/sw.js"].body
    tag = hashlib.sha256(body).hexdigest()[:32]
    asset = Asset(body=body, packed=None, kind=MIME[".js"], tag=tag)

    async def handle(request: web.Request) -> web.StreamResponse:
        return answer(request, asset, {"Service-Worker-Allowed": "/hall"})

    return handle


def page_routes() -> list[web.RouteDef]:
    """Return the routes of all pages and of their static files; reads them from disk."""
    assets = static_assets()
    pages = [web.get(f"/{name}", _page(name)) for name in PAGES]
    worker = web.get("/hall/sw.js", _worker(assets))
    return [*pages, worker, web.get("/static/{path:.+}", _static(assets))]
