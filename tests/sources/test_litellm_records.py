"""What one record of LiteLLM's log becomes: a row of the contract, or a reject that says why."""

from functools import partial
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources import litellm
from tests import readings
from tests.litellm import payload
from tests.readings import Read, lines, places, refused, staged


@pytest.fixture
def read(own_key: None, tmp_path: Path) -> Read:
    return partial(readings.read, litellm, tmp_path)


@pytest.mark.parametrize("is_tolerant", [False, True], ids=["strict", "tolerant"])
@pytest.mark.parametrize(
    ("told", "reason", "column"),
    [
        ({"litellm_call_id": None, "id": None}, "missing_field", "litellm_call_id"),
        ({"litellm_call_id": "", "id": ""}, "missing_field", "litellm_call_id"),
        ({"litellm_call_id": None, "id": "chatcmpl", "startTime": None}, "missing_field", "startTime"),
        ({"status": None}, "missing_field", "status"),
        ({"model": None, "model_group": None}, "missing_field", "model"),
        ({"model": {"name": "CANARY-PROMPT"}}, "wrong_type", "model"),
        ({"startTime": float("nan")}, "bad_ts", "startTime"),
        ({"startTime": float("inf")}, "bad_ts", "startTime"),
        ({"startTime": 1e300}, "bad_ts", "startTime"),
        ({"startTime": -5.0}, "bad_ts", "startTime"),
        ({"startTime": 1_795_336_800_250.0}, "bad_ts", "startTime"),
        ({"endTime": 1e300}, "bad_ts", "endTime"),
        ({"prompt_tokens": float("nan")}, "nonfinite", "prompt_tokens"),
        ({"completion_tokens": float("-inf")}, "nonfinite", "completion_tokens"),
        ({"prompt_tokens": 1e30}, "tokens_too_big", "prompt_tokens"),
        ({"completion_tokens": 3.7}, "wrong_type", "completion_tokens"),
    ],
)
def test_a_row_that_can_not_be_staged_says_why(read, told, reason, column, is_tolerant):
    spoiler = [b"{broken\n"] if is_tolerant else []
    reading = read(lines(payload(1), payload(2, **told), payload(3), *spoiler))
    assert places(reading) == [1, 3]
    assert (2, reason, column) in refused(reading)
    assert reading.rows_in == 3 + len(spoiler)
    assert all(len(row["detail"]) <= 200 for row in reading.rejects.to_pylist())


@pytest.mark.parametrize("spoiler", [b"", b"{broken\n"], ids=["strict", "tolerant"])
def test_what_landing_judges_stays_as_logged(read, spoiler):
    data = lines(
        payload(1, prompt_tokens=-5),
        payload(2, response_cost=float("nan")),
        payload(3, response_cost=-1.0),
        payload(4, prompt_tokens=200_000_000),
        payload(5, status="perhaps"),
        payload(6, endTime=1_795_336_000.0),
        payload(7, response_cost="0.25", prompt_tokens="12"),
        spoiler,
    )
    rows = staged(read(data))
    assert rows[0]["input_tokens"] == -5
    assert rows[1]["cost_usd"] != rows[1]["cost_usd"]
    assert rows[2]["cost_usd"] == -1.0
    assert rows[3]["input_tokens"] == 200_000_000
    assert rows[4]["status"] == "perhaps"
    assert rows[5]["end_time"] < rows[5]["start_time"]
    assert (rows[6]["cost_usd"], rows[6]["input_tokens"]) == (0.25, 12)


def test_a_model_name_of_a_mebibyte_reaches_landing(read):
    name = "<img src=x onerror=alert(1)>" * 40_000
    reading = read(lines(payload(1, model=name), b"{broken\n"))
    assert staged(reading)[0]["model_raw"] == name
    assert all(name[:28] not in row["detail"] for row in reading.rejects.to_pylist())


WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "true", "12", "nan", "1e400"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    [*payload(), "metadata", "stream", "cache_hit", "cost_breakdown", "request_tags", "end_user", "user_agent"]
)


@pytest.mark.usefixtures("own_key")
@hypothesis.settings(max_examples=30)
@given(st.lists(st.dictionaries(FIELDS, WILD, max_size=3), min_size=1, max_size=12))
def test_whatever_a_field_holds_each_record_is_staged_or_refused(tmp_path_factory, changes):
    data = lines(*(payload(number, **told) for number, told in enumerate(changes, start=1)))
    reading = readings.read(litellm, tmp_path_factory.mktemp("wild"), data)
    met = places(reading) + [row for row, _, _ in refused(reading)]
    assert sorted(met) == list(range(1, len(changes) + 1))
    assert reading.rows_in == len(changes)


