"""What one span means: which spans are calls, how their attributes are spelled, and what of them is never told."""

import json
from typing import Any

import pytest

from pipeline.privacy import pseudonyms
from pipeline.request_log import Reading
from pipeline.settings import settings
from tests import otlp, steps
from tests.otlp import call, export, lines, refused, span, staged

CANARIES = ("CANARY-PROMPT", "fake answer", "@example.com", "198.51.100.7", "site-packages")


@pytest.fixture(autouse=True)
def own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("PODIUM_KEY_FILE", str(tmp_path / "pseudonym.key"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def read(tmp_path):
    return lambda data: otlp.read(tmp_path, data)


@pytest.fixture
def row(read):
    """The one row of one span."""

    def read_one(only: dict[str, Any], **around: Any) -> dict[str, Any]:
        (one,) = staged(read(lines(export(only, **around))))
        return one

    return read_one


def places(reading) -> list[int]:
    return [each["source_row"] for each in staged(reading)]


def test_numbers_may_come_as_numbers(row):
    start = otlp.START_NS
    fields = {"startTimeUnixNano": start, "endTimeUnixNano": start + 1_500_000_000, "kind": "SPAN_KIND_CLIENT"}
    attributes = otlp.attributes({"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"})
    attributes += [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": 12}}]
    attributes += [{"key": "gen_ai.usage.output_tokens", "value": {"doubleValue": 3.0}}]
    told = row(span(1, {}, attributes=attributes, **fields))
    assert (told["input_tokens"], told["output_tokens"], told["duration_s"]) == (12, 3, 1.5)
    assert told["start_time"].microsecond == 250_000


def test_a_call_still_running_has_no_end(row):
    told = row(call() | {"endTimeUnixNano": "0"})
    assert (told["end_time"], told["duration_s"], told["status"]) == (None, None, "ok")


def test_an_attribute_that_is_there_twice_means_its_first_value(row):
    twice = span(1, {})
    twice["attributes"] = otlp.attributes(otlp.CHAT) + otlp.attributes({"gen_ai.request.model": "other", "": "x"})
    twice["attributes"] += [{"key": "gen_ai.response.model"}, {"value": {"stringValue": "no name"}}]
    assert row(twice)["request_model"] == "gpt-4o"


@pytest.mark.parametrize(
    "operation", ["invoke_agent", "create_agent", "execute_tool", "invoke_workflow", "CHAIN", "TOOL"]
)
def test_agents_tools_and_workflows_are_no_calls(read, operation):
    reading = read(lines(export(call(1, gen_ai__operation__name=operation), call(2))))
    assert (places(reading), refused(reading)) == ([1000000002], [])


@pytest.mark.parametrize("kind", [2, 4, 5, "SPAN_KIND_SERVER"])
def test_the_server_s_end_of_a_call_is_no_call(read, kind):
    assert read(lines(export(call() | {"kind": kind}))).rows_in == 0


def test_an_app_s_span_that_claims_nothing_is_no_reject_however_malformed(read):
    broken = {"traceId": 5, "attributes": otlp.attributes({"http.request.method": "GET"})}
    assert read(lines(export(broken, {}, {"attributes": None}))).rows_in == 0


def nested(*parents: int | None) -> list[dict[str, Any]]:
    """Calls of one trace, numbered from 1, each below the one told."""
    return [
        call(number) | {"traceId": "a" * 32, "parentSpanId": f"{parent:016x}" if parent else ""}
        for number, parent in enumerate(parents, start=1)
    ]


def enclosing(reading: Reading) -> list[int | None]:
    """The number of the call that each row's span lies in, in the file's order."""
    told = [row["enclosing_span_id"] for row in staged(reading)]
    return [span_id and int(span_id, 16) for span_id in told]


def test_a_nested_call_names_the_next_one_above_it(read):
    assert enclosing(read(lines(export(*nested(None, 1, 2, 1))))) == [None, 1, 2, 1]


def test_nesting_is_seen_through_other_spans_and_other_lines(read):
    outer, between, inner, alone = nested(None, 1, 2, None)
    between["attributes"] = []
    assert enclosing(read(lines(export(inner), export(alone, between), export(outer)))) == [1, None, None]


def test_a_call_names_the_outermost_span_that_its_file_does_not_hold(read):
    _, between, inner = nested(None, 1, 2)
    between["attributes"] = []
    assert enclosing(read(lines(export(inner, between)))) == [1]
    assert enclosing(read(lines(export(inner | {"parentSpanId": "not hexadecimal"})))) == [None]


def test_a_broken_call_with_another_one_inside_is_no_reject_and_hides_no_nesting(read):
    outer, broken, inner = nested(None, 1, 2)
    broken["attributes"] = otlp.attributes({"gen_ai.operation.name": "chat"})
    reading = read(lines(export(outer, broken, inner)))
    assert (enclosing(reading), refused(reading)) == ([None, 1], [])
    assert refused(read(lines(export(outer, broken)))) == [(1000000002, "missing_field", "gen_ai.request.model")]


def test_broken_calls_that_enclose_each_other_or_themselves_are_rejects(read):
    broken = otlp.attributes({"gen_ai.operation.name": "chat"})
    alone, pair = nested(1), nested(2, 1)
    for each in (*alone, *pair):
        each["attributes"] = broken
    missing = ("missing_field", "gen_ai.request.model")
    assert refused(read(lines(export(*alone)))) == [(1000000001, *missing)]
    assert refused(read(lines(export(*pair)))) == [(1000000001, *missing), (1000000002, *missing)]


def test_spans_that_are_each_other_s_parents_name_each_other_and_one_that_is_its_own_names_none(read):
    assert enclosing(read(lines(export(*nested(2, 1))))) == [2, 1]
    assert enclosing(read(lines(export(*nested(2, 3, 1))))) == [2, 3, 1]
    assert enclosing(read(lines(export(*nested(1, 1))))) == [None, 1]


def test_the_same_span_delivered_twice_counts_once(tmp_path):
    (tmp_path / "spans.jsonl").write_bytes(lines(export(call(1)), export(call(1)), export(call(2))))
    with steps.at_home(tmp_path):
        (landed,) = steps.land(tmp_path / "spans.jsonl", source="otel", at=otlp_received())
    assert (landed.rows_in, landed.rows_landed, landed.rows_duplicate) == (3, 2, 1)


def otlp_received():
    """An instant after every span of these tests."""
    return steps.RECEIVED.replace(year=2027)


SPELLINGS = [
    ({"llm__request__type": "chat", "gen_ai__operation__name": None}, "operation_name", "chat"),
    ({"openinference__span__kind": "LLM", "gen_ai__operation__name": None}, "operation_name", "chat"),
    ({"openinference__span__kind": "EMBEDDING", "gen_ai__operation__name": None}, "operation_name", "embeddings"),
    ({"gen_ai__operation__name": "acompletion"}, "operation_name", "chat"),
    ({"gen_ai__operation__name": "completion"}, "operation_name", "text_completion"),
    ({"gen_ai__operation__name": "messages"}, "operation_name", "chat"),
    ({"gen_ai__operation__name": "embedding"}, "operation_name", "embeddings"),
    ({"gen_ai__operation__name": "rerank"}, "operation_name", "rerank"),
    ({"gen_ai__operation__name": None, "gen_ai__model__provider": "openai"}, "operation_name", "other"),
    ({"gen_ai__provider__name": None, "gen_ai__system": "az.ai.openai"}, "provider_name", "azure.ai.openai"),
    ({"gen_ai__provider__name": None, "gen_ai__system": "vertex_ai"}, "provider_name", "gcp.vertex_ai"),
    ({"gen_ai__provider__name": None, "gen_ai__system": "gemini"}, "provider_name", "gcp.gemini"),
    ({"gen_ai__provider__name": None, "gen_ai__system": "xai"}, "provider_name", "x_ai"),
    ({"gen_ai__provider__name": None, "gen_ai__model__provider": "workers-ai"}, "provider_name", "cloudflare"),
    ({"gen_ai__provider__name": "ai/bedrock/route/1"}, "provider_name", "aws.bedrock"),
    ({"gen_ai__provider__name": None}, "provider_name", "unknown"),
    ({"gen_ai__request__model": None, "llm__model_name": "gpt-5"}, "request_model", "gpt-5"),
    ({"gen_ai__response__model": "gpt-4o-2024-08-06"}, "model_raw", "gpt-4o-2024-08-06"),
    ({"gen_ai__is_streaming": True}, "stream", True),
    ({"llm__is_streaming": "True"}, "stream", True),
    ({"gen_ai__request__stream": False}, "stream", False),
    ({"gen_ai__response__finish_reasons": ["tool_calls", "stop"]}, "finish_reason", "tool_calls"),
    ({"gen_ai__response__finish_reasons": '["length"]'}, "finish_reason", "length"),
    ({"gen_ai__response__finish_reason": "end_turn"}, "finish_reason", "stop"),
    ({"gen_ai__usage__input_tokens": None, "gen_ai__usage__prompt_tokens": 7}, "input_tokens", 7),
    ({"gen_ai__usage__output_tokens": None, "gen_ai__usage__completion_tokens": 7}, "output_tokens", 7),
    ({"gen_ai__usage__input_tokens": None, "llm__token_count__prompt": 7}, "input_tokens", 7),
    ({"gen_ai__usage__cache_read_input_tokens": 3}, "cache_read_input_tokens", 3),
    ({"gen_ai__usage__input_tokens__cached": 3}, "cache_read_input_tokens", 3),
    ({"llm__token_count__prompt_details__cache_read": 3}, "cache_read_input_tokens", 3),
    ({"gen_ai__usage__cache_creation__input_tokens": 3}, "cache_write_input_tokens", 3),
    ({"gen_ai__usage__cache_write__input_tokens": 3}, "cache_write_input_tokens", 3),
    ({"gen_ai__usage__reasoning_tokens": 3}, "reasoning_output_tokens", 3),
    ({"llm__token_count__completion_details__reasoning": 3}, "reasoning_output_tokens", 3),
    ({"gen_ai__usage__cost": "0.25"}, "cost_usd", 0.25),
    ({"gen_ai__usage__cost": 0.25}, "cost_source", "gateway"),
    ({"gen_ai__usage__cost": 0.0}, "cost_usd", None),
    ({"server__address": "https://u:p@api.openai.com:443/v1?key=x"}, "server_address", "api.openai.com"),
    ({"server__address": "api.openai.com:443"}, "server_address", "api.openai.com"),
    ({"server__address": "http://192.168.7.44:3000"}, "server_address", None),
    ({"server__address": "192.168.7.44"}, "server_address", None),
    ({"server__address": "2001:db8::7"}, "server_address", None),
    ({"gen_ai__provider__name": "bob@corp.example"}, "provider_name", "unknown"),
    ({"error__type": "sk-secret"}, "error_code_raw", None),
    ({"error__type": "198.51.100.7"}, "error_code_raw", None),
    ({"error__type": "rate_limit_exceeded"}, "error_code_raw", "rate_limit_exceeded"),
    ({"gen_ai__conversation__id": "sess-1"}, "conversation_id", "sess-1"),
    ({"session__id": "sess-1"}, "conversation_id", "sess-1"),
]


@pytest.mark.parametrize(("told", "column", "wanted"), SPELLINGS)
def test_every_spelling_means_the_same(row, told, column, wanted):
    assert row(call(1, **told))[column] == wanted


def test_the_current_spelling_goes_before_an_older_one(row):
    told = {"gen_ai__system": "xai", "gen_ai__usage__prompt_tokens": 99, "llm__model_name": "old"}
    one = row(call(1, **told))
    assert (one["provider_name"], one["input_tokens"], one["request_model"]) == ("openai", 10, "gpt-4o")


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"gen_ai__response__time_to_first_chunk": 0.5}, (True, 0.5)),
        ({"gen_ai__server__time_to_first_token": 0.5}, (True, 0.5)),
        ({"gen_ai__server__time_to_first_token": 500}, (True, None)),
        ({"gen_ai__response__time_to_first_chunk": 2.5}, (True, None)),
        ({"gen_ai__response__time_to_first_chunk": -1.0}, (True, None)),
        ({"gen_ai__response__time_to_first_chunk": 0.5, "gen_ai__request__stream": False}, (False, None)),
        ({"gen_ai__response__time_to_first_chunk": 0.5, "error__type": "timeout"}, (True, None)),
    ],
)
def test_a_first_chunk_is_timed_only_within_the_stream_s_own_clock(row, told, wanted):
    one = row(call(1, **told))
    assert (one["stream"], one["time_to_first_chunk_s"]) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted", "http_status"),
    [
        ("openai.RateLimitError", "rate_limit", None),
        ("RateLimitError", "rate_limit", None),
        ("429", "rate_limit", 429),
        ("APITimeoutError", "timeout", None),
        ("builtins.TimeoutError", "timeout", None),
        ("504", "timeout", 504),
        ("APIConnectionError", "connection", None),
        ("httpx.ReadError", "connection", None),
        ("openai.InternalServerError", "server_error", None),
        ("500", "server_error", 500),
        ("overloaded_error", "overloaded", None),
        ("503", "overloaded", 503),
        ("AuthenticationError", "auth", None),
        ("401", "auth", 401),
        ("BadRequestError", "bad_request", None),
        ("insufficient_quota", "budget", None),
        ("ContentPolicyViolationError", "content_filter", None),
        ("KeyError", "_OTHER", None),
        ("_OTHER", "_OTHER", None),
    ],
)
def test_an_error_s_type_is_normalised(row, raw, wanted, http_status):
    one = row(call(1, error__type=raw))
    assert (one["status"], one["error_type"], one["http_status"]) == ("error", wanted, http_status)
    assert (one["error_code_raw"], one["error_origin"]) == (raw, "provider")


