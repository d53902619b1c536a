"""Market share: what the page shows is what the file says."""

import math
from pathlib import Path

import pytest

from tests.dashboards.pages import Open, chart, in_file, said

MARKETS = ("author", "model", "provider", "weights", "country", "size_class")


@pytest.mark.parametrize("market", MARKETS)
def test_each_week_of_the_area_is_the_whole(app: Open, market: str) -> None:
    _, rows = chart(app("share", group=market))
    weeks = {row["week"] for row in rows}
    assert len(weeks) == 4
    for week in weeks:
        assert math.fsum(row["value"] for row in rows if row["week"] == week) == pytest.approx(1)


def test_the_table_is_the_published_market_in_rank_order(app: Open, demo_home: Path) -> None:
    shown = app("share", group="provider", measure="spend", period="4w").dataframe[0].value
    where = "period = '4w' and market = 'provider' and unit = 'spend'"
    expected = in_file(demo_home, f"select member from rankings.market where {where} order by rank nulls last, member")
    assert [(name,) for name in shown["member"]] == expected


def test_the_largest_share_on_the_card_is_the_tables(app: Open, demo_home: Path) -> None:
    where = "period = '1w' and market = 'author' and unit = 'spend' and rank <= 5"
    found = in_file(demo_home, f"select share from rankings.market where {where} order by rank")
    shares = [share for (share,) in found]
    cards = {metric.label: metric.value for metric in app("share", measure="spend").metric}
    assert cards["Largest author"] == f"{shares[0]:.1%}"
    assert cards["Top five authors"] == f"{math.fsum(shares):.1%}"


def test_places_are_drawn_from_the_second_week_on_with_a_name_at_each_end(app: Open) -> None:
    _, rows = chart(app("share"), 1)
    assert len({row["week"] for row in rows}) == 4
    named = [row["label"] for row in rows if row["is_last"]]
    assert len(named) == len(set(named)) > 3


def test_an_author_has_the_colour_it_has_on_other_pages(app: Open, demo_home: Path) -> None:
    claimed = dict(in_file(demo_home, "select entity_id, slot from rankings.color_slots where kind = 'author'"))
    _, rows = chart(app("share"))
    drawn = {row["entity_id"]: row["slot"] for row in rows if row["entity_id"] != "other"}
    first = min(drawn, key=lambda name: claimed[name])
    assert drawn[first] == claimed[first]


def test_how_much_is_of_unknown_licence_stands_under_open_weights(app: Open, demo_home: Path) -> None:
    where = "period = '1w' and market = 'weights' and unit = 'tokens' and member = '(unknown)'"
    [(unknown,)] = in_file(demo_home, f"select share from rankings.market where {where}")
    assert f"{unknown:.1%} unknown" in said(app("share"))


def test_a_link_that_asks_for_an_unknown_group_is_told_and_shows_authors(app: Open) -> None:
    at = app("share", period="12w", group="nonsense")
    assert any("unknown group by" in toast.value.lower() for toast in at.toast)
    assert "deepseek" in list(at.dataframe[0].value["member"])
