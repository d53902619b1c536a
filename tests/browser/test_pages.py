"""The pages as a person meets them: painted, linked, filtered, downloaded, on a desk and on a phone."""

import csv
import io
import json
import shutil
from pathlib import Path
from urllib.parse import quote, urlsplit

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.conftest import SETTLES_MS, serving, settle
from tests.dashboards.pages import EVIL, in_file, poison

pytestmark = pytest.mark.browser

VIEWS = {
    "leaderboard": "/",
    "movers": "/movers",
    "value": "/value",
    "speed": "/speed",
    "prices": "/value?show=prices",
    "endpoints": "/value?show=endpoints",
    "price-usage": "/value?show=usage",
    "compare": "/compare?m={model}&m={second}",
    "model": "/model?model={model}",
    "share": "/share",
    "traffic": "/traffic",
    "health": "/health",
    "adoption": "/adoption",
    "method": "/method",
    "dictionary": "/dictionary",
    "sql": "/sql?question=spend_by_day",
}
WITHOUT_CHARTS = ("health", "prices", "endpoints", "method", "dictionary", "sql")
SCREENS = {"light": (1360, 900, "light"), "dark": (1360, 900, "dark"), "phone": (390, 844, "light")}
# A deep link asks for these below its own path first; Vega speaks of an empty chart before its data comes.
HARMLESS = ("_stcore/health", "_stcore/host-config", "Infinite extent")

# Streamlit 1.67 puts the groups of its navigation on a phone straight into a list, without list items.
GROUPED_NAVIGATION = '[data-testid="stSidebarNavItems"]'
LIST_RULES = ["list", "listitem"]


@pytest.fixture
def model(demo_home: Path) -> str:
    board = "rankings.leaderboard where period = '1w' and unit = 'tokens' and rank = 1"
    return str(in_file(demo_home, f"select model_id from {board}")[0][0])


@pytest.fixture
def second(demo_home: Path) -> str:
    board = "rankings.leaderboard where period = '1w' and unit = 'tokens' and rank = 2"
    return str(in_file(demo_home, f"select model_id from {board}")[0][0])


def visit(browser: Browser, address: str, path: str, screen: str = "light") -> Page:
    """A fresh visitor on a page, after it is painted."""
    width, height, scheme = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address + path)
    settle(page)
    return page


def painted_table(page: Page) -> Locator:
    """The board's table, in view; it offers what it has painted to a screen reader."""
    table = page.locator('[data-testid="stDataFrame"]')
    table.scroll_into_view_if_needed()
    table.locator('[role="gridcell"]').first.wait_for(state="attached")
    page.wait_for_timeout(SETTLES_MS)
    return table


def sideways(page: Page) -> int:
    """How wide the page's content is, its own scroll area included."""
    return page.evaluate(
        "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
    )


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("view", VIEWS)
def test_each_page_is_painted_and_accessible_in_light_in_dark_and_on_a_phone(
    browser: Browser, address: str, model: str, second: str, view: str, screen: str
) -> None:
    hosts: set[str] = set()
    errors: list[str] = []
    width, height, scheme = SCREENS[screen]
    with browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme) as page:
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: errors.append(told(message)) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + VIEWS[view].format(model=quote(model, safe=""), second=quote(second, safe="")))
        settle(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("as of 25 Nov 2026, 09:30 UTC").first).to_be_visible()
        if view not in WITHOUT_CHARTS:
            expect(page.locator("path[aria-roledescription]").first).to_be_attached()
        assert page.locator('[data-testid="stException"]').count() == 0
        assert page.locator('[data-testid="stDataFrame"] canvas, .podium-compare table').count() >= 1
        background = page.locator('[data-testid="stApp"]').evaluate("e => getComputedStyle(e).backgroundColor")
        assert background == ("rgb(14, 17, 22)" if screen == "dark" else "rgb(255, 255, 255)")
        assert sideways(page) <= width
        assert hosts - {""} == {urlsplit(address).netloc}
        assert faults(page) == []
        assert [error for error in errors if not any(known in error for known in HARMLESS)] == []


def told(message: ConsoleMessage) -> str:
    return f"{message.text} {message.location.get('url', '')}"


