"""Visitors without a browser: they speak Streamlit's protocol, so that fifty of them fit beside the server."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.benchmarks.served import Server

PROTOCOL = Subprotocol("streamlit")
PATIENCE_S = 60
THINKS_S = 10.0
CLICKS = 4
RERUNS = 8


@dataclass
class Visitor:
    """One open page: what its server told it, and what it answers."""

    socket: ClientConnection
    path: str
    page_hash: str = ""
    pages: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    pressed: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    follows: asyncio.Task[None] | None = None
    listens: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Take in what the server sends from now on."""
        self.listens = asyncio.create_task(self._listen())
        self.listens.add_done_callback(lambda _: self.finished.set())

    async def _listen(self) -> None:
        async for data in self.socket:
            told = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            getattr(self, f"_{told.WhichOneof('type')}", self._other)(told)
            if told.metadata.cacheable:
                self.held.add(told.hash)

    def _other(self, told: ForwardMsg) -> None:
        """Most of what is drawn needs no answer."""

    def _new_session(self, told: ForwardMsg) -> None:
        if not told.metadata.run.fragment_ids:
            self.groups.clear()
            self._follow_no_more()

    def _navigation(self, told: ForwardMsg) -> None:
        self.page_hash = told.navigation.page_script_hash
        self.pages = [page.url_pathname for page in told.navigation.app_pages]

    def _delta(self, told: ForwardMsg) -> None:
        element: Any = told.delta.new_element
        match element.WhichOneof("type"):
            case "button_group":
                self.groups[element.button_group.id] = [option.content for option in element.button_group.options]
            case "exception":
                self.errors[element.exception.type] += 1

    def _page_info_changed(self, told: ForwardMsg) -> None:
        self.path = f"{urlsplit(self.path).path}?{told.page_info_changed.query_string}"

    def _page_not_found(self, told: ForwardMsg) -> None:
        self.errors["page not found"] += 1

    def _script_finished(self, told: ForwardMsg) -> None:
        if told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.finished.set()
        elif told.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.errors["script"] += 1

    def _auto_rerun(self, told: ForwardMsg) -> None:
        """A browser asks for such a part of the page again and again, until the whole page runs anew."""
        self._follow_no_more()
        self.follows = asyncio.create_task(self._follow(told.auto_rerun.interval, told.auto_rerun.fragment_id))

    def _follow_no_more(self) -> None:
        if self.follows:
            self.follows.cancel()
            self.follows = None

    async def _follow(self, every_s: float, fragment: str) -> None:
        while True:
            await asyncio.sleep(every_s)
            await self._ask(fragment)

    async def _ask(self, fragment: str = "") -> None:
        parts = urlsplit(self.path)
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_script_hash, state.page_name = parts.query, self.page_hash, parts.path.strip("/")
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        state.cached_message_hashes.extend(self.held)
        state.context_info.url, state.context_info.color_scheme = f"http://127.0.0.1{self.path}", "light"
        for widget, option in self.pressed.items():
            state.widget_states.widgets.add(id=widget).string_array_value.data.append(option)
        await self.socket.send(asked.SerializeToString())

    async def run(self) -> float:
        """The page's script from asking to its end, in milliseconds."""
        self.finished.clear()
        begun = time.perf_counter()
        await self._ask()
        await asyncio.wait_for(self.finished.wait(), PATIENCE_S)
        if self.listens and self.listens.done():
            await self.listens
            raise ConnectionError("the server closed the page")
        return 1000 * (time.perf_counter() - begun)

    async def click(self) -> float:
        """Press the last button of the period's that is not pressed, of the first group's where there is no period."""
        if self.groups:
            group = next((group for group in self.groups if group.endswith("-period")), next(iter(self.groups)))
            self.pressed[group] = [option for option in self.groups[group] if option != self.pressed.get(group)][-1]
        return await self.run()


class Visit:
    """A visitor from connecting to leaving."""

    def __init__(self, server: Server, path: str) -> None:
        self.url, self.path = f"ws://127.0.0.1:{server.port}/_stcore/stream", path

    async def __aenter__(self) -> Visitor:
        socket = await connect(self.url, subprotocols=[PROTOCOL], max_size=None, open_timeout=PATIENCE_S)
        self.visitor = Visitor(socket, self.path)
        self.visitor.listen()
        return self.visitor

    async def __aexit__(self, *_: object) -> None:
        tasks = [task for task in (self.visitor.listens, self.visitor.follows) if task]
        for task in tasks:
            task.cancel()
        await self.visitor.socket.close()
        await asyncio.gather(*tasks, return_exceptions=True)


async def page_names(server: Server) -> list[str]:
    """The addresses of all pages, from the server's own navigation."""
    async with Visit(server, "/") as visitor:
        await visitor.run()
        return visitor.pages


async def interaction(server: Server, path: str) -> dict[str, float | None]:
    """Mean CPU milliseconds of the server per click on a page that has met both answers before."""
    async with Visit(server, path) as visitor:
        for _ in range(3):
            await visitor.click()
        before = server.cpu_ms()
        for _ in range(RERUNS):
            await visitor.click()
        return {"cpu_ms": (server.cpu_ms() - before) / RERUNS}


@dataclass
class Crowd:
    """Many visitors at once, and what befell them."""

    server: Server
    count: int
    arrived: asyncio.Barrier
    left: asyncio.Barrier
    waited_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    async def visit(self, place: int, path: str) -> None:
        """Open a page, click when all have theirs open, stay until all are done; none at the same moment."""
        apart = place * THINKS_S / self.count
        try:
            async with asyncio.timeout(10 * PATIENCE_S), Visit(self.server, path) as visitor:
                await asyncio.sleep(apart)
                await visitor.run()
                await self.arrived.wait()
                await asyncio.sleep(apart)
                for _ in range(CLICKS):
                    self.waited_ms.append(await visitor.click())
                    await asyncio.sleep(THINKS_S)
                await self.left.wait()
                self.errors.update(visitor.errors)
        except asyncio.BrokenBarrierError:
            return  # another's error ended the crowd
        except (OSError, TimeoutError, WebSocketException) as error:
            self.errors[type(error).__name__] += 1
            await self.arrived.abort()
            await self.left.abort()


async def crowd(server: Server, paths: list[str], count: int) -> dict[str, float | None]:
    """So many visitors, each clicking every THINKS_S: what they waited, and what the server took meanwhile.

    The CPU is all of the server's, looks at CURRENT for the open pages included.
    """
    many, memory = Crowd(server, count, asyncio.Barrier(count + 1), asyncio.Barrier(count + 1)), server.memory_mib()
    visits = [asyncio.create_task(many.visit(place, paths[place % len(paths)])) for place in range(count)]
    found: dict[str, float | None] = {}
    with suppress(asyncio.BrokenBarrierError):
        await many.arrived.wait()
        before, begun = server.cpu_ms(), time.monotonic()
        while many.left.n_waiting < count and not many.left.broken:
            await asyncio.sleep(0.1)
        spent, seconds, after = server.cpu_ms() - before, time.monotonic() - begun, server.memory_mib()
        await many.left.wait()
        found = {
            "clicks": len(many.waited_ms),
            "click_p50_ms": median(many.waited_ms),
            "click_p95_ms": quantiles(many.waited_ms, n=20)[18],
            "cpu_ms_per_click": spent / len(many.waited_ms),
            "cores": spent / 1000 / seconds,
            "memory_before_mib": memory,
            "memory_mib": after,
            "memory_per_session_mib": (after - memory) / count,
        }
    await asyncio.gather(*visits)
    return {"sessions": count, "errors": sum(many.errors.values())} | found
