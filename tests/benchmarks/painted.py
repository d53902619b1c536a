"""What a visitor with a browser waits for: pages loading, filters answering, and what goes over the wire."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.browser.conftest import chromium
from tests.browser.test_pages import HARMLESS, told

PATIENCE_MS = 60_000
LOADS = 3
CLICKS = 5
QUIET_MS = 500
VIEWPORT = (1360, 900)
# A page is painted at the first frame after the last change of what it shows; a click begins when it is let go. A
# canvas changes when text is drawn on it; what stands inside one is for screen readers, and comes after.
WATCH = """
window.podium = {painted: 0, clicked: 0};
addEventListener('click', () => { podium.clicked = performance.now(); }, true);
const isShown = (node) => document.querySelector('[data-testid=stMain]')?.contains(node);
const changed = () => requestAnimationFrame(() => { podium.painted = performance.now(); });
new MutationObserver((changes) => {
  const seen = ({target}) => isShown(target) && !(target.closest ? target : target.parentElement)?.closest('canvas');
  if (changes.some(seen)) changed();
}).observe(document, {subtree: true, childList: true, characterData: true,
  attributes: true, attributeFilter: ['d', 'src', 'style', 'transform']});
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (...text) {
  if (isShown(this.canvas)) changed();
  return fillText.apply(this, text);
};
"""
SETTLED = """(quiet) => {
  const app = document.querySelector('[data-testid=stApp]');
  const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
  const isDrawn = charts.every((e) => e.querySelector('svg, canvas'));
  return app?.dataset.testScriptState === 'notRunning' && document.querySelector('h1') && isDrawn
    && !document.querySelector('[data-testid=stSkeleton]')
    && podium.painted > podium.clicked && performance.now() - podium.painted > quiet;
}"""
FETCHED = """() => {
  const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  return [all.length, all.reduce((sum, entry) => sum + entry.transferSize, 0)];
}"""
BUTTONS = '[data-testid="stButtonGroup"]'


@dataclass
class Watched:
    """An open page, and what it asked for and complained of so far."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    received: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.add_init_script(WATCH)
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("console", lambda said: self.errors.append(told(said)) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", self._count)

    def _count(self, socket: WebSocket) -> None:
        self.hosts.add(urlsplit(socket.url).netloc)
        socket.on("framereceived", self._add)

    def _add(self, frame: bytes | str) -> None:
        self.received += len(frame)

    def load(self, url: str) -> float:
        """Milliseconds from asking for a page to its paint."""
        self.page.goto(url, wait_until="commit")
        return self._painted("0")

    def click(self) -> tuple[float, float] | None:
        """Milliseconds from pressing a button of a filter to the paint, and KiB received; None without a filter.

        The button is the last one of the period's that is not pressed, or of the first filter's.
        """
        periods = self.page.locator(f".st-key-period {BUTTONS}")
        group = (periods if periods.count() else self.page.locator(f'[data-testid="stMain"] {BUTTONS}')).first
        button = group.locator('[role="radio"][aria-checked="false"]').last
        if not button.count():
            return None
        before = self.received
        button.click()
        return self._painted("podium.clicked"), (self.received - before) / 1024

    def _painted(self, since: str) -> float:
        self.page.wait_for_function(SETTLED, arg=QUIET_MS)
        return self.page.evaluate(f"podium.painted - {since}")


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium as the tests find it."""
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@dataclass(frozen=True)
class Visit:
    """A page opened with a fresh profile, and opened again with what that one keeps."""

    first: Watched
    fresh_ms: float
    fetched: tuple[int, int]
    last: Watched
    warm_ms: float
    loaded_kib: float
    clicks: list[tuple[float, float] | None]


def visit(browser: Browser, url: str, clicks: int) -> Visit:
    """One profile, two loads, and clicks in the second."""
    with browser.new_context(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]}) as profile:
        first = Watched(profile.new_page())
        fresh_ms, fetched = first.load(url), first.page.evaluate(FETCHED)
        first.page.close()
        last = Watched(profile.new_page())
        warm_ms, loaded_kib = last.load(url), last.received / 1024
        return Visit(first, fresh_ms, fetched, last, warm_ms, loaded_kib, [last.click() for _ in range(clicks)])


def measured(browser: Browser, address: str, path: str) -> dict[str, float | None]:
    """Loads and clicks of one page: medians of times, the largest payload of a click (of the load without a filter)."""
    visits = [visit(browser, address + path, CLICKS if place == 0 else 0) for place in range(LOADS)]
    pressed = [click for click in visits[0].clicks if click]
    watched = [page for one in visits for page in (one.first, one.last)]
    errors = [error for page in watched for error in page.errors if not any(known in error for known in HARMLESS)]
    return {
        "painted_ms": median(ms for ms, _ in pressed) if pressed else None,
        "payload_kib": max((kib for _, kib in pressed), default=visits[0].loaded_kib),
        "load_kib": visits[0].loaded_kib,
        "warm_load_ms": median(one.warm_ms for one in visits),
        "fresh_load_ms": median(one.fresh_ms for one in visits),
        "fresh_requests": visits[0].fetched[0],
        "fresh_mib": visits[0].fetched[1] / 1024**2,
        "off_host": len({host for page in watched for host in page.hosts} - {"", urlsplit(address).netloc}),
        "console_errors": len(errors),
    }
