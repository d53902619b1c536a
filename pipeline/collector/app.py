"""The collector's routes: what comes in is answered 2xx only when it is safe on disk."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline import sources
from pipeline.collector import body, records
from pipeline.collector.guard import Guard
from pipeline.collector.journal import Journal
from pipeline.collector.refusal import NotNow, Refused
from pipeline.collector.room import Room

# Types a web page can not send to another site unasked: a browser asks first, and is told no.
JSON_TYPES = ("application/json", "application/x-ndjson", "application/ndjson", "application/jsonl")
ROUTES = "POST /v1/litellm, /v1/traces or /v1/logs/<source>, or GET /healthz"
Reader = Callable[[bytes], tuple[bytes, int]]


class Collector:
    """The running collector: its room, and a journal for each source something came for."""

    def __init__(self) -> None:
        self.room = Room()
        self.sources = sources.names()
        self.journals: dict[str, Journal] = {}

    async def accept(self, request: Request, source: str, read: Reader) -> int:
        """Store a request's records; returns how many. Raises Refused, and then nothing of it counts as received."""
        if source not in self.sources:
            raise Refused(404, "no such source is installed", f"there are: {', '.join(self.sources)}")
        await self._check_room(request)
        with self.room.hold() as held:
            lines, count = read(await body.read(request, self.room, held))
            if count:
                await self._store(request, source, lines)
        return count

    async def _check_room(self, request: Request) -> None:
        await self.room.measure()
        if lacks := self.room.lacks():
            raise NotNow(request, *lacks)

    async def _store(self, request: Request, source: str, lines: bytes) -> None:
        if source not in self.journals:
            self.journals[source] = Journal(source)
        try:
            await self.journals[source].store(lines)
        except OSError:
            step = "make room on the disk of PODIUM_HOME; see the collector's own messages"
            raise NotNow(request, "the records could not be written", step, 503) from None

    async def litellm(self, request: Request) -> Response:
        """LiteLLM's generic_api: an array, lines, or one object."""
        _check_type(request, JSON_TYPES, "send application/json")
        return JSONResponse({"accepted": await self.accept(request, "litellm", records.lines)})

    async def logs(self, request: Request) -> Response:
        """Any source's records, as JSON lines or an array."""
        _check_type(request, JSON_TYPES, "send application/x-ndjson or application/json")
        return JSONResponse({"accepted": await self.accept(request, request.path_params["source"], records.lines)})

    async def traces(self, request: Request) -> Response:
        """OTLP/HTTP in JSON."""
        _check_type(request, JSON_TYPES[:1], "set the exporter's protocol to http/json: protobuf is not read here")
        await self.accept(request, "otel", records.export)
        return JSONResponse({"partialSuccess": {}})

    async def health(self, _request: Request) -> Response:
        """Whether records are taken, and how much waits to land."""
        await self.room.measure()
        lacks = self.room.lacks()
        told = {"backlog_bytes": self.room.backlog_bytes, "backlog_files": self.room.backlog_files}
        told |= {"free_disk_bytes": self.room.free_bytes, "bytes_in_memory": self.room.held}
        state = {"status": "full", "message": lacks[0], "next_step": lacks[1]} if lacks else {"status": "ok"}
        return JSONResponse(state | told, 503 if lacks else 200)


def _check_type(request: Request, known: tuple[str, ...], next_step: str) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in known:
        raise Refused(415, "this Content-Type is not read here", next_step)


def make(host: str, token: str | None) -> Starlette:
    """The application, for an address that was checked to need no other token."""
    collector = Collector()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        for journal in collector.journals.values():
            await journal.close()

    return Starlette(
        routes=[
            Route("/v1/litellm", collector.litellm, methods=["POST"]),
            Route("/v1/traces", collector.traces, methods=["POST"]),
            Route("/v1/logs/{source}", collector.logs, methods=["POST"]),
            Route("/healthz", collector.health, methods=["GET"]),
        ],
        middleware=[Middleware(Guard, host=host, token=token)],
        exception_handlers={Refused: _refused, HTTPException: _no_such_route, Exception: _fault},
        lifespan=lifespan,
    )


async def _refused(_request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)  # noqa: S101
    return refused.response()


async def _no_such_route(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    headers = dict(error.headers) if error.headers else None
    return Refused(error.status_code, error.detail, ROUTES, headers).response()


async def _fault(_request: Request, _error: Exception) -> Response:
    return Refused(500, "Podium itself failed on it", "please report what the collector wrote about it").response()
