"""Traffic: what the page shows is what the file says."""

import math
from pathlib import Path

import pytest

from tests.dashboards.pages import Open, chart, in_file, said


@pytest.mark.parametrize("dimension", ["category", "app", "region"])
def test_each_week_is_the_whole_of_what_is_known(app: Open, dimension: str) -> None:
    _, rows = chart(app("traffic", dimension=dimension))
    weeks = {row["week"] for row in rows}
    assert len(weeks) == 4
    for week in weeks:
        assert math.fsum(row["value"] for row in rows if row["week"] == week) == pytest.approx(1)


def test_the_table_is_the_published_mix_in_rank_order(app: Open, demo_home: Path) -> None:
    shown = app("traffic", dimension="app", measure="spend").dataframe[0].value
    where = "period = '1w' and dimension = 'app' and unit = 'spend'"
    ordered = f"select dimension_value from rankings.mix where {where} order by rank nulls last, dimension_value"
    assert [(name,) for name in shown["dimension_value"]] == in_file(demo_home, ordered)


def test_coverage_stands_beside_each_figure(app: Open, demo_home: Path) -> None:
    where = "period = '1w' and dimension = 'category' and unit = 'tokens'"
    [(known,)] = in_file(demo_home, f"select distinct coverage_share from rankings.mix where {where}")
    assert f"known for {known:.1%} of tokens" in said(app("traffic"))


def test_sizes_of_prompts_are_shares_of_one(app: Open) -> None:
    _, rows = chart(app("traffic"), 1)
    assert math.fsum(row["share"] for row in rows) == pytest.approx(1)
    assert rows[0]["size"] == "≤ 1K"


def test_sessions_of_one_app_alone(app: Open) -> None:
    at = app("traffic", app="Claude Code")
    assert set(at.dataframe[1].value["app_name"]) == {"Claude Code"}


def test_an_app_that_nobody_knows_offers_the_way_out(app: Open) -> None:
    at = app("traffic", app="No Such App")
    assert "No session of this app" in said(at)
    assert [button.label for button in at.button if button.label == "Clear filters"] == ["Clear filters"]
