"""Every ready-made question: says what it asks, has an answer with its columns, and is quick."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline import ask, publish, questions, warehouse
from pipeline.settings import PodiumError

EVERY = [each.name for each in questions.every()]
COLUMNS = {
    "best_value": "benchmark frontier_order model_id quality_score quality_low quality_high effective_usd_per_mtok"
    " total_tokens variant measured_on",
    "board_footer": "reporting_timezone start_date end_date coverage_days usage_coverage_share pricing_coverage_share"
    " user_coverage_share",
    "cache_savings": "model_id cache_savings_usd cache_hit_rate spend_usd list_input_usd_per_mtok"
    " list_cache_read_usd_per_mtok",
    "concentration": "market unit member_count top_1_share top_5_share effective_count hhi gini known_share",
    "cost_per_success": "model_id cost_usd_per_success cost_usd_per_request failed_spend_usd request_success_rate"
    " request_count priced_request_share",
    "dominated_providers": "model_id provider_name request_count effective_usd_per_mtok ttft_p50_s request_success_rate"
    " better_provider clear_on better_usd_per_mtok better_ttft_p50_s better_success_rate",
    "errors_by_provider": "provider_name error_class error_count attempt_count error_rate",
    "failed_spend": "model_id failed_spend_usd spend_usd failed_spend_share priced_request_share",
    "fallbacks": "model_id fallback_rate fallback_n request_count request_success_rate",
    "feedback_and_cost": "model_id feedback_up_share feedback_up_share_low feedback_up_share_high feedback_count"
    " cost_usd_per_success effective_usd_per_mtok priced_request_share",
    "late_arrivals": "source row_count lateness_p50_hours lateness_p95_hours lateness_max_hours over_a_day_share",
    "least_reliable_providers": "model_id worst_provider worst_success_rate worst_request_count best_provider"
    " best_success_rate difference_pp provider_count",
    "losing_models": "model_id previous_value value lost change previous_rank rank is_small_base",
    "most_expensive_keys": "api_key request_count spend_usd spend_share priced_token_share costliest_model"
    " costliest_model_usd",
    "new_models": "model_id author_name released_date first_date day_count request_count spend_usd provider_names",
    "off_list_price": "model_id recorded_to_list_ratio effective_usd_per_mtok blended_usd_per_mtok price_provider_name"
    " price_as_of spend_usd",
    "one_provider_only": "model_id provider_name request_count total_tokens all_token_share request_success_rate",
    "price_history": "model_id provider_name valid_from valid_to input_usd_per_mtok output_usd_per_mtok"
    " cache_read_usd_per_mtok input_price_change",
    "quarantine_reasons": "reason file_count row_count latest detail latest_at",
    "rate_limits_by_hour": "hour_of_day attempt_count rate_limited_count rate_limited_share most_by_provider",
    "reasoning_share": "model_id reasoning_share reasoning_output_tokens reasoning_known_output_tokens output_tokens",
    "reconciliation_differences": "event_date source reference_source difference_share request_count"
    " reference_request_count input_tokens reference_input_tokens output_tokens reference_output_tokens cost_usd"
    " reference_cost_usd",
    "silent_sources": "source last_hour silent_hours last_received_at row_count",
    "slowest_first_token": "model_id ttft_p50_s ttft_p95_s ttft_n",
    "slowest_p95": "model_id ttft_p95_s ttft_p50_s ttft_n duration_p95_s duration_n",
    "spend_by_day": "event_date request_count spend_usd spend_7_day_mean_usd priced_token_share",
    "spend_by_team": "team request_count spend_usd priced_token_share",
    "spend_changes": "model_id previous_spend_usd spend_usd difference_usd from_requests_usd from_cost_per_request_usd",
    "team_spend_last_month": "team model_id request_count total_tokens spend_usd team_spend_usd priced_token_share"
    " first_date last_date",
    "top_ten": "rank model_id total_tokens share change is_new is_small_base effective_usd_per_mtok ttft_p50_s"
    " request_success_rate",
    "traffic_by_category": "category request_count request_share total_tokens token_share spend_usd spend_share"
    " most_used_model",
    "traffic_by_region": "region request_count request_share total_tokens token_share spend_usd spend_share"
    " most_used_model",
    "unknown_names": "model_id request_count total_tokens token_share provider_names",
    "unpriced_models": "model_id provider_name unpriced_count unpriced_tokens unpriced_token_share",
    "usage_by_hour_of_week": "weekday hour_of_day mean_request_count mean_tokens hour_count",
    "users_of_several_models": "models_used user_count user_share",
}
EMPTY_BY_RIGHT = {"quarantine_reasons", "reconciliation_differences", "dominated_providers", "new_models"}


@pytest.fixture(scope="module")
def empty(demo_twin: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of a published file without a row but the one that says which version it is."""
    published = demo_twin / "published"
    version = json.loads((published / "CURRENT").read_text())
    with duckdb.connect() as con:
        con.execute(f"attach '{published / version['file']}' as full_file (read_only)")
        tables = "select schema_name, table_name from duckdb_tables() where database_name = 'full_file'"
        for schema, table in con.execute(tables).fetchall():
            con.execute(f"create schema if not exists {schema}")
            rows = "" if (schema, table) == ("meta", "publication") else "limit 0"
            con.execute(f"create table {schema}.{table} as from full_file.{schema}.{table} {rows}")
        con.execute("detach full_file")
        yield con


@pytest.mark.parametrize("name", EVERY)
def test_it_says_what_it_asks_what_a_row_is_and_what_to_change(name: str) -> None:
    asked = questions.named(name)
    assert asked.question.endswith("?")
    assert asked.answer.startswith("One row")
    assert asked.change.endswith(".")
    assert "now()" not in asked.sql
    assert "current_date" not in asked.sql


@pytest.mark.parametrize("name", EVERY)
def test_it_has_an_answer_with_its_columns_on_the_demo(demo_here: Path, name: str) -> None:
    with ask.published() as con:
        answer = ask.ask(con, questions.named(name).sql)
        columns, rows = ask.columns(answer), list(ask.rows(answer))
    assert columns == COLUMNS[name].split()
    assert rows or name in EMPTY_BY_RIGHT


@pytest.mark.parametrize("name", EVERY)
def test_an_empty_published_file_has_no_rows_for_it_or_unknown_ones(
    empty: duckdb.DuckDBPyConnection, name: str
) -> None:
    assert all(set(row) <= {None} for row in empty.execute(questions.named(name).sql).fetchall())


@pytest.mark.parametrize("name", EVERY)
def test_it_needs_no_formula_of_podium_so_that_any_duckdb_can_ask_it(demo_here: Path, name: str) -> None:
    version = publish.current()
    assert version is not None
    with duckdb.connect(str(version.path), read_only=True) as con:
        con.execute(questions.named(name).sql)


def test_no_question_reads_single_people_but_to_count_them() -> None:
    reading = [name for name in EVERY if "user_id" in questions.named(name).sql]
    assert reading == ["users_of_several_models"]


def test_every_question_reads_published_tables_only() -> None:
    schemas = {"rankings", "rollups", "reference", "meta"}
    for name in EVERY:
        read = warehouse.dependencies(questions.FOLDER / f"{name}.sql")
        assert {table.partition(".")[0] for table in read} <= schemas


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(PodiumError, match="did you mean spend_by_team"):
        questions.named("spend_by_taem")
    with pytest.raises(PodiumError, match=r"there is no question '\.\./landing/known'"):
        questions.named("../landing/known")
