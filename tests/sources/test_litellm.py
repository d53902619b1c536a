"""The recorded LiteLLM log, row by row against what the clients and the upstream saw."""

import gzip
import json
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import warehouse
from pipeline.privacy import pseudonyms
from pipeline.request_log import Reading, staged_schema
from pipeline.settings import SAMPLES, settings
from pipeline.sources import litellm

SAMPLE = SAMPLES / "litellm_slp.jsonl.gz"
TRUTH = Path(__file__).parents[1] / "fixtures" / "litellm_truth.jsonl.gz"
CANARIES = (b"CANARY-PROMPT", b"fake answer", b"@example.com", b"198.51.100.7", b"site-packages")
PARTS = ("cache_read_input_tokens", "cache_write_input_tokens", "reasoning_output_tokens")


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> Reading:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODIUM_KEY_FILE", str(tmp_path_factory.mktemp("key") / "pseudonym.key"))
        settings.cache_clear()
        yield litellm.read(warehouse.connect(), SAMPLE, tmp_path_factory.mktemp("work"))
        settings.cache_clear()


@pytest.fixture(scope="module")
def rows(reading) -> list[dict]:
    return pq.read_table(reading.parquet).to_pylist()


@pytest.fixture(scope="module")
def outcomes(rows) -> dict[str, dict]:
    """The row that ends each request: ok or cancelled if there is one, else the one that ends last."""
    ordered = sorted(rows, key=lambda row: (row["status"] != "error", row["end_time"]))
    return {row["request_id"]: row for row in ordered}


@pytest.fixture(scope="module")
def truth() -> dict[str, dict]:
    with gzip.open(TRUTH, "rt") as lines:
        return {row["request_id"]: row for row in map(json.loads, lines)}


@pytest.fixture(scope="module")
def answered(outcomes) -> list[dict]:
    return [row for row in outcomes.values() if row["status"] != "error"]


def usd(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("1e-10"), ROUND_HALF_EVEN)


def cost(rows: list[dict]) -> Decimal:
    return sum((usd(row["cost_usd"]) for row in rows if row["cost_usd"] is not None), Decimal(0))


def total(rows: list[dict], column: str) -> int:
    return sum(row[column] or 0 for row in rows)


def test_every_line_becomes_one_row_of_the_contract(reading):
    assert (reading.rows_in, reading.rejects.num_rows) == (337, 0)
    schema = pq.read_schema(reading.parquet)
    assert [(field.name, field.type) for field in schema] == [(f.name, f.type) for f in staged_schema()]
    assert pq.read_metadata(reading.parquet).num_rows == 337


def test_rows_know_their_line(rows):
    with gzip.open(SAMPLE) as lines:
        ids = {number: json.loads(line)["litellm_call_id"] for number, line in enumerate(lines, start=1)}
    assert {row["source_row"]: row["request_id"] for row in rows} == ids


def test_each_row_has_its_own_attempt_id(rows):
    assert len({row["attempt_id"] for row in rows}) == 337


def test_requests_end_as_the_known_answers_say(outcomes):
    assert len(outcomes) == 316
    assert Counter(row["status"] for row in outcomes.values()) == {"ok": 294, "error": 16, "cancelled": 6}


def test_errors_are_of_the_known_types(outcomes):
    assert Counter(row["error_type"] for row in outcomes.values() if row["status"] == "error") == {
        "server_error": 4, "overloaded": 3, "timeout": 1, "rate_limit": 2, "connection": 2, "auth": 1,
        "context_length": 2, "content_filter": 1,
    }  # fmt: skip


def test_token_totals_are_the_known_answers(answered):
    assert total(answered, "input_tokens") == 321_779
    assert total(answered, "output_tokens") == 49_305
    assert total(answered, "cache_read_input_tokens") == 56_576
    assert total(answered, "cache_write_input_tokens") == 2_201
    assert total(answered, "reasoning_output_tokens") == 2_523


def test_cost_totals_are_exact(rows, answered):
    assert cost(answered) == Decimal("0.5774705640")
    assert cost([row for row in rows if row["status"] == "error"]) == Decimal("0.0004151000")
    assert cost(rows) == Decimal("0.5778856640")


def test_cost_is_unknown_for_two_without_usage_and_twelve_without_price(answered):
    unknown = [row for row in answered if row["cost_usd"] is None]
    assert len(unknown) == 14
    assert sum(row["input_tokens"] is None for row in unknown) == 2
    assert {row["provider_name"] for row in unknown if row["input_tokens"]} == {"hosted_vllm"}


def test_cost_source_is_none_exactly_where_cost_is_null(rows):
    assert all((row["cost_usd"] is None) == (row["cost_source"] == "none") for row in rows)


def test_only_openrouter_sends_its_own_cost(rows):
    own = [row["provider_name"] for row in rows if row["cost_source"] == "provider"]
    assert Counter(own) == {"openrouter": 11}


def test_itemised_cost_adds_up_or_is_left_out(rows):
    itemised = [row for row in rows if row["input_cost_usd"] is not None]
    assert len(itemised) > 200
    assert all(usd(row["input_cost_usd"] + row["output_cost_usd"]) == usd(row["cost_usd"]) for row in itemised)


def test_cache_hits_cost_nothing_and_keep_their_tokens(answered):
    hits = [row for row in answered if row["response_cache_hit"]]
    assert [(row["cost_usd"], row["stream"]) for row in hits] == [(0.0, False), (0.0, False)]
    assert (total(hits, "input_tokens"), total(hits, "output_tokens")) == (670, 80)


