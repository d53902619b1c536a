"""OTLP/JSON in every packing, and broken in every way: good calls are staged, bad ones say why."""

import gzip
import json
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sifting
from pipeline.request_log import ROW_REASONS, FileRejected
from tests import otlp, steps
from tests.otlp import call, export, lines, refused, span, staged
from tests.readings import CANARIES, places, zstd

SPANS = Path(__file__).parents[1] / "fixtures" / "otlp_spans.jsonl.gz"


@pytest.fixture
def read(own_key, tmp_path):
    return lambda data: otlp.read(tmp_path, data)


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
    assert places(reading) == [1000000001, 1000000003, 2000000001]


def test_one_request_in_a_file_of_its_own(read):
    assert places(read(json.dumps(export(call())).encode())) == [1000000001]


def test_spans_of_several_resources_and_scopes_are_numbered_on(read):
    one, two = export(call(1), call(2), resource={"service.name": "a"}), export(call(3), resource={"service.name": "b"})
    one["resourceSpans"][0]["scopeSpans"] += two["resourceSpans"][0]["scopeSpans"]
    one["resourceSpans"] += two["resourceSpans"]
    rows = staged(read(lines(one)))
    assert [(each["source_row"], each["app_name"]) for each in rows] == [
        (1000000001, "a"), (1000000002, "a"), (1000000003, "a"), (1000000004, "b"),
    ]  # fmt: skip


def test_the_tolerant_way_gives_the_rows_of_the_strict_one(read):
    data = gzip.decompress(SPANS.read_bytes())
    tolerant = read(data + b"{broken\n")
    assert staged(tolerant) == staged(read(data))
    assert refused(tolerant) == [(28000000000, "bad_json", None)]


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
    assert places(reading) == [1000000001, 8000000001]
    assert refused(reading) == [
        (2000000000, "bad_json", None),
        (3000000000, "wrong_type", None),
        (4000000000, "wrong_type", None),
        (5000000000, "bad_json", None),
        (6000000000, "wrong_type", "resourceSpans"),
        (7000000000, "missing_field", "resourceSpans"),
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
    assert (places(reading), refused(reading), reading.rows_in) == ([4000000001], [], 1)


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
    assert places(reading) == [1000000001, 1000000003]
    assert (1000000002, reason, column) in refused(reading)
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


@pytest.mark.usefixtures("own_key")
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
    assert {2 * number * 10**9 + 1 for number in range(1, len(changes) + 1)} <= set(places(reading))
