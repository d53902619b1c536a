"""Cost vs quality, its parts on price: what they show is what the file says."""

import json
from pathlib import Path

import duckdb
import format as text
import pytest
import streamlit as st

from tests.dashboards.pages import Open, chart, in_file, opened, said

PRICE = "rankings.price where period = '4w'"


def changed(home: Path, sql: str) -> None:
    """Another truth in a copy of the published file."""
    [file] = (home / "published").glob("podium-*.duckdb")
    file.chmod(0o644)
    st.cache_resource.clear()
    st.cache_data.clear()
    with duckdb.connect(str(file)) as con:
        con.execute(sql)


def test_the_price_table_is_the_published_one_cheapest_first(app: Open, demo_home: Path) -> None:
    shown = app("value", show="prices").dataframe[0].value
    columns = ["model_id", "effective_usd_per_mtok", "blended_usd_per_mtok", "cost_usd_per_request_p50"]
    expected = in_file(demo_home, f"select {', '.join(columns)} from {PRICE} order by rank nulls last, model_id")
    assert list(shown["model_id"]) == [row[0] for row in expected]
    for place, name in enumerate(columns[1:], 1):
        known = [row[place] for row in expected if row[place] is not None]
        told = [price.strip() for price in shown[name].dropna()]
        places = 3 if name.endswith("_per_mtok") else 5
        assert told == ["free" if price == 0 else f"${price:.{places}f}" for price in known]
        assert "free" in told