def test_a_redacted_response_costs_no_row(read):
    rows = staged(read(lines(payload(1, response="redacted-by-litellm"), payload(2, response={"text": "redacted"}))))
    assert [(row["status"], row["finish_reason"], row["input_tokens"]) for row in rows] == [("ok", None, 10)] * 2


def test_a_providers_own_kind_of_cost_costs_no_row(read):
    usage = {"cost": {"total_cost": 0.5}, "completion_tokens": 5}  # Perplexity sends its cost as an object
    row = staged(read(lines(payload(1, custom_llm_provider="perplexity", metadata={"usage_object": usage}))))[0]
    assert (row["cost_usd"], row["cost_source"]) == (0.0001, "gateway")


def test_a_second_try_with_a_suffix_is_an_attempt_of_its_parent(read):
    first, second = staged(read(lines(payload(1), payload(1, litellm_call_id="call-1-attempt-0"))))
    assert (first["request_id"], second["request_id"]) == ("call-1", "call-1")
    assert first["attempt_id"] != second["attempt_id"]


def test_the_same_line_twice_is_the_same_attempt(read):
    first, second = staged(read(lines(payload(1), payload(1))))
    assert first["attempt_id"] == second["attempt_id"]


def test_cost_zero_means_five_things(read):
    priced = {"model_map_value": {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}}
    unpriced = {"model_map_value": {"input_cost_per_token": 0, "output_cost_per_token": 0}}
    data = lines(
        payload(1, cache_hit=True, response_cost=0.0, model_map_information=unpriced),
        payload(2, status="failure", response_cost=0.0, model_map_information=priced),
        payload(3, prompt_tokens=0, completion_tokens=0, response_cost=0.0, model_map_information=priced),
        payload(4, response_cost=0.0, model_map_information=unpriced),
        payload(5, response_cost=0.0, model_map_information=priced),
        payload(6, status="failure", response_cost=0.25),
    )
    costs = [(row["cost_usd"], row["cost_source"], row["input_tokens"]) for row in staged(read(data))]
    assert costs == [
        (0.0, "gateway", 10),
        (0.0, "gateway", None),
        (None, "none", None),
        (None, "none", 10),
        (0.0, "gateway", 10),
        (0.25, "gateway", None),
    ]


@pytest.mark.parametrize(
    ("error", "kind", "http"),
    [
        ({"normalized_error": "503_PROVIDER_OVERLOADED", "error_code": "500"}, "overloaded", 500),
        ({"error_code": "429"}, "rate_limit", 429),
        ({"error_code": "404"}, "bad_request", 404),
        ({"error_code": 504}, "timeout", 504),
        ({"error_code": "", "error_class": "ContextWindowExceededError"}, "context_length", None),
        ({"error_code": "400", "error_class": "BudgetExceededError"}, "budget", 400),
        ({"error_code": "something CANARY-PROMPT else"}, "_OTHER", None),
        ({}, "_OTHER", None),
    ],
)
def test_failures_have_a_type_of_the_contract(read, error, kind, http):
    row = staged(read(lines(payload(1, status="failure", error_information=error))))[0]
    assert (row["status"], row["error_type"], row["http_status"]) == ("error", kind, http)
    assert "CANARY" not in str(row["error_code_raw"])


def test_a_dated_model_of_vertex_keeps_its_name(read):
    names = ("claude-sonnet-4-5@20250929", "claude-3.5@default", "text-bison@001")
    rows = staged(read(lines(*(payload(n, model=name, model_group=name) for n, name in enumerate(names)))))
    assert tuple(row["request_model"] for row in rows) == names


def test_a_negative_overhead_is_a_clock_s_error_and_costs_no_row(read):
    rows = staged(
        read(lines(*(payload(n, hidden_params={"litellm_overhead_time_ms": ms}) for n, ms in enumerate((-0.5, 250)))))
    )
    assert [row["queue_or_overhead_s"] for row in rows] == [None, 0.25]


def test_a_stream_that_has_only_one_chunk_has_no_first_chunk_time(read):
    start = payload(1)["startTime"]
    rows = staged(read(lines(payload(1, stream=True), payload(2, stream=True, completionStartTime=start + 1.5))))
    assert [row["time_to_first_chunk_s"] for row in rows] == [None, 0.5]


def test_call_types_are_operations(read):
    kinds = [
        "acompletion",
        "atext_completion",
        "aembedding",
        "arerank",
        "aimage_generation",
        "aspeech",
        "atranscription",
        "new",
        None,
    ]
    rows = staged(read(lines(*(payload(n, call_type=kind) for n, kind in enumerate(kinds)))))
    assert [row["operation_name"] for row in rows] == [
        "chat", "text_completion", "embeddings", "rerank", "image_generation", "speech", "transcription", "other",
        "other",
    ]  # fmt: skip