def test_status_2_is_an_error_without_an_error_type(row):
    one = row(call() | {"status": {"code": 2, "message": "CANARY-PROMPT"}})
    assert (one["status"], one["error_type"], one["error_code_raw"]) == ("error", "_OTHER", None)
    assert "CANARY-PROMPT" not in json.dumps(one, default=str)


def test_a_cancelled_call_is_the_client_s_doing(row):
    one = row(call(1, error__type="asyncio.CancelledError"))
    assert (one["status"], one["error_type"], one["error_origin"]) == ("cancelled", "cancelled", "client")


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        # An Anthropic count without its cached tokens: the total, or the parts, give it away.
        ({"input": 372, "read": 128, "write": 0, "total": 550}, 500),
        ({"input": 10, "read": 128, "write": 30, "total": None}, 168),
        # An inclusive count stays, and so does one that tells nothing.
        ({"input": 500, "read": 128, "write": 0, "total": 550}, 500),
        ({"input": 372, "read": 128, "write": 0, "total": None}, 372),
    ],
)
def test_anthropic_s_exclusive_input_is_made_whole(row, told, wanted):
    said = {
        "gen_ai__provider__name": "anthropic",
        "gen_ai__request__model": "claude-sonnet-4-5",
        "gen_ai__usage__input_tokens": told["input"],
        "gen_ai__usage__output_tokens": 50,
        "gen_ai__usage__cache_read__input_tokens": told["read"],
        "gen_ai__usage__cache_write__input_tokens": told["write"],
        "gen_ai__usage__total_tokens": told["total"],
    }
    one = row(call(1, **said))
    assert (one["input_tokens"], one["cache_read_input_tokens"]) == (wanted, told["read"])