def test_a_list_price_of_some_hours_alone_is_marked_and_the_help_says_which(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(published_copy, "update rankings.price set other_hours_ratio = null, other_hours = null")
    before = [*opened("value", show="prices").dataframe[0].value["drawn_flags"]]
    hours = "other_hours_ratio = 2, other_hours = '01:00 to 04:00 UTC'"
    changed(published_copy, f"update rankings.price set {hours} where rank = 3")
    table = opened("value", show="prices").dataframe[0]
    assert [[*told] for told in table.value["drawn_flags"]] == [
        [*told, *(["peak 2x"] if place == 2 else [])] for place, told in enumerate(before)
    ]
    told = json.loads(table.proto.columns)["drawn_flags"]["help"].replace("\\", "")
    assert f"{table.value['model_id'][2]} at 01:00 to 04:00 UTC: 2x" in told


def test_the_cards_add_up_the_models(app: Open, demo_home: Path) -> None:
    at = app("value", show="prices")
    [(spend, saved, failed)] = in_file(
        demo_home,
        f"select sum(spend_usd)::double, sum(cache_savings_usd)::double, sum(failed_spend_usd)::double from {PRICE}",
    )
    values = {metric.label: metric.value for metric in at.metric}
    assert values["Spend"] == text.usd(spend)
    assert values["Cache savings"] == text.usd(saved)
    assert values["Price of failures"] == text.usd(failed)
    assert "of tokens priced" in said(at)


def test_a_cache_that_cost_more_than_it_saved_says_so(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(published_copy, "update rankings.price_sums set cache_savings_usd = -abs(cache_savings_usd) - 1")
    labels = [metric.label for metric in opened("value", show="prices").metric]
    assert "Cost of caching" in labels
    assert "Cache savings" not in labels


def test_flagged_only_shows_what_is_flagged_and_why(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(
        published_copy,
        "update rankings.price set is_off_list = rank = 3, is_above_3x_blended = rank = 5, "
        "cache_savings_usd = case when rank = 7 then -1 else 1 end",
    )
    shown = opened("value", show="prices", flagged="1").dataframe[0].value
    assert list(shown["rank"]) == [3, 5, 7]
    assert [list(flags) for flags in shown["drawn_flags"]] == [["off list"], ["over 3x list"], ["caching costs"]]


def test_no_flag_at_all_is_said_and_can_be_cleared(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(
        published_copy,
        "update rankings.price set is_off_list = false, is_above_3x_blended = false, cache_savings_usd = 1",
    )
    at = opened("value", show="prices", flagged="1")
    assert "No model is flagged" in said(at)
    next(button for button in at.button if button.label == "Clear filters").click().run()
    assert "flagged" not in at.query_params


def test_price_changes_are_of_what_is_used_unless_all_are_asked_for(app: Open, demo_home: Path) -> None:
    used, every = (app("value", show="prices", listed=name).dataframe[-1].value for name in ("used", "all"))
    changes = "rankings.price_changes, meta.publication where changed_on <= as_of"
    counted = f"select count(*) filter (is_in_use), count(*) from {changes}"
    assert [(len(used), len(every))] == in_file(demo_home, counted)
    assert used["changed_on"].is_monotonic_decreasing


def test_the_quality_table_says_in_how_many_draws_a_model_is_dominated(app: Open, demo_home: Path) -> None:
    [(benchmark,)] = in_file(
        demo_home,
        "select benchmark from rankings.value where period = '4w' and effective_usd_per_mtok > 0 "
        "group by all order by count(*) desc, benchmark limit 1",
    )
    where = f"rankings.value where period = '4w' and benchmark = '{benchmark}' and effective_usd_per_mtok > 0"
    told = dict(in_file(demo_home, f"select model_id, p_dominated * 100 from {where} and p_dominated is not null"))
    assert 0 in told.values()
    assert max(told.values()) > 50
    at = app("value", min="0", all="1")
    shown = at.dataframe[0].value.dropna(subset=["dominated_percent"])
    assert dict(zip(shown["model_id"], shown["dominated_percent"], strict=True)) == told
    assert "Prices are drawn, scores are held" in said(at)
    words = {row["model_id"]: row["dominated_text"] for row in chart(at)[1]}
    assert {words[model] for model, percent in told.items() if percent == 100} <= {"in 100.0% of draws"}


def test_without_being_asked_the_quality_table_lists_the_frontier_alone(app: Open) -> None:
    few, every = (app("value", min="0", **asked).dataframe[0].value for asked in ({}, {"all": "1"}))
    assert 0 < len(few) < len(every)
    assert set(few["model_id"]) < set(every["model_id"])


def test_endpoints_tell_how_many_are_dominated_and_by_whom(app: Open, demo_home: Path) -> None:
    at = app("value", show="endpoints", period="12w", dominated="1")
    where = "rankings.endpoints where period = '12w'"
    [(compared, dominated)] = in_file(
        demo_home, f"select count(*) filter (is_compared), count(*) filter (is_dominated) from {where}"
    )
    [(clear,)] = in_file(demo_home, f"select count(*) filter (is_clear) from {where}")
    assert f"{clear} of {compared} endpoints are dominated" in said(at)
    assert f"{dominated - clear} more within error" in said(at)
    shown = at.dataframe[0].value
    verdicts = [verdict for [verdict] in shown["drawn_verdict"]]
    assert verdicts == ["dominated"] * clear + ["within error"] * (dominated - clear)
    assert (shown["clear_on"].notna() == [verdict == "dominated" for verdict in verdicts]).all()
    rows = in_file(demo_home, f"select model_id, provider_name, dominated_by from {where} and is_dominated")
    assert sorted(zip(shown["model_id"], shown["provider_name"], shown["dominated_by"], strict=True)) == sorted(rows)


@pytest.mark.parametrize("unit", ["tokens", "requests", "users"])
def test_each_priced_and_used_model_is_on_the_map_with_the_medians_printed(
    app: Open, demo_home: Path, unit: str
) -> None:
    at = app("value", show="usage", by=unit)
    _, rows = chart(at)
    where = f"rankings.quadrants where period = '4w' and unit = '{unit}'"
    expected = in_file(demo_home, f"select model_id, quadrant, median_usd_per_mtok, median_value from {where}")
    assert sorted((row["model_id"], row["quadrant"]) for row in rows) == sorted(row[:2] for row in expected)
    assert f"{text.price(expected[0][2])} per million tokens and {text.compact(expected[0][3])} {unit}" in said(at)


def test_a_quadrant_lights_its_models_and_lists_them_alone(app: Open) -> None:
    at = app("value", show="usage", quadrant="Niche")
    lit = {row["model_id"] for row in chart(at)[1] if row["is_lit"]}
    assert lit == {row["model_id"] for row in chart(at)[1] if row["quadrant"] == "Niche"}
    assert set(at.dataframe[0].value["model_id"]) == lit


def test_the_whole_grid_of_slopes_is_shown_with_its_caveat(app: Open, demo_home: Path) -> None:
    at = app("value", show="usage")
    assert "Association, not effect" in said(at)
    shown = at.dataframe[-1].value
    assert len(shown) == 12
    [(told,)] = in_file(
        demo_home,
        "select count(*) from rankings.market_price_slope where period = '4w' and (slope_low > 0 or slope_high < 0)",
    )
    assert sum("goes with more use" in words for words in shown["drawn_verdict"]) == told