def test_failures_have_no_tokens_even_when_billed(rows):
    failed = [row for row in rows if row["status"] == "error"]
    assert len(failed) == 37
    assert {(row["input_tokens"], row["output_tokens"], row["usage_source"]) for row in failed} == {
        (None, None, "unknown")
    }
    assert sum(row["cost_usd"] > 0 for row in failed) == 2


def test_status_is_the_truth_but_for_two_requests_whose_success_was_lost(outcomes, truth):
    wrong = [row for key, row in outcomes.items() if row["status"] != truth[key]["status"]]
    assert [(row["status"], truth[row["request_id"]]["status"]) for row in wrong] == [("error", "ok")] * 2


def test_tokens_are_the_truth_or_the_row_says_they_are_not_known(answered, truth):
    for row in answered:
        true = truth[row["request_id"]]["usage"]
        if row["usage_source"] == "provider":
            assert {name: row[name] for name in true} == true, row["request_id"]


def test_every_wrong_count_is_marked_and_ten_right_ones_look_the_same(answered, truth):
    logged = Counter(truth[row["request_id"]]["logged_usage"] for row in answered if row["usage_source"] == "unknown")
    assert logged == {"estimate": 7, "zero": 2, "exact": 10}
    wrong = [row for row in answered if truth[row["request_id"]]["logged_usage"] != "exact"]
    assert len(wrong) == 9
    assert {row["usage_source"] for row in wrong} == {"unknown"}


def test_marked_rows_keep_tokens_but_claim_no_parts(answered):
    marked = [row for row in answered if row["usage_source"] == "unknown"]
    assert {row[part] for row in marked for part in PARTS} == {None}
    assert sum(row["input_tokens"] is None for row in marked) == 2


def test_stream_operation_and_team_are_what_the_client_sent(outcomes, truth):
    for key, row in outcomes.items():
        true = truth[key]
        assert row["operation_name"] == true["operation"]
        assert row["team_id"] == true["team_id"]
        if not row["response_cache_hit"]:
            assert row["stream"] == bool(true["stream"])


def test_the_alias_that_served_is_the_truth(answered, truth):
    assert all(row["served_model_group"] == truth[row["request_id"]]["served_model_group"] for row in answered)


def test_first_chunks_are_measured_for_streams_that_answered(rows):
    timed = [row for row in rows if row["time_to_first_chunk_s"] is not None]
    assert len(timed) == 159
    assert all(row["stream"] and 0 < row["time_to_first_chunk_s"] < row["duration_s"] for row in timed)


def test_a_client_that_left_is_cancelled(rows):
    left = [row for row in rows if row["status"] == "cancelled"]
    assert {(row["http_status"], row["error_type"], row["error_origin"]) for row in left} == {
        (499, "cancelled", "client")
    }
    assert len(left) == 6


def test_http_status_is_numeric_and_the_code_stays_a_code(rows):
    refused = [row for row in rows if row["error_type"] == "content_filter"]
    assert {(row["http_status"], row["error_code_raw"]) for row in refused} == {(None, "content_policy_violation")}


def test_providers_have_the_names_of_opentelemetry(rows):
    assert {row["provider_name"] for row in rows} == {
        "openai", "anthropic", "azure.ai.openai", "deepseek", "together_ai", "mistral_ai", "hosted_vllm", "openrouter",
    }  # fmt: skip


def test_the_providers_own_model_name_is_kept_where_the_log_kept_it(rows):
    kept = {row["response_model"] for row in rows} - {None}
    assert kept == {
        "claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929", "gpt-4o-2024-08-06", "mistral-large-latest",
    }  # fmt: skip
    assert all(row["model_raw"] == row["response_model"] for row in rows if row["response_model"])
    assert {row["model_raw"] for row in rows if row["request_model"] == "qwen3-coder"} == {
        "openrouter/qwen/qwen3-coder"
    }


def test_sessions_become_conversations(rows):
    assert sum(row["conversation_id"] is not None for row in rows) == 107
    assert all(row["conversation_id"].startswith("sess-") for row in rows if row["conversation_id"])


def test_tags_are_the_clients_own(rows):
    tags = {tag for row in rows for tag in row["tags"]}
    assert tags == {"env:prod", "env:staging", "feature:batch", "feature:chat", "feature:code", "feature:rag"}
    assert {row["environment"] for row in rows} == {"prod", "staging", None}


def test_programs_are_families_and_referers_hosts(rows):
    assert {row["user_agent_family"] for row in rows} == {"openai-python", "claude-cli", "langchain", "curl"}
    assert {row["app_url_host"] for row in rows} == {None, "apps.example.com"}
    assert sum(row["app_name"] is not None for row in rows) == 90
    assert {row["server_address"] for row in rows} == {None}  # 127.0.0.1 is an address


def test_people_are_pseudonyms(rows):
    names = pseudonyms(["u-search-1"]).column("pseudonym").to_pylist()
    assert sum(row["user_id"] in names for row in rows) == 76
    assert all(row["user_id"].startswith("u_") for row in rows)
    assert sum(row["end_user_id"] is not None for row in rows) == 93


def test_nothing_a_person_wrote_reaches_the_parquet(reading, rows):
    table = pq.read_table(reading.parquet)
    values = json.dumps(table.to_pylist(), default=str).encode() + reading.parquet.read_bytes()
    assert [canary for canary in CANARIES if canary in values] == []
    assert b"u-search" not in values
    assert b"enduser-" not in values