def test_other_providers_parts_are_never_added(row):
    one = row(call(1, gen_ai__usage__cache_read__input_tokens=128))
    assert (one["input_tokens"], one["cache_read_input_tokens"]) == (10, 128)


def test_two_zeros_are_no_usage(row):
    one = row(call(1, gen_ai__usage__input_tokens=0, gen_ai__usage__output_tokens=0))
    assert (one["input_tokens"], one["output_tokens"], one["usage_source"]) == (None, None, "unknown")


def test_people_are_pseudonyms_and_prompts_are_never_read(read):
    private = call(
        1,
        user__id="alice@example.com",
        enduser__id="bob",
        gen_ai__conversation__id="carol@example.com",
        gen_ai__response__id="sk-frank",
        gen_ai__prompt="CANARY-PROMPT",
        gen_ai__completion="a fake answer",
        gen_ai__input__messages='[{"content": "CANARY-PROMPT"}]',
        client__address="198.51.100.7",
        error__type='Traceback: "/usr/lib/site-packages/x.py"',
    )
    private["events"] = [{"name": "exception", "attributes": otlp.attributes({"exception.message": "CANARY-PROMPT"})}]
    resource = {"team": "dave@example.com", "service.name": "erin@example.com", "host.ip": "198.51.100.7"}
    reading = read(lines(export(private, resource=resource)))
    (one,) = staged(reading)
    named = (one["user_id"], one["end_user_id"], one["conversation_id"], one["team_name"], one["response_id"])
    people = ["alice@example.com", "bob", "carol@example.com", "dave@example.com", "sk-frank"]
    assert named == tuple(pseudonyms([each]).column("pseudonym").to_pylist()[0] for each in people)
    assert one["app_name"] is None
    everything = reading.parquet.read_bytes() + json.dumps(one, default=str).encode()
    assert [canary for canary in (*CANARIES, "bob", "erin") if canary.encode() in everything] == []
