"""Ways through the pages: what was chosen is still chosen after a reload and after Back, and charts come along."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settle
from tests.browser.test_pages import VIEWS, visit

pytestmark = pytest.mark.browser

CHOOSES = [view for view in VIEWS if view not in ("model", "compare", "method", "dictionary", "sql", "health")]


def chosen(page: Page) -> dict[str, Any]:
    """The page's title and what its filters say."""
    checked = page.locator('[data-testid="stMain"] [role="radio"][aria-checked="true"]')
    return {
        "title": page.get_by_role("heading", level=1).first.inner_text(),
        "checked": checked.all_inner_texts(),
        "typed": page.locator('[data-testid="stMain"] input').evaluate_all("all => all.map(each => each.value)"),
    }


def choose(page: Page) -> None:
    """Click the last free choice of the page's first filter."""
    free = page.locator('[data-testid="stMain"] [role="radiogroup"]').first.locator(
        '[role="radio"][aria-checked="false"]:not([disabled])'
    )
    free.last.click()
    settle(page)


@pytest.mark.parametrize("view", CHOOSES)
def test_what_is_chosen_outlives_a_reload_and_a_way_back(browser: Browser, address: str, view: str) -> None:
    with visit(browser, address, VIEWS[view]) as page:
        before = chosen(page)
        choose(page)
        told = chosen(page)
        assert told != before
        page.reload()
        settle(page)
        assert chosen(page) == told
        page.get_by_test_id("stTopNavSection").filter(has_text="Trust").click()
        page.get_by_role("menuitem", name="Method").click()
        expect(page.get_by_role("heading", level=1, name="Method")).to_be_visible()
        settle(page)
        page.go_back()
        expect(page.get_by_role("heading", level=1, name=told["title"])).to_be_visible()
        settle(page)
        assert chosen(page) == told


def test_a_chart_is_saved_as_an_image(browser: Browser, address: str) -> None:
    with visit(browser, address, "/share") as page:
        page.locator('[data-testid="stVegaLiteChart"]').first.hover()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as PNG").first.click()
        image = download.value.path().read_bytes()
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(image) > 10_000
