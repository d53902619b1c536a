"""Every page over the demo the real pipeline published: what it shows is what the file says."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import streamlit as st
import tables
from streamlit.testing.v1 import AppTest

from pipeline import inbox, refresh
from pipeline.settings import SAMPLES
from tests.dashboards.pages import Open, chart, in_file, opened, said

TOKENS_BOARD = "rankings.leaderboard where period = '1w' and unit = 'tokens'"
PAGES = (
    "",
    "share",
    "movers",
    "traffic",
    "speed",
    "adoption",
    "model",
    "value",
    "compare",
    "health",
    "method",
    "dictionary",
    "sql",
)


def top_model(home: Path) -> str:
    return in_file(
        home, "select model_id from rankings.leaderboard where period = '1w' and unit = 'tokens' and rank = 1"
    )[0][0]


def links(at: AppTest) -> list[str]:
    """What the page links to, as written."""
    return [element.proto.label.replace("\\", "") for element in at.get("page_link")]


def changed(home: Path, sql: str) -> None:
    """Another truth in a copy of the published file."""
    [file] = (home / "published").glob("podium-*.duckdb")
    file.chmod(0o644)
    st.cache_resource.clear()  # the pages' own connection is of another kind
    st.cache_data.clear()
    with duckdb.connect(str(file)) as con:
        con.execute(sql)


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
    assert "change_percent" not in at.dataframe[0].value


def test_cost_against_quality_draws_every_scored_and_priced_model(app: Open, demo_home: Path) -> None:
    at = app("value", min="0")
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


def test_models_tried_a_few_times_are_left_out_unless_that_leaves_too_few(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    assert min(point["total_tokens"] for point in chart(opened("value"))[1]) >= 1_000_000
    changed(published_copy, "update rankings.value set total_tokens = 5 where is_on_frontier or total_tokens < 9000000")
    assert min(point["total_tokens"] for point in chart(opened("value"))[1]) == 5


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


def test_a_model_page_shows_how_its_own_requests_were_scored(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    model = top_model(published_copy)
    changed(
        published_copy,
        "delete from rankings.feedback; insert into rankings.scores by name select '1w' as period, "
        f"'{model}' as model_id, 'helpfulness' as score_name, 400 as request_count, 20 as score_count, "
        "0.5 as score_mean, 0.299 as score_mean_low, 0.701 as score_mean_high",
    )
    shown = table_with(opened("model", model=model), "scored_percent")
    columns = ["score_name", "drawn_figure", "mean_percent", "drawn_interval", "score_count", "scored_percent"]
    assert shown[columns].to_numpy().tolist() == [["helpfulness", "mean", 50.0, "29.9 to 70.1 %", 20, 5.0]]


def test_the_feedback_of_a_model_is_the_published_ranking_s(app: Open, demo_home: Path) -> None:
    model = top_model(demo_home)
    shown = table_with(app("model", model=model), "scored_percent")
    told = "select feedback_up_share * 100, feedback_count from rankings.feedback"
    [row] = in_file(demo_home, f"{told} where period = '1w' and model_id = '{model}'")
    assert tuple(shown[["mean_percent", "score_count"]].iloc[0]) == row
    assert list(shown["drawn_figure"]) == ["judged good"]


def test_a_model_without_scores_says_how_to_send_some(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(published_copy, "delete from rankings.feedback; delete from rankings.scores")
    at = opened("model", model=top_model(published_copy))
    assert "podium land scores.jsonl --source scores" in said(at)
    assert not [frame for frame in at.dataframe if "scored_percent" in frame.value]


def test_no_model_is_chosen_until_somebody_does(app: Open) -> None:
    at = app("model")
    assert at.selectbox[0].value is None
    assert not at.metric
    assert links(at)[1:] == at.selectbox[0].options[:10]


def test_a_model_that_looks_like_none_offers_the_most_used_instead(app: Open) -> None:
    at = app("model", model="zzzz")
    assert not [button for button in at.button if (button.key or "").startswith("near-")]
    assert len(links(at)) == 11


def test_the_way_back_from_a_model_keeps_the_boards_filters(app: Open, demo_home: Path) -> None:
    at = app("model", model=top_model(demo_home), by="spend", period="4w", q="gpt", open="1")
    back, _ = (element.proto for element in at.get("page_link"))
    assert back.query_string == "by=spend&period=4w&q=gpt&open=1"
    assert at.get("button_group")[0].value == "4w"


def test_a_page_never_keeps_the_period_of_another(app: Open) -> None:
    at = app("", period="12w")
    at.query_params.clear()
    at.switch_page("views/value.py").run()
    assert at.get("button_group")[1].value == "4w"


def test_an_unknown_model_offers_the_three_nearest(app: Open, demo_home: Path) -> None:
    known = top_model(demo_home)
    at = app("model", model=known + "x")
    near = [button for button in at.button if (button.key or "").startswith("near-")]
    assert "No model" in said(at)
    assert 1 <= len(near) <= 3
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


def table_with(at: AppTest, column: str) -> Any:
    """The one table of a page that has this column."""
    [found] = [frame.value for frame in at.dataframe if column in frame.value]
    return found


def test_data_health_by_day_adds_up_to_the_whole(app: Open) -> None:
    at = app("health")
    days, whole = table_with(at, "difference_count"), at.dataframe[0].value.iloc[-1]
    for name in ("rows_in", "rows_landed", "rows_duplicate", "rows_quarantined", "file_count"):
        assert days[name].sum() == whole[name], name
    assert days["rows_add_up"].all()
    assert (days["difference_count"] == 0).all()


def test_a_day_that_does_not_add_up_says_by_how_many_rows(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(
        published_copy,
        "update meta.batches set rows_in = rows_in + 3 where batch_id in (select min(batch_id) from meta.batches)",
    )
    days = table_with(opened("health"), "difference_count")
    assert sorted(days["difference_count"]) == [0] * (len(days) - 1) + [3]
    assert (days["rows_add_up"] == (days["difference_count"] == 0)).all()


def test_data_health_tells_how_late_rows_arrived(app: Open, demo_home: Path) -> None:
    late = table_with(app("health"), "lateness_p50_hours")
    told = "select sum(row_count), max(lateness_hours) from rollups.arrival_daily"
    [[rows, latest]] = in_file(demo_home, told)
    whole = late.iloc[-1]
    assert (whole["source"], whole["row_count"]) == ("All sources", rows)
    assert 0 < whole["lateness_p50_hours"] < whole["lateness_p95_hours"] <= latest


def test_coverage_by_day_is_the_days_own(app: Open, demo_home: Path) -> None:
    by_day = table_with(app("health"), "event_date")
    told = "select sum(request_count) from rollups.log_totals_hourly"
    assert by_day["request_count"].sum() == in_file(demo_home, told)[0][0]
    assert by_day["attempt_percent"].max() <= 100


def test_a_log_that_lists_no_attempts_shows_them_as_unknown(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(published_copy, "update rollups.log_totals_hourly set attempt_row_count = 0")
    shown = [each.value for each in opened("health").dataframe if "attempt_percent" in each.value]
    assert [frame["attempt_percent"].isna().all() for frame in shown] == [True, True]


def test_rows_that_landed_and_do_not_count_are_shown(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    told = "insert into rollups.uncounted_daily by name select date '2026-11-18' as event_date, 'a' as source, "
    changed(published_copy, f"{told} 'nested' as reason, 3 as row_count")
    shown = table_with(opened("health"), "nested_count")
    assert shown[["source", "nested_count", "superseded_count"]].to_numpy().tolist()[0] == ["a", 3, 0]


def test_two_sources_of_the_same_traffic_are_held_against_each_other(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    assert not [frame for frame in opened("health").dataframe if "reference_source" in frame.value]
    changed(
        published_copy,
        "insert into rollups.reconciliation_daily by name select date '2026-11-18' as event_date, 'a' as source, "
        "'b' as reference_source, 10 as request_count, 9 as reference_request_count, 0.1 as largest_difference_share, "
        "0.005 as tolerance_share",
    )
    pairs = table_with(opened("health"), "reference_source")
    assert list(pairs["difference_percent"]) == [10.0]
    assert not pairs["is_within"].any()


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


def test_a_period_longer_than_the_log_says_since_when_it_is_logged(app: Open, demo_home: Path) -> None:
    [[days, since]] = in_file(
        demo_home, "select coverage_days, end_date - coverage_days from rankings.periods where period = '12w'"
    )
    for page in ("", "share", "movers", "traffic", "speed", "model", "value", "compare"):
        asked = {"model": "openai/gpt-4o-mini"} if page == "model" else {}
        told = f": {days // 7} weeks of data so far, since {since.day} {since:%b}"
        assert told in said(app(page, period="12w", **asked))
    assert "so far" not in said(app())


def test_the_trend_is_headed_by_the_weeks_there_are(app: Open, demo_home: Path) -> None:
    [[weeks]] = in_file(demo_home, f"select max(len(list_filter(trend, lambda v: v is not null))) from {TOKENS_BOARD}")
    assert 1 < weeks < 12
    assert json.loads(app().dataframe[0].proto.columns)["drawn_trend"]["label"] == f"{weeks} weeks"


def test_what_is_told_of_no_model_is_no_column(app: Open) -> None:
    compared = ("drawn_moved", "drawn_rank_range", "change_percent")
    assert {*compared} <= {*app().dataframe[0].value}
    assert "drawn_rank_range" not in app(by="users", period="1d").dataframe[0].value
    twelve = app(period="12w").dataframe[0].value
    assert [name for name in compared if name in twelve] == ["drawn_rank_range"]


def test_open_weights_says_how_much_it_hides_for_want_of_knowing(app: Open, demo_home: Path) -> None:
    [[count, share]] = in_file(
        demo_home, f"select count(*), sum(share) from {TOKENS_BOARD} and weights is null and model_id <> 'other'"
    )
    assert f"{count} models of unknown licence are hidden ({share:.0%}".replace("%", " %") in said(app(open="1"))
    assert "unknown licence" not in said(app())


def test_a_filtered_board_keeps_the_whole_boards_scale(app: Open) -> None:
    scales = {
        json.loads(at.dataframe[0].proto.columns)["share_percent"]["type_config"]["max_value"]
        for at in (app(), app(view="falling"), app(open="1"))
    }
    assert len(scales) == 1


def test_the_badge_says_up_to_which_hour_data_is_whole_and_nothing_is_in_the_future(app: Open, demo_home: Path) -> None:
    [[through]] = in_file(demo_home, "select least(data_through, as_of) from meta.publication")
    at = app("health")
    assert f"data up to {through:%H:%M} UTC" in said(at).replace("Data", "data")
    [fresh] = [frame.value for frame in at.dataframe if "reaches_to" in frame.value]
    assert fresh["reaches_to"].max() <= datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001 - the file's instants are UTC


def test_data_health_tells_of_what_was_refused_this_week(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    assert not opened("health").warning
    changed(
        published_copy,
        "update meta.batches set status = 'quarantined' where batch_id in (select min(batch_id) from meta.batches);"
        "update meta.batches set rows_quarantined = 7 where batch_id in (select max(batch_id) from meta.batches)",
    )
    at = opened("health")
    assert at.success
    assert "1 file and 7 rows were refused in the last 7 days" in at.warning[0].value


def test_a_failing_warning_is_named_and_is_no_failure(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    changed(
        published_copy, "update meta.checks set is_ok = false, severity = 'warn' where claim = 'ranks run without gaps'"
    )
    at = opened("health")
    assert "ranks run without gaps" in at.warning[0].value
    assert not at.error
    assert not at.success


def test_what_is_not_quite_whole_is_not_drawn_as_whole() -> None:
    shown = {"priced_percent": tables.coverage("Priced", "")}
    drawn = tables._drawn(pa.table({"priced_percent": [99.97, 100.0, 99.5, None]}), shown)
    assert drawn["priced_percent"].to_pylist() == [99.9, 100.0, 99.5, None]


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
    assert len(at.get("button_group")) == 1, "only the unit can be chosen"
    assert not at.selectbox
    assert "most tokens first" in said(at)
    assert "highest spend first" in said(opened(by="spend"))
    assert {row["is_whole"] for row in chart(at)[1]} == {False}
    assert "No whole week" in opened("model", model=at.dataframe[0].value["model_id"][0]).info[0].value
    assert opened("model").selectbox[0].options[:5] == [*at.dataframe[0].value["model_id"]][:5]
    value = opened("value")
    assert "The first ranking appears when the log reaches past Monday, 23 Nov 00:00 UTC" in said(value)
    assert not value.code
