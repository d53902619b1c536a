"""OTLP/JSON in every packing, with every spelling, and broken in every way: good calls are staged, bad ones say why."""

import gzip
import json
from pathlib import Path
from typing import Any

import hypothesis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sifting
from pipeline.privacy import pseudonyms
from pipeline.request_log import ROW_REASONS, FileRejected
from pipeline.settings import settings
from tests import otlp, steps
from tests.otlp import call, export, lines, refused, span, staged

SPANS = Path(__file__).parents[1] / "fixtures" / "otlp_spans.jsonl.gz"
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


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


SHAPES = {
    "lines": lambda records: lines(*records),
    "array": lambda records: json.dumps(records).encode(),
    "pretty objects": lambda records: "\n".join(json.dumps(record, indent=2) for record in records).encode(),
}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_and_packing_gives_the_same_rows(read, shape, pack):
    reading = read(pack(SHAPES[shape]([export(call(1), span(9, {}), call(2)), export(call(3))])))
    assert (reading.rows_in, refused(reading)) == (3, [])
    assert places(reading) == [1_000_001, 1_000_003, 2_000_001]


def test_one_request_in_a_file_of_its_own(read):
    assert places(read(json.dumps(export(call())).encode())) == [1_000_001]


def test_spans_of_several_resources_and_scopes_are_numbered_on(read):
    one, two = export(call(1), call(2), resource={"service.name": "a"}), export(call(3), resource={"service.name": "b"})
    one["resourceSpans"][0]["scopeSpans"] += two["resourceSpans"][0]["scopeSpans"]
    one["resourceSpans"] += two["resourceSpans"]
    rows = staged(read(lines(one)))
    assert [(each["source_row"], each["app_name"]) for each in rows] == [
        (1_000_001, "a"), (1_000_002, "a"), (1_000_003, "a"), (1_000_004, "b"),
    ]  # fmt: skip


def test_the_tolerant_way_gives_the_rows_of_the_strict_one(read):
    data = gzip.decompress(SPANS.read_bytes())
    tolerant = read(data + b"{broken\n")
    assert staged(tolerant) == staged(read(data))
    assert refused(tolerant) == [(28_000_000, "bad_json", None)]


def test_bad_lines_wait_and_good_ones_land(read):
    deep = b'{"resourceSpans": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    twisted = export(call(4))
    twisted["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"] = "CANARY-PROMPT"
    data = lines(
        export(call(1)),
        b'{"resourceSpans": [{"cut\n',
        b"123\n",
        b"null\n",
        deep,
        twisted,
        {"spans": []},
        export(call(2)),
    )
    reading = read(data)
    assert places(reading) == [1_000_001, 8_000_001]
    assert refused(reading) == [
        (2_000_000, "bad_json", None),
        (3_000_000, "wrong_type", None),
        (4_000_000, "wrong_type", None),
        (5_000_000, "bad_json", None),
        (6_000_000, "wrong_type", "resourceSpans"),
        (7_000_000, "missing_field", "resourceSpans"),
    ]
    assert reading.rows_in == 8
    told = json.dumps(reading.rejects.to_pylist())
    assert [canary for canary in CANARIES if canary in told] == []


def test_more_broken_lines_than_sound_ones_are_no_log(read, monkeypatch):
    monkeypatch.setattr(sifting, "MANY", 50)
    with pytest.raises(FileRejected, match="corrupt: 51 of 52 records are broken; the first is record 2: "):
        read(lines(export(call()), b"{}\n" * 51))


def test_logs_and_metrics_in_the_same_file_are_no_calls_and_no_mistake(read):
    others = ({"resourceLogs": [{"scopeLogs": []}]}, {"resourceMetrics": []}, {"resourceSpans": []})
    reading = read(lines(*others, export(call())))
    assert (places(reading), refused(reading), reading.rows_in) == ([4_000_001], [], 1)


def test_a_file_without_calls_lands_as_nothing(tmp_path):
    (tmp_path / "spans.jsonl").write_bytes(lines(export(span(1, {}))))
    with steps.at_home(tmp_path):
        (landed,) = steps.land(tmp_path / "spans.jsonl", source="otel")
    assert (landed.status, landed.rows_in, landed.rows_landed) == ("landed", 0, 0)


