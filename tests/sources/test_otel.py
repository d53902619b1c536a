"""Recorded spans of one set of calls under four instrumentations, held against what the upstream saw of each call."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import warehouse
from pipeline.privacy import pseudonyms
from pipeline.request_log import Reading, staged_schema
from pipeline.settings import settings
from pipeline.sources import otel

FIXTURES = Path(__file__).parents[1] / "fixtures"
SPANS, TRUTH = FIXTURES / "otlp_spans.jsonl.gz", FIXTURES / "otlp_truth.jsonl.gz"
CANARIES = (b"CANARY-PROMPT", b"fake answer", b"@example.com", b"198.51.100.7", b"site-packages")
DIALECTS = ("genai", "openai_v2_default", "openai_v2_latest", "openllmetry")


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> Reading:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODIUM_KEY_FILE", str(tmp_path_factory.mktemp("key") / "pseudonym.key"))
        settings.cache_clear()
        yield otel.read(warehouse.connect(), SPANS, tmp_path_factory.mktemp("work"))
        settings.cache_clear()


@pytest.fixture(scope="module")
def rows(reading) -> dict[str, dict]:
    return {row["span_id"]: row for row in pq.read_table(reading.parquet).to_pylist()}


@pytest.fixture(scope="module")
def truth() -> dict[str, dict]:
    with gzip.open(TRUTH, "rt") as lines:
        return {call["span_id"]: call for call in map(json.loads, lines)}


@pytest.fixture(params=DIALECTS)
def dialect(request, rows, truth) -> tuple[str, list[dict]]:
    return request.param, [rows[key] for key, call in truth.items() if call["dialect"] == request.param]


def test_every_call_is_a_row_and_no_other_span_is(reading, rows, truth):
    assert (reading.rows_in, reading.rejects.num_rows) == (116, 0)
    assert rows.keys() == truth.keys()
    schema = pq.read_schema(reading.parquet)
    assert [(field.name, field.type) for field in schema] == [(f.name, f.type) for f in staged_schema()]


def test_a_row_knows_its_line_and_its_span_in_it(rows):
    with gzip.open(SPANS) as lines:
        records = [json.loads(line)["resourceSpans"] for line in lines]
    places = {}
    for number, resources in enumerate(records, start=1):
        spans = [span for each in resources for scope in each["scopeSpans"] for span in scope["spans"]]
        places |= {span["spanId"]: number * 10**9 + place for place, span in enumerate(spans, start=1)}
    assert {key: row["source_row"] for key, row in rows.items()} == {key: places[key] for key in rows}


def test_status_is_the_truth(rows, truth):
    assert {key: row["status"] for key, row in rows.items()} == {key: call["status"] for key, call in truth.items()}
    assert {key: row["error_type"] for key, row in rows.items()} == {
        key: call["error_type"] for key, call in truth.items()
    }


def test_each_dialect_has_24_ok_and_5_failed_calls(dialect):
    _, calls = dialect
    assert Counter(row["status"] for row in calls) == {"ok": 24, "error": 5}


def test_tokens_are_the_truth_where_the_span_knows_them_and_unknown_elsewhere(rows, truth):
    for key, call in truth.items():
        row, usage = rows[key], call["usage"] or {}
        if call["usage_in_span"]:
            assert row["input_tokens"] == usage["input_tokens"]
            assert (row["output_tokens"] or 0) == usage["output_tokens"]
            # The provider says nothing of an embedding's cache, OpenLLMetry says 0.
            assert row["cache_read_input_tokens"] in (None, usage["cache_read_input_tokens"] or 0)
            assert row["reasoning_output_tokens"] in (None, usage["reasoning_output_tokens"])
            assert row["usage_source"] == "provider"
        else:
            assert (row["input_tokens"], row["output_tokens"], row["usage_source"]) == (None, None, "unknown")


KNOWN = {  # cache read, reasoning, calls with TTFT, calls known to be streams: what each dialect tells
    "genai": (7_040, 761, 11, 11),
    "openai_v2_default": (0, 0, 0, 0),
    "openai_v2_latest": (0, 0, 0, 0),
    "openllmetry": (7_040, 669, 0, 15),
}


def test_each_dialect_tells_what_the_known_answers_say(dialect):
    name, calls = dialect
    assert sum(row["input_tokens"] is not None for row in calls) == 20
    assert sum(row["input_tokens"] or 0 for row in calls) == 37_545
    assert sum(row["output_tokens"] or 0 for row in calls) == 3_150
    assert KNOWN[name] == (
        sum(row["cache_read_input_tokens"] or 0 for row in calls),
        sum(row["reasoning_output_tokens"] or 0 for row in calls),
        sum(row["time_to_first_chunk_s"] is not None for row in calls),
        sum(row["stream"] is True for row in calls),
    )


def test_what_a_dialect_does_not_tell_is_null_not_zero(dialect):
    name, calls = dialect
    if name.startswith("openai_v2"):
        unknown = {(row["stream"], row["cache_read_input_tokens"], row["reasoning_output_tokens"]) for row in calls}
        assert unknown == {(None, None, None)}
    else:
        assert {row["stream"] for row in calls} == ({True, None} if name == "genai" else {True, False})


def test_streams_operations_and_models_are_what_the_client_asked(rows, truth):
    for key, call in truth.items():
        row = rows[key]
        assert row["stream"] in (None, call["stream"])
        assert (row["operation_name"], row["request_model"]) == (call["operation"], call["request_model"])


def test_a_call_lasts_as_long_as_its_nanoseconds_say(rows):
    row = rows["112517f62d8626c0"]
    assert row["duration_s"] == (1795337102520620249 - 1795337102358896317) / 1e9
    assert row["start_time"].isoformat() == "2026-11-22T08:45:02.358896+00:00"
    assert row["end_time"].isoformat() == "2026-11-22T08:45:02.520620+00:00"


def test_no_client_library_knows_a_cost(rows):
    assert {(row["cost_usd"], row["cost_source"]) for row in rows.values()} == {(None, "none")}


def test_ids_provider_and_resource_come_along(rows):
    row = rows["112517f62d8626c0"]
    assert row["trace_id"] == "04af379b030c9d64defce9a929faf3b0"
    assert row["request_id"] == "04af379b030c9d64defce9a929faf3b0:112517f62d8626c0"
    assert (row["record_kind"], row["latency_scope"], row["source"]) == ("request", "attempt", "otlp")
    assert (row["app_name"], row["environment"], row["team_name"]) == ("chat-backend", "prod", "search")
    assert (row["provider_name"], row["response_model"]) == ("openai", "gpt-4o-mini-2024-07-18")
    assert (row["finish_reason"], row["service_tier"], row["server_address"]) == ("stop", "default", None)
    assert len({row["attempt_id"] for row in rows.values()}) == 116


def test_openllmetry_s_users_are_pseudonyms(rows, truth):
    (person,) = pseudonyms(["u1"]).column("pseudonym").to_pylist()
    people = Counter(rows[key]["end_user_id"] for key, call in truth.items() if call["dialect"] == "openllmetry")
    assert people == {person: 27, None: 2}


def test_nothing_private_is_staged(reading):
    delivered = gzip.decompress(SPANS.read_bytes())
    assert b"Rate limit reached" in delivered
    assert any(canary in delivered for canary in CANARIES)
    table = json.dumps(pq.read_table(reading.parquet).to_pylist(), default=str).encode()
    staged = reading.parquet.read_bytes() + table
    assert [canary for canary in (*CANARIES, b"Rate limit reached", b"Error code") if canary in staged] == []