def faults(page: Page) -> list[tuple]:
    """What axe-core holds against the page: rule, place, element."""
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}
    off = {"rules": {rule: {"enabled": False} for rule in LIST_RULES}}
    elsewhere = {"exclude": [[GROUPED_NAVIGATION]]}
    found = [
        *Axe().run(page, options=rules | off).response["violations"],
        *Axe().run(page, elsewhere, {"runOnly": {"type": "rule", "values": LIST_RULES}}).response["violations"],
    ]
    return [(rule["id"], node["target"], node["html"][:120]) for rule in found for node in rule["nodes"]]


def test_a_phone_shows_the_ranked_figure_without_scrolling_sideways(browser: Browser, address: str) -> None:
    with visit(browser, address, "/", "phone") as page:
        table = painted_table(page)
        heads = [head.strip() for head in table.locator('[role="columnheader"]').all_inner_texts()]
        assert heads[:3] == ["#", "Model", "Tokens"]


def test_the_fifth_card_is_as_wide_as_two_on_a_phone(browser: Browser, address: str) -> None:
    with visit(browser, address, "/", "phone") as page:
        boxes = [card.bounding_box()["width"] for card in page.locator('[class*="st-key-kpi-"]').all()]
        assert len(boxes) == 5
        assert boxes[4] > 1.9 * boxes[0]


def test_a_deep_link_opens_what_it_names(browser: Browser, address: str) -> None:
    with visit(browser, address, "/?by=requests&period=4w&q=gpt") as page:
        expect(page.get_by_role("radio", name="Requests")).to_be_checked()
        expect(page.get_by_role("radio", name="4 weeks")).to_be_checked()
        expect(page.get_by_placeholder("Model name")).to_have_value("gpt")
        expect(page.get_by_text("Requests per week")).to_be_visible()


def test_a_filter_changes_the_page_and_its_address(browser: Browser, address: str) -> None:
    with visit(browser, address, "/") as page:
        page.get_by_text("Spend", exact=True).locator("visible=true").last.click()
        settle(page)
        expect(page.get_by_text("Spend per week")).to_be_visible()
        page.get_by_placeholder("Model name").press_sequentially("gpt", delay=60)
        expect(page.get_by_text("of those shown")).to_be_visible()
        assert "by=spend" in page.url
        assert "q=gpt" in page.url


def test_an_empty_result_has_one_way_out(browser: Browser, address: str) -> None:
    with visit(browser, address, "/?q=no-such-model") as page:
        expect(page.get_by_text("passes the filters")).to_be_visible()
        page.get_by_role("button", name="Clear filters").click()
        settle(page)
        expect(page.get_by_text("top 7 models")).to_be_visible()
        assert "q=" not in page.url


def test_the_download_is_what_the_page_shows(browser: Browser, address: str, demo_home: Path) -> None:
    with visit(browser, address, "/?by=spend&period=4w") as page:
        files = {name: downloaded(page, name) for name in ("CSV", "JSON")}
    rows = list(csv.DictReader(io.StringIO(files["CSV"])))
    board = "rankings.leaderboard where period = '4w' and unit = 'spend'"
    expected = in_file(
        demo_home, f"select model_id, spend_usd from {board} order by model_id = 'other', rank nulls last, model_id"
    )
    assert [(row["model_id"], row["spend_usd"]) for row in rows] == [
        (name, "" if value is None else f"{value:f}") for name, value in expected
    ]
    published = [name for [name] in in_file(demo_home, "select column_name from (describe rankings.leaderboard)")]
    assert list(rows[0]) == published
    assert isinstance(json.loads(rows[0]["trend"]), list)
    made = json.loads(files["JSON"])
    assert made["meta"]["is_simulated"] is True
    assert [row["model_id"] for row in made["data"]] == [row["model_id"] for row in rows]
    assert isinstance(made["data"][0]["value"], float)


def downloaded(page: Page, name: str) -> str:
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    page.keyboard.press("Escape")
    settle(page)
    return download.value.path().read_text()


def test_a_row_of_the_board_opens_its_model(browser: Browser, address: str, model: str) -> None:
    with visit(browser, address, "/") as page:
        table = painted_table(page)
        table.click(position={"x": 120, "y": 36 + 19})
        page.wait_for_url("**/model?**")
        settle(page)
        expect(page.get_by_role("heading", level=1, name=model.partition("/")[2])).to_be_visible()
        page.get_by_role("link", name="Leaderboard").last.click()
        settle(page)
        expect(page.get_by_role("heading", level=1, name="Model rankings")).to_be_visible()
        expect(page).to_have_title("Leaderboard · Podium")


