"""Every page over the demo the real pipeline published: what it shows is what the file says."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import inbox, refresh
from pipeline.settings import SAMPLES
from tests.dashboards.pages import Open, chart, in_file, opened, said

TOKENS_BOARD = "rankings.leaderboard where period = '1w' and unit = 'tokens'"
PAGES = ("", "value", "model", "health")


def top_model(home: Path) -> str:
    return in_file(
        home, "select model_id from rankings.leaderboard where period = '1w' and unit = 'tokens' and rank = 1"
    )[0][0]


def by_week(rows: list[dict]) -> dict[str, float]:
    weeks = {row["week"] for row in rows}
    return {week: math.fsum(row["value"] for row in rows if row["week"] == week) for week in weeks}


@pytest.mark.parametrize("view", PAGES)
def test_each_page_names_its_as_of_and_says_that_the_traffic_is_simulated(app: Open, view: str) -> None:
    at = app(view)
    assert "as of 25 Nov 2026, 09:30 UTC" in said(at)
    assert "Simulated traffic" in said(at)


def test_the_board_shows_the_published_leaderboard_in_rank_order(app: Open, demo_home: Path) -> None:
    shown = app().dataframe[0].value
    expected = in_file(
        demo_home,
        f"select model_id, value::double from {TOKENS_BOARD} and rank is not null order by rank",
    )
    assert list(shown["rank"])[: len(expected)] == list(range(1, len(expected) + 1))
    assert list(zip(shown["model_id"], shown["value"], strict=True))[: len(expected)] == expected


@pytest.mark.parametrize(
    ("unit", "column"), [("requests", "request_count"), ("spend", "spend_usd"), ("users", "active_user_count")]
)
def test_ranking_by_another_unit_shows_that_units_values(app: Open, demo_home: Path, unit: str, column: str) -> None:
    at = app(by=unit)
    best = in_file(
        demo_home,
        f"select max({column})::double from rankings.weekly"
        " inner join rankings.periods on week_start = start_date and period = '1w'",
    )
    assert at.dataframe[0].value["value"][0] == best[0][0]
    assert at.get("button_group")[0].value == unit


def test_a_period_in_the_link_changes_the_figures_and_the_buttons(app: Open, demo_home: Path) -> None:
    week, month = app(), app(period="4w")
    tokens = dict(in_file(demo_home, "select period, total_tokens from rankings.totals"))
    assert month.get("button_group")[1].value == "4w"
    assert week.dataframe[0].value["value"].sum() == tokens["1w"]
    assert month.dataframe[0].value["value"].sum() == tokens["4w"]


def test_a_button_changes_the_figures_and_the_link(app: Open) -> None:
    at = app()
    before = list(at.dataframe[0].value["value"])
    at.get("button_group")[0].set_value("requests").run()
    assert list(at.dataframe[0].value["value"]) != before
    assert at.query_params["by"] == "requests"


def test_a_filter_leaves_rows_out_and_never_renumbers(app: Open) -> None:
    whole = app().dataframe[0].value
    author = whole["model_id"][3].partition("/")[0]
    filtered = app(q=f"{author}/").dataframe[0].value
    ranks = dict(zip(whole["model_id"], whole["rank"], strict=True))
    assert 0 < len(filtered) < len(whole)
    assert [ranks[model] for model in filtered["model_id"]] == list(filtered["rank"])


def test_an_unknown_author_in_the_link_is_said_and_can_be_cleared(app: Open) -> None:
    at = app(author="no-such-lab")
    assert not at.dataframe
    assert "passes the filters" in said(at)
    [clear] = [button for button in at.button if button.label == "Clear filters"]
    clear.click().run()
    assert len(at.dataframe) == 1
    assert "author" not in at.query_params


def test_an_unknown_unit_in_the_link_falls_back_and_says_so(app: Open) -> None:
    at = app(by="cost")
    assert at.get("button_group")[0].value == "tokens"
    assert "unknown rank by" in at.toast[0].value


def test_stacked_weeks_add_up_to_all_traffic(app: Open, demo_home: Path) -> None:
    _, rows = chart(app())
    totals = in_file(demo_home, "select week_start, total_tokens from rankings.totals_weekly")
    weeks = {f"{week.day} {week:%b}": tokens for week, tokens in totals}
    drawn = by_week(rows)
    assert drawn == {week: float(weeks[week]) for week in drawn}
    assert len(drawn) >= 5


def test_the_running_week_is_drawn_apart_and_named_to_date(app: Open, demo_home: Path) -> None:
    spec, rows = chart(app())
    [[running]] = in_file(demo_home, "select start_date from rankings.periods where period = 'to_date'")
    last = f"{running.day} {running:%b}"
    assert {row["is_whole"] for row in rows if row["week"] == last} == {False}
    assert f"'{last}' ? 'to date'" in spec["encoding"]["x"]["axis"]["labelExpr"]


def test_a_model_keeps_its_colour_whatever_its_rank(app: Open) -> None:
    by_tokens, by_spend = chart(app())[1], chart(app(by="spend"))[1]
    first = {row["entity_id"]: row["slot"] for row in by_tokens}
    second = {row["entity_id"]: row["slot"] for row in by_spend}
    both = (first.keys() & second.keys()) - {"other"}
    assert len(both) >= 3
    # Two holders of one slot in one chart: the later claim takes a free one there.
    assert sum(first[model] == second[model] for model in both) >= len(both) - 1
    assert first["other"] == second["other"] == 8


def test_every_dollar_has_its_coverage_beside_it(app: Open, demo_home: Path) -> None:
    at = app()
    [[share]] = in_file(demo_home, "select pricing_coverage_share from rankings.totals where period = '1w'")
    assert said(at).count(f"{share:.1%} priced") == 2
    board = at.dataframe[0].value
    assert board["priced_percent"].notna().all() or board["model_id"].iloc[-1] == "other"
    unpriced = board[(board["priced_percent"] == 0)]
    assert unpriced["effective_usd_per_mtok"].isna().all()


def test_a_window_before_the_log_began_shows_no_change(app: Open) -> None:
    at = app(period="12w")
    assert [metric.delta for metric in at.metric] == [""] * 5
    assert at.dataframe[0].value["change_percent"].isna().all()


def test_cost_against_quality_draws_every_scored_and_priced_model(app: Open, demo_home: Path) -> None:
    at = app("value")
    _, points = chart(at)
    [[benchmark, count]] = in_file(
        demo_home,
        "select benchmark, count(*) from rankings.value where period = '4w' and effective_usd_per_mtok > 0"
        " group by all order by count(*) desc, benchmark limit 1",
    )
    assert len(points) == count
    assert benchmark in said(at)
    frontier = at.dataframe[0].value
    assert list(frontier["effective_usd_per_mtok"]) == sorted(frontier["effective_usd_per_mtok"])
    assert list(frontier["quality_score"]) == sorted(frontier["quality_score"])


def test_highlighting_an_author_fades_the_others(app: Open) -> None:
    _, points = chart(app("value"))
    author = points[0]["model_id"].partition("/")[0]
    _, lit = chart(app("value", hl=author))
    assert {point["model_id"].partition("/")[0] for point in lit if point["is_lit"]} == {author}
    assert not all(point["is_lit"] for point in lit)


def test_too_high_a_floor_empties_the_chart_and_can_be_cleared(app: Open) -> None:
    at = app("value", min="1000000000")
    [clear] = [button for button in at.button if button.label == "Clear filters"]
    clear.click().run()
    assert at.get("vega_lite_chart")


def test_a_models_providers_add_up_to_its_weeks(app: Open, demo_home: Path) -> None:
    model = top_model(demo_home)
    _, rows = chart(app("model", model=model))
    weeks = in_file(
        demo_home, f"select week_start, total_tokens::double from rankings.weekly where model_id = '{model}'"
    )
    drawn = {
        week: math.fsum(row["value"] for row in rows if row["week"] == week) for week in {row["week"] for row in rows}
    }
    assert drawn == {f"{week.day} {week:%b}": tokens for week, tokens in weeks}


def test_a_model_page_shows_the_boards_figures(app: Open, demo_home: Path) -> None:
    board = app().dataframe[0].value
    at = app("model", model=top_model(demo_home))
    assert at.title[0].value.replace("\\", "") == board["model_id"][0].partition("/")[2]
    assert at.metric[2].value == f"{board['ttft_p50_s'][0]:.2f} s"
    assert "rank 1 by tokens" in said(at)
    assert at.dataframe[0].value["total_tokens"].sum() == board["value"][0]


def test_no_model_is_chosen_until_somebody_does(app: Open) -> None:
    at = app("model")
    assert at.selectbox[0].value is None
    assert not at.metric


def test_an_unknown_model_offers_the_three_nearest(app: Open, demo_home: Path) -> None:
    known = top_model(demo_home)
    at = app("model", model=known + "x")
    near = [button for button in at.button if (button.key or "").startswith("near-")]
    assert "No model" in said(at)
    assert len(near) == 3
    assert near[0].key == f"near-{known}"
    near[0].click().run()
    assert at.query_params["model"] == known
    assert len(at.metric) == 5


def test_a_model_without_traffic_in_the_week_offers_a_longer_period(app: Open, demo_home: Path) -> None:
    gone = in_file(
        demo_home,
        "select model_id from rankings.weekly where is_complete group by all"
        " having max(week_start) < (select start_date from rankings.periods where period = '1w') limit 1",
    )
    assert gone, "the demo's world retires models"
    at = app("model", model=gone[0][0])
    assert "no traffic in this period: Week of" in said(at)
    [longer] = [button for button in at.button if button.label == "Show 12 weeks"]
    longer.click().run()
    assert at.query_params["period"] == "12w"
    assert len(at.metric) == 5


def test_data_health_shows_the_landing_equation(app: Open, demo_home: Path) -> None:
    at = app("health")
    table = at.dataframe[0].value
    counted = ("rows_in", "rows_landed", "rows_duplicate", "rows_quarantined")
    sums = ", ".join(f"sum({name})" for name in counted)
    total = in_file(demo_home, f"select {sums}, count(*) from meta.batches")[0]
    last = table.iloc[-1]
    assert last["source"] == "All sources"
    assert tuple(last[[*counted, "file_count"]]) == total
    assert table["rows_add_up"].all()
    assert len(table) == len(in_file(demo_home, "select distinct source from meta.batches")) + 1


def test_data_health_is_one_line_when_every_check_passed(app: Open, demo_home: Path) -> None:
    [[count]] = in_file(demo_home, "select count(*) from meta.checks where is_ok")
    assert app("health").success[0].value.startswith(f"All {count} checks passed")


def test_data_health_of_one_source_counts_its_batches_alone(app: Open, demo_home: Path) -> None:
    told = "select source, sum(rows_in) from meta.batches group by all order by source limit 1"
    [[source, rows]] = in_file(demo_home, told)
    table = app("health", source=source).dataframe[0].value
    assert list(table["rows_in"]) == [rows, rows]


def test_a_day_without_files_can_be_cleared(app: Open) -> None:
    at = app("health", day="2020-01-01")
    assert "No file was received" in said(at)
    [clear] = [button for button in at.button if button.label == "Clear filters"]
    clear.click().run()
    assert at.dataframe


def test_how_is_this_computed_quotes_the_tables_own_comments(app: Open, demo_home: Path) -> None:
    told = "select comment from duckdb_tables() where schema_name = 'rankings' and table_name = 'leaderboard'"
    [[comment]] = in_file(demo_home, told)
    assert comment.splitlines()[0] in said(app())


def test_week_dates_in_the_caption_are_the_periods(app: Open, demo_home: Path) -> None:
    [[start, end]] = in_file(demo_home, "select start_date, end_date from rankings.periods where period = '4w'")
    last = end - timedelta(days=1)
    assert f"4 weeks, {start.day} {start:%b %Y} to {last.day} {last:%b %Y}" in said(app("value"))


def test_on_a_phone_rank_model_and_ranked_figure_fit_side_by_side(app: Open) -> None:
    configured = json.loads(app().dataframe[0].proto.columns)
    first = [configured[name]["width"] for name in ("rank", "model_id", "value")]
    # 390 px less the page's margins; two more for the table's own border.
    assert sum(first) + 2 <= 358


def test_before_the_first_whole_week_the_running_one_is_shown_unranked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.deliver(sorted(SAMPLES.iterdir()), "litellm")
    refresh.refresh(datetime(2026, 11, 22, 10, tzinfo=UTC))
    monkeypatch.setenv("PODIUM_HOME", str(home))
    at = opened()
    assert "No whole week" in at.info[0].value
    assert "Week of 16 Nov 2026, to date" in said(at)
    assert list(at.dataframe[0].value.columns)[:2] == ["model_id", "value"]
    assert {row["is_whole"] for row in chart(at)[1]} == {False}
    assert "No whole week" in opened("model", model=at.dataframe[0].value["model_id"][0]).info[0].value
    assert "No whole week" in said(opened("value"))
