"""What machines ask of the server that shows the pages: boards, badges, the feed and metrics."""

import os
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import answers
import boards
import prometheus
import published
import streamlit as st
from answers import Answer, RefusedError
from anyio import CapacityLimiter, to_thread
from boards import Opened
from published import NothingPublishedError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Find = Callable[[Opened, Request], Answer]

# Machines never take the threads that serve the pages' files, nor the event loop.
LIMITER = CapacityLimiter(4)
METHODS = ["GET", "HEAD", "OPTIONS"]
FRESH = {"Cache-Control": "max-age=60"}
NEVER_KEPT = {"Cache-Control": "no-store"}
# An answer opened as a page runs nothing and loads nothing.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
ORIGINS = "PODIUM_API_ORIGINS"
HERE = Path(__file__).parent


def _fingerprint() -> str:
    """Changes when the program does: another program may tell the same version otherwise."""
    files = sorted([*HERE.glob("*.py"), *(HERE / "queries").glob("machine_*.sql")])
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


PROGRAM = _fingerprint()


def _path_route(path: str, find: Find, headers: dict[str, str] = FRESH) -> Route:
    async def endpoint(request: Request) -> Response:
        return await to_thread.run_sync(_answered, request, find, headers, limiter=LIMITER)

    return Route(path, endpoint, methods=METHODS)


def _answered(request: Request, find: Find, headers: dict[str, str]) -> Response:
    shared = HEADERS | _cross_origin(request)
    if not _is_own_name(request.url.hostname or ""):
        told = {"error": f"not answered under this name; to allow it, name it in {ORIGINS}, as http(s)://name"}
        return JSONResponse(told, 403, HEADERS)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=shared | {"Allow": ", ".join(METHODS)})
    try:
        opened = boards.current()
        found = find(opened, request)
    except RefusedError as refused:
        return JSONResponse(refused.told, refused.status, shared | NEVER_KEPT)
    except NothingPublishedError as reason:
        return JSONResponse({"error": str(reason)}, 503, shared | NEVER_KEPT | {"Retry-After": "60"})
    shared = shared | headers | ({} if headers == NEVER_KEPT else {"ETag": _etag(opened)})
    if "ETag" in shared and _is_held(request, shared["ETag"]):
        return Response(status_code=304, headers=shared)
    return Response(found.make(), headers=shared, media_type=found.media)


def _etag(opened: Opened) -> str:
    """Weak, for the server may compress the same answer."""
    about = opened.publication
    return f'W/"{about["version"]}-{about["as_of"]:%Y%m%d%H%M%S%f}-{PROGRAM}"'


def _is_held(request: Request, etag: str) -> bool:
    held = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    return "*" in held or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in held}


def _origins() -> list[str]:
    return [origin.strip().rstrip("/") for origin in os.environ.get(ORIGINS, "").split(",") if origin.strip()]


def _cross_origin(request: Request) -> dict[str, str]:
    """Pages of other sites may read only where they are named: a browser would let any page read a loopback."""
    origin, allowed = request.headers.get("origin", ""), _origins()
    if not origin or not {origin, "*"} & {*allowed}:
        return {"Vary": "Origin"} if allowed else {}
    return {
        "Access-Control-Allow-Origin": "*" if "*" in allowed else origin,
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "If-None-Match",
        "Access-Control-Expose-Headers": "ETag",
        "Vary": "Origin",
    }


def _is_own_name(host: str) -> bool:
    """On a loopback, only its own names: a site whose name was made to lead here must not read what is here."""
    allowed = _origins()
    if not _is_loopback(str(st.get_option("server.address"))) or _is_loopback(host):
        return True
    return "*" in allowed or host in {urlsplit(origin).hostname for origin in allowed}


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _metrics(opened: Opened, request: Request) -> Answer:
    found = answers.metrics(opened, request.query_params.multi_items())
    refused = prometheus.gauge(
        "podium_audit_refused_checks",
        "Checks that kept a newer version from being published; 0 where the last audit passed",
        len(published.refused_after(opened.edition)),
    )
    return Answer(found.media, lambda: found.make() + refused)


def _nowhere(opened: Opened, request: Request) -> Answer:
    raise RefusedError(404, "nothing is here; /api/v1/ lists what is", boards=list(opened.boards))


def _board(opened: Opened, request: Request) -> Answer:
    asked = request.path_params
    return answers.board(opened, asked["board"], asked["form"], request.query_params.multi_items())


ROUTES = [
    _path_route("/api/v1/", lambda opened, request: answers.index(opened, request.query_params.multi_items())),
    _path_route("/api/v1/{board}.{form}", _board),
    _path_route("/api/{rest:path}", _nowhere),
    _path_route(
        "/badge/{model:path}.svg",
        lambda opened, request: answers.badge(opened, request.path_params["model"], request.query_params.multi_items()),
    ),
    _path_route("/badge/{rest:path}", _nowhere),
    _path_route("/feed.xml", lambda opened, request: answers.feed(opened, request.query_params.multi_items())),
    _path_route("/metrics", _metrics, NEVER_KEPT),
]
