"""OpenRouter Broadcast: one request, however many spans its tree has, and its failed attempts once each."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.privacy import pseudonyms
from tests import steps
from tests.otlp import call, export, lines, read, refused, staged

RECEIVED = datetime(2026, 11, 23, tzinfo=UTC)
FIXTURE = Path(__file__).parents[1] / "fixtures" / "openrouter_broadcast.jsonl"
pytestmark = pytest.mark.usefixtures("own_key")


@pytest.fixture
def rows(tmp_path) -> list[dict]:
    return staged(read(tmp_path, FIXTURE.read_bytes()))


def told(rows: list[dict], *columns: str) -> list[tuple]:
    return [tuple(row[column] for column in columns) for row in rows]


def requests() -> list[dict]:
    return [json.loads(line) for line in FIXTURE.read_text().splitlines()]


def test_a_request_is_its_root_and_the_attempts_that_failed_before_the_last(rows):
    assert told(rows, "request_id", "attempt_index", "upstream_provider", "status", "error_type") == [
        ("gen-1", None, "Novita", "ok", None),
        ("gen-2", 1, "Amazon Bedrock", "ok", None),
        ("gen-2", 0, "Anthropic", "error", "rate_limit"),
        ("gen-3", 1, "Azure", "error", "server_error"),
        ("gen-3", 0, "OpenAI", "error", "overloaded"),
        ("gen-4", None, "OpenAI", "cancelled", "cancelled"),
    ]
    assert {row["source"] for row in rows} == {"openrouter_broadcast"}
    assert {row["provider_name"] for row in rows} == {"openrouter"}
    assert {row["record_kind"] for row in rows} == {"attempt"}


def test_only_the_root_has_numbers(rows):
    columns = ("input_tokens", "output_tokens", "cache_read_input_tokens", "reasoning_output_tokens", "cost_usd")
    assert told(rows, *columns, "usage_source", "cost_source") == [
        (1000, 200, 640, 80, 0.00036, "provider", "provider"),
        (500, 50, None, None, 0.0025, "provider", "provider"),
        *[(None, None, None, None, None, "unknown", "none")] * 4,
    ]
    assert told(rows[:2], "input_cost_usd", "output_cost_usd") == [(0.0002, 0.00016), (None, None)]


def test_the_clock_of_a_request_with_two_attempts_is_not_the_model_s(rows):
    assert told(rows, "duration_s", "latency_scope") == [
        (3.0, "attempt"), (4.0, "request"), (0.05, "attempt"), (1.0, "request"), (0.35, "attempt"), (0.5, "attempt"),
    ]  # fmt: skip


def test_the_first_token_s_milliseconds_become_seconds(rows):
    assert told(rows[:2], "stream", "time_to_first_chunk_s") == [(True, 0.4205), (None, None)]


def test_who_asked_is_a_pseudonym_and_what_the_key_is_called_stays(rows):
    (alice,) = pseudonyms(["alice@example.com"]).column("pseudonym").to_pylist()
    asked = rows[0]
    assert (asked["user_id"], asked["conversation_id"], asked["api_key_alias"]) == (alice, "sess-7", "search-prod")
    assert (asked["app_name"], asked["finish_reason"], asked["response_id"]) == (None, "stop", "gen-1")


def test_a_request_lands_once_with_its_last_row_final(tmp_path):
    with steps.at_home(tmp_path):
        first, again = steps.land(FIXTURE, FIXTURE, source="otel", at=RECEIVED)
        assert (first.rows_in, first.rows_landed, first.rows_quarantined) == (6, 6, 0)
        assert (again.status, again.rows_landed) == ("duplicate", 0)
        log = steps.log()
    assert sorted(row["request_id"] for row in log) == ["gen-1", "gen-2", "gen-2", "gen-3", "gen-3", "gen-4"]


def test_attempts_without_a_sound_request_are_no_rows(tmp_path):
    record = requests()[1]
    root, *attempts = record["resourceSpans"][0]["scopeSpans"][0]["spans"]
    del root["startTimeUnixNano"]
    spoilt = read(tmp_path, lines(record))
    assert (staged(spoilt), refused(spoilt)) == ([], [(1000000001, "missing_field", "startTimeUnixNano")])
    record["resourceSpans"][0]["scopeSpans"][0]["spans"] = attempts
    assert read(tmp_path, lines(record)).rows_in == 0


def test_a_request_renamed_by_its_caller_is_known_by_its_attributes(tmp_path):
    record = requests()[0]
    resource = record["resourceSpans"][0]
    resource["resource"], resource["scopeSpans"][0]["scope"] = {}, {}
    resource["scopeSpans"][0]["spans"][0]["name"] = "generation"
    (row,) = staged(read(tmp_path, lines(record)))
    assert (row["source"], row["request_id"], row["input_tokens"]) == ("openrouter_broadcast", "gen-1", 1000)


def test_the_app_s_own_span_of_the_same_call_is_its_parent_and_not_counted_again(tmp_path):
    record = requests()[0]
    root = record["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    app = call() | {"traceId": root["traceId"], "spanId": "1234567890abcdef"}
    root["parentSpanId"] = app["spanId"]
    rows = staged(read(tmp_path, lines(export(app), record)))
    assert told(rows, "request_id", "enclosing_span_id")[1:] == [("gen-1", app["spanId"])]
    (tmp_path / "apart.jsonl").write_bytes(lines(export(app)))
    (tmp_path / "request.jsonl").write_bytes(lines(record))
    with steps.at_home(tmp_path):
        steps.land(tmp_path / "apart.jsonl", tmp_path / "request.jsonl", source="otel", at=RECEIVED)
        counted = steps.publish_now(as_of=RECEIVED)
        told_by = "select source, row_count from rollups.log_totals_hourly"
        assert steps.asked(counted, told_by) == [("openrouter_broadcast", 1)]


def test_a_free_model_costs_nothing_and_a_request_without_usage_has_no_known_cost(tmp_path):
    free = call(1, gen_ai__usage__total_cost=0.0, trace__metadata__openrouter__provider_name="Chutes")
    silent = call(
        2,
        gen_ai__usage__total_cost=0.0,
        gen_ai__usage__input_tokens=0,
        gen_ai__usage__output_tokens=0,
        trace__metadata__openrouter__provider_name="Chutes",
    )
    rows = staged(read(tmp_path, lines(export(free, silent))))
    assert told(rows, "cost_usd", "cost_source", "input_tokens") == [(0.0, "provider", 10), (None, "none", None)]