@pytest.mark.parametrize("way", ["link", "back"])
def test_both_ways_back_from_a_model_find_the_board_as_it_was(browser: Browser, address: str, way: str) -> None:
    with visit(browser, address, "/?by=spend&period=4w&q=gpt") as page:
        table = painted_table(page)
        table.click(position={"x": 120, "y": 36 + 19})
        page.wait_for_url("**/model?**")
        settle(page)
        expect(page.get_by_role("radio", name="4 weeks")).to_be_checked()
        if way == "link":
            page.get_by_role("link", name="Leaderboard").last.click()
        else:
            page.go_back()
        expect(page.get_by_role("heading", level=1, name="Model rankings")).to_be_visible()
        settle(page)
        expect(page.get_by_role("radio", name="Spend")).to_be_checked()
        expect(page.get_by_role("radio", name="4 weeks")).to_be_checked()
        expect(page.get_by_placeholder("Model name")).to_have_value("gpt")
        assert "by=spend" in page.url


def test_a_bubble_says_what_it_is_and_opens_its_model(browser: Browser, address: str) -> None:
    with visit(browser, address, "/value") as page:
        bubble = page.locator('path[aria-roledescription="circle"]').last
        bubble.hover()
        told = page.locator("#vg-tooltip-element").inner_text()
        assert "Effective $/M" in told
        assert "of tokens priced" in told
        bubble.click()
        page.wait_for_url("**/model?**")


def test_copy_link_gives_the_address_with_its_filters(browser: Browser, address: str) -> None:
    with visit(browser, address, "/?by=spend") as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy link").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_an_open_page_shows_a_new_version_by_itself(browser: Browser, own_home: Path, tmp_path: Path) -> None:
    with serving(own_home, tmp_path / "log") as address, visit(browser, address, "/?by=spend") as page:
        expect(page.get_by_text("as of 25 Nov 2026, 09:30 UTC").first).to_be_visible()
        publish_again(own_home, "2026-11-25 10:30:00")
        expect(page.get_by_text("as of 25 Nov 2026, 10:30 UTC").first).to_be_visible()
        expect(page.get_by_role("radio", name="Spend")).to_be_checked()


def publish_again(home: Path, as_of: str) -> None:
    """The same figures as the next version, and the old file gone."""
    folder = home / "published"
    pointer = json.loads((folder / "CURRENT").read_text())
    version = pointer["version"] + 1
    new = folder / f"podium-{version}.duckdb"
    shutil.copyfile(folder / pointer["file"], new)
    with duckdb.connect(str(new)) as con:
        con.execute(f"update meta.publication set version = {version}, as_of = timestamp '{as_of}'")
    (folder / "CURRENT.tmp").write_text(json.dumps(pointer | {"version": version, "file": new.name}))
    (folder / "CURRENT.tmp").rename(folder / "CURRENT")
    (folder / pointer["file"]).unlink()


def test_hostile_names_reach_no_network_and_run_nothing(browser: Browser, own_home: Path, tmp_path: Path) -> None:
    poison(own_home)
    hosts: set[str] = set()
    with serving(own_home, tmp_path / "log") as address, browser.new_page() as page:
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
        models = [f"/model?model={quote(name, safe='')}" for name in (EVIL, EVIL[:-1])]
        for path in ("/", "/value", "/speed", *models, "/health"):
            page.goto(address + path)
            settle(page)
            mark = page.locator("path[aria-roledescription]").first
            if mark.count():
                mark.hover(force=True)
            assert page.locator("img[src='x'], img[src*='evil']").count() == 0
        assert hosts - {""} == {urlsplit(address).netloc}


@pytest.mark.parametrize("path", ["/value?period=12w", "/compare?m={model}&m={second}&period=12w"])
def test_freshness_stays_at_the_right_of_a_long_caption(
    browser: Browser, address: str, model: str, second: str, path: str
) -> None:
    with visit(browser, address, path.format(model=quote(model, safe=""), second=quote(second, safe=""))) as page:
        header, title, tools = (page.locator(f".st-key-{key}").bounding_box() for key in ("header", "title", "tools"))
        assert header
        assert title
        assert tools
        assert tools["x"] >= title["x"] + title["width"]
        assert abs(header["x"] + header["width"] - tools["x"] - tools["width"]) < 4
