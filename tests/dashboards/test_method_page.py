"""Method: each published figure's definition, SQL and checks, what changed, and who is cited."""

from pathlib import Path

import pytest

from pipeline.settings import SQL
from tests.dashboards.pages import Open, in_file, said


def test_a_link_to_a_table_shows_its_definition_its_columns_its_sql_and_where_it_is_from(app: Open) -> None:
    at = app("method", table="rankings.adoption")
    told = said(at)
    assert "rankings.adoption" in told
    assert "One row per period, unit (tokens, requests, spend, users) and model" in told
    assert "- **share** · 0 to 1: Value over the true total" in told
    assert at.code[0].value == (SQL / "rankings" / "adoption.sql").read_text().strip()
    assert "[rankings.standings](method?table=rankings.standings)" in told
    assert "Read by" in told


def test_the_formulas_a_table_calls_stand_beside_it(app: Open) -> None:
    at = app("method", table="rankings.price")
    shown = [each.value for each in at.code]
    assert any(sql.startswith("create or replace macro ratio(part, whole)") for sql in shown)
    assert "Formula `usd_per_mtok`" in [each.label for each in at.expander]


@pytest.mark.parametrize("table", ["rankings.price", "rollups.usage_daily", "meta.sources"])
def test_the_checks_of_a_table_are_those_of_this_version(app: Open, demo_home: Path, table: str) -> None:
    shown = app("method", table=table).dataframe[-1].value
    checked = table.removeprefix("rollups.").removeprefix("meta.").replace(".", "_")
    claims = in_file(
        demo_home, f"select description from meta.checks where table_name = '{checked}' order by check_name"
    )
    assert [(claim,) for claim in shown["description"]] == claims
    assert list(shown["is_ok"]) == [True] * len(claims)


def test_a_search_looks_into_names_comments_and_sql(app: Open, demo_home: Path) -> None:
    shown = app("method", q="WILSON_LOW(").dataframe[0].value
    found = in_file(demo_home, "select table_name from meta.method where contains(sql, 'wilson_low(')")
    assert {(name,) for name in shown["table_name"]} == set(found)
    assert len(found) > 1


def test_a_search_without_a_hit_has_one_way_out(app: Open) -> None:
    at = app("method", q="no such thing")
    assert "No table, formula or check holds that." in said(at)
    [clear] = [button for button in at.button if button.label == "Clear filters"]
    assert clear.click().run().dataframe


def test_an_unknown_table_is_told(app: Open) -> None:
    assert "No table, formula or check is called *no.such*." in said(app("method", table="no.such"))


def test_a_table_of_facts_tells_its_columns_and_that_it_is_not_computed(app: Open) -> None:
    told = said(app("method", table="reference.quality"))
    assert "not computed" in told
    assert "- **score_unit**" in told


def test_the_changes_of_method_and_every_cited_source_are_told_with_licence_and_count(
    app: Open, demo_home: Path
) -> None:
    told = said(app("method"))
    [(count,)] = in_file(demo_home, "select count(*) from reference.quality where source_repo = 'Aider-AI/aider'")
    assert "**Aider-AI/aider** (Apache-2.0): Quality figures: Aider polyglot (reference.quality). " in told
    assert f" {count} figures, the newest of " in told
    assert "**pydantic/genai-prices** (MIT)" in told
    assert "22 Nov 2026 · **Complete weeks** ([rankings.periods](method?table=rankings.periods)): " in told
    assert "tokenizer" in told


def test_every_quality_figure_has_a_cited_source(demo_home: Path) -> None:
    cited = in_file(demo_home, "select cited from reference.citations")
    assert set(in_file(demo_home, "select source_repo from reference.quality")) <= set(cited)


@pytest.mark.parametrize("page", ["", "share", "health", "value"])
def test_each_table_behind_a_page_links_to_its_method(app: Open, page: str) -> None:
    assert "[Its SQL and checks](method?table=" in said(app(page))