@pytest.mark.parametrize("spoiler", [b"", b"{broken\n"], ids=["strict", "tolerant"])
@pytest.mark.parametrize(
    ("bad", "reason", "column"),
    [
        (call(2) | {"traceId": None}, "missing_field", "traceId"),
        (call(2) | {"spanId": ""}, "wrong_type", "spanId"),
        (call(2) | {"traceId": "CANARY-PROMPT"}, "wrong_type", "traceId"),
        (call(2) | {"traceId": "g" * 32}, "wrong_type", "traceId"),
        (call(2) | {"spanId": "12ab"}, "wrong_type", "spanId"),
        (call(2) | {"startTimeUnixNano": None}, "missing_field", "startTimeUnixNano"),
        (call(2) | {"startTimeUnixNano": "0"}, "missing_field", "startTimeUnixNano"),
        (call(2) | {"startTimeUnixNano": "yesterday"}, "bad_ts", "startTimeUnixNano"),
        (call(2) | {"startTimeUnixNano": "-5"}, "bad_ts", "startTimeUnixNano"),
        (call(2) | {"startTimeUnixNano": "9" * 30}, "bad_ts", "startTimeUnixNano"),
        (call(2) | {"endTimeUnixNano": "2026-11-22"}, "bad_ts", "endTimeUnixNano"),
        (call(2, gen_ai__request__model=None), "missing_field", "gen_ai.request.model"),
        (call(2, gen_ai__usage__input_tokens="CANARY-PROMPT"), "wrong_type", "gen_ai.usage.input_tokens"),
        (call(2, gen_ai__usage__output_tokens=2.5), "wrong_type", "gen_ai.usage.output_tokens"),
        (call(2, gen_ai__usage__input_tokens="NaN"), "nonfinite", "gen_ai.usage.input_tokens"),
        (call(2, gen_ai__usage__input_tokens="1e30"), "tokens_too_big", "gen_ai.usage.input_tokens"),
        (call(2, gen_ai__usage__cost="cheap"), "wrong_type", "gen_ai.usage.cost"),
    ],
)
def test_a_call_that_can_not_be_staged_says_why(read, bad, reason, column, spoiler):
    reading = read(lines(export(call(1), bad, call(3)), spoiler))
    assert places(reading) == [1_000_001, 1_000_003]
    assert (1_000_002, reason, column) in refused(reading)
    assert reading.rows_in == 3 + bool(spoiler)
    told = json.dumps(reading.rejects.to_pylist())
    assert [canary for canary in CANARIES if canary in told] == []
    assert {each for _, each, _ in refused(reading)} <= ROW_REASONS.keys()


def test_what_landing_judges_stays_as_logged(read):
    backwards = call(4) | {"endTimeUnixNano": str(otlp.START_NS)}
    rows = staged(
        read(
            lines(
                export(
                    call(1, gen_ai__usage__input_tokens=-5),
                    call(2, gen_ai__usage__cost=-1.0),
                    call(3, gen_ai__usage__cost="nan"),
                    backwards,
                )
            )
        )
    )
    assert rows[0]["input_tokens"] == -5
    assert rows[1]["cost_usd"] == -1.0
    assert rows[2]["cost_usd"] != rows[2]["cost_usd"]
    assert rows[3]["end_time"] < rows[3]["start_time"]


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
    assert (places(reading), refused(reading)) == ([1_000_002], [])


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


def test_of_nested_calls_only_the_innermost_count(read):
    reading = read(lines(export(*nested(None, 1, 2, 1))))
    assert places(reading) == [1_000_003, 1_000_004]


def test_nesting_is_seen_through_other_spans_and_other_lines(read):
    outer, between, inner, alone = nested(None, 1, 2, None)
    between["attributes"] = []
    reading = read(lines(export(inner), export(alone, between), export(outer)))
    assert places(reading) == [1_000_001, 2_000_001]


def test_spans_that_are_each_other_s_parents_are_not_lost(read):
    assert read(lines(export(*nested(2, 1)))).rows_in == 2
    assert read(lines(export(*nested(2, 3, 1)))).rows_in == 3
    assert read(lines(export(*nested(1, None)))).rows_in == 2


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
    named = (one["user_id"], one["end_user_id"], one["conversation_id"], one["team_name"])
    people = ["alice@example.com", "bob", "carol@example.com", "dave@example.com"]
    assert named == tuple(pseudonyms([each]).column("pseudonym").to_pylist()[0] for each in people)
    assert one["app_name"] is None
    everything = reading.parquet.read_bytes() + json.dumps(one, default=str).encode()
    assert [canary for canary in (*CANARIES, "bob", "erin") if canary.encode() in everything] == []


WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "12", "nan", "1e400", "-1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
VALUES = st.sampled_from(["stringValue", "intValue", "doubleValue", "boolValue", "arrayValue"])
ATTRIBUTE = st.tuples(st.sampled_from([*otlp.CHAT, "error.type", "gen_ai.response.id", "user.id"]), VALUES, WILD)
FIELDS = st.dictionaries(st.sampled_from([*call()]), WILD, max_size=2)


@hypothesis.settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(FIELDS, st.lists(ATTRIBUTE, max_size=2)), min_size=1, max_size=8))
def test_whatever_a_span_holds_nothing_breaks_and_no_other_line_is_lost(tmp_path_factory, changes):
    records = []
    for number, (fields, more) in enumerate(changes, start=1):
        added = [{"key": key, "value": {kind: wild}} for key, kind, wild in more]
        odd = call(number)
        odd["attributes"] = added + odd["attributes"]
        records += [export(odd | fields), export(call(1000 + number))]
    reading = otlp.read(tmp_path_factory.mktemp("wild"), lines(*records))
    met = places(reading) + [place for place, _, _ in refused(reading)]
    assert len(met) == len(set(met)) == reading.rows_in
    assert {2 * number * 1_000_000 + 1 for number in range(1, len(changes) + 1)} <= set(places(reading))
