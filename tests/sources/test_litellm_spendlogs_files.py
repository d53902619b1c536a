"""SpendLogs exports in every packing, older, newer and broken: good rows are staged, bad ones say why."""

import csv
import gzip
import io
import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import csv_files
from pipeline.privacy import pseudonyms
from pipeline.request_log import FileRejected, Reading
from pipeline.sources import litellm_spendlogs
from pipeline.sources.litellm_spendlogs import NEEDED, OPTIONAL
from tests import readings
from tests.readings import Read, refused, staged, zstd

KNOWN = (*NEEDED, *OPTIONAL)


@pytest.fixture
def read(own_key: None, tmp_path: Path) -> Read:
    return partial(readings.read, litellm_spendlogs, tmp_path)


def call(number: int = 1, **told: Any) -> dict[str, Any]:
    """A plain successful chat request, number minutes after noon."""
    usual = {
        "request_id": f"chatcmpl-{number}",
        "litellm_call_id": f"call-{number}",
        "call_type": "acompletion",
        "spend": "0.0001",
        "prompt_tokens": "10",
        "completion_tokens": "5",
        "startTime": f"2026-11-22 12:{number:02}:00.5",
        "endTime": f"2026-11-22 12:{number:02}:02.5",
        "completionStartTime": f"2026-11-22 12:{number:02}:02.5",
        "model": "openai/gpt-4o",
        "model_group": "gpt-4o",
        "custom_llm_provider": "openai",
        "cache_hit": "False",
        "status": "success",
        "metadata": json.dumps({"original_model_group": "gpt-4o"}),
        "request_tags": '["env:prod"]',
    }
    return usual | told


def line(values: list[Any]) -> bytes:
    """As COPY writes a row: NULL is nothing at all, an empty text is two quotes."""
    quoted = ["" if value is None else '"' + str(value).replace('"', '""') + '"' for value in values]
    return ",".join(quoted).encode() + b"\n"


def export(*rows: dict[str, Any] | bytes, columns: tuple[str, ...] = KNOWN) -> bytes:
    body = [row if isinstance(row, bytes) else line([row.get(name) for name in columns]) for row in rows]
    return ",".join(columns).encode() + b"\n" + b"".join(body)


def parquet(*rows: dict[str, Any], schema: pa.Schema) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema), sink)
    return sink.getvalue()


def requests(reading: Reading) -> list[tuple]:
    return [(row["source_row"], row["request_id"]) for row in staged(reading)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize(
    "shape",
    [bytes, lambda data: data.replace(b"\n", b"\r\n"), lambda data: b"\xef\xbb\xbf" + data, lambda data: data[:-1]],
    ids=["as it is", "CRLF", "byte order mark", "no last line end"],
)
def test_every_packing_gives_the_same_rows(read, pack, shape):
    reading = read(pack(shape(export(call(1), call(2)))), "log [1] * odd?name")
    assert (reading.rows_in, refused(reading)) == (2, [])
    assert requests(reading) == [(1, "call-1"), (2, "call-2")]


def test_a_header_alone_is_a_log_of_nothing(read):
    reading = read(export())
    assert (reading.parquet, reading.rows_in, refused(reading)) == (None, 0, [])


@pytest.mark.parametrize("column", NEEDED)
def test_a_missing_column_is_named(read, column):
    columns = tuple(name for name in KNOWN if name != column)
    with pytest.raises(FileRejected, match=f"schema_missing_column: column {column} is missing"):
        read(export(call(), columns=columns))


def test_a_missing_column_of_a_parquet_file_is_named(read):
    schema = pa.schema([(name, pa.string()) for name in NEEDED if name != "startTime"])
    with pytest.raises(FileRejected, match="column startTime is missing"):
        read(parquet(schema=schema))


def test_older_versions_without_the_optional_columns_are_read(read):
    older = call(request_id="call-1-attempt-0", metadata='{"status": "failure"}')
    reading = read(export(call(), older, columns=NEEDED))
    told = [
        (row["request_id"], row["record_kind"], row["status"], row["stream"], row["response_cache_hit"])
        for row in staged(reading)
    ]
    assert told == [("chatcmpl-1", "request", "ok", None, False), ("call-1", "request", "error", None, False)]


def test_further_columns_are_ignored_whatever_they_are_called(read):
    columns = (*KNOWN, "podium_source_row", "messages", "messages", "")
    reading = read(export(call(podium_source_row=7, messages="CANARY-PROMPT"), columns=columns))
    assert requests(reading) == [(1, "call-1")]


def test_a_column_that_is_there_twice_is_refused(read):
    with pytest.raises(FileRejected, match="schema_type: column spend is there twice"):
        read(export(call(), columns=(*KNOWN, "spend")))


@pytest.mark.parametrize("data", [b"", b"\n\n", gzip.compress(b"", mtime=0)], ids=["0", "blank", "gzip"])
def test_an_empty_file_is_refused(read, data):
    with pytest.raises(FileRejected, match="empty_file"):
        read(data)


@pytest.mark.parametrize("data", [b"\x00\xff" * 9000, b"x" * 70_000, b'{"a": 1}\n'], ids=["noise", "endless", "json"])
def test_what_is_no_export_is_refused(read, data):
    with pytest.raises(FileRejected, match=r"corrupt|schema_missing_column"):
        read(data)


def test_a_packed_file_that_ends_early_is_refused_whole(read):
    with pytest.raises(FileRejected, match="truncated"):
        read(gzip.compress(export(call(1), call(2)))[:-9])


def test_cells_of_other_types_are_refused_and_their_neighbours_land(read):
    reading = read(
        export(
            call(1, metadata='{"cut": '),
            call(2, metadata='["no object"]'),
            call(3, request_tags='["cut'),
            call(4, request_tags='"no list"'),
            call(5, spend="much, said CANARY-PROMPT"),
            call(6, prompt_tokens="ten"),
            call(7, completion_tokens="5.5"),
            call(8, prompt_tokens="inf"),
            call(9, startTime="yesterday"),
            call(10, endTime="25:00"),
            call(11, completionStartTime="soon"),
            call(12, startTime=None),
            call(13, model=None, model_group=None, metadata="{}"),
            call(14, request_id=None),
            call(15, startTime="infinity"),
            dict.fromkeys(KNOWN),
            call(16),
        )
    )
    assert refused(reading) == [
        (1, "bad_json", "metadata"),
        (2, "wrong_type", "metadata"),
        (3, "bad_json", "request_tags"),
        (4, "wrong_type", "request_tags"),
        (5, "wrong_type", "spend"),
        (6, "wrong_type", "prompt_tokens"),
        (7, "wrong_type", "completion_tokens"),
        (8, "nonfinite", "prompt_tokens"),
        (9, "bad_ts", "startTime"),
        (10, "bad_ts", "endTime"),
        (11, "bad_ts", "completionStartTime"),
        (12, "missing_field", "startTime"),
        (13, "missing_field", "model"),
        (14, "missing_field", "request_id"),
        (15, "bad_ts", "startTime"),
        (16, "missing_field", "request_id"),
    ]
    assert requests(reading) == [(17, "call-16")]
    assert "CANARY-PROMPT" not in str(reading.rejects.to_pylist())


def test_broken_lines_wait_and_good_ones_land(read):
    reading = read(
        export(
            call(1),
            b"too,few\n",
            line([*call(2).values()] * 3),
            call(3, end_user="two\nlines"),
            b"\n",
            b'"a stray quote\n',
            call(4),
            line([call(5).get(name) for name in KNOWN]).replace(b"gpt-4o", b"gpt\xff4o"),
            line([call(6).get(name) for name in KNOWN]).replace(b'"openai"', b'"open"ai'),
            call(7),
            b'"the end is cut, with CANARY-PROMPT',
        )
    )
    assert refused(reading) == [
        (2, "bad_csv", None),
        (3, "bad_csv", None),
        (5, "bad_csv", None),
        (7, "bad_utf8", None),
        (8, "bad_csv", None),
        (10, "bad_csv", None),
    ]
    assert requests(reading) == [(1, "call-1"), (4, "call-3"), (6, "call-4"), (9, "call-7")]
    assert "CANARY-PROMPT" not in str(reading.rejects.to_pylist())


def test_a_row_that_is_too_long_is_refused(read, monkeypatch):
    monkeypatch.setattr(csv_files, "LONGEST_RECORD", 1000)
    reading = read(export(call(1), call(2, model="x" * 2000), b"too,few\n", call(3)))
    assert refused(reading) == [(2, "bad_csv", None), (3, "bad_csv", None)]
    assert requests(reading) == [(1, "call-1"), (4, "call-3")]


def test_sifted_rows_are_read_as_the_others(read, tmp_path):
    sound = staged(read(export(call(1, end_user=""), call(2, metadata=None, status=None, team_id='a "b", c'))))
    (tmp_path / "work").rename(tmp_path / "before")
    with_one_broken = call(1, end_user=""), call(2, metadata=None, status=None, team_id='a "b", c'), b"broken\n"
    assert staged(read(export(*with_one_broken))) == sound


def test_what_python_writes_as_csv_is_read_too(read):
    text = io.StringIO()
    writer = csv.DictWriter(text, KNOWN, lineterminator="\n")
    writer.writeheader()
    writer.writerow(call())
    assert requests(read(text.getvalue().encode())) == [(1, "call-1")]


def typed(**types: pa.DataType) -> pa.Schema:
    return pa.schema([(name, types.get(name, pa.string())) for name in KNOWN])


def test_typed_parquet_is_read_whatever_the_clock_is_called(read):
    start = datetime.fromisoformat("2026-11-22T14:00:00.123456+02:00")
    zoned = pa.timestamp("us", tz="Europe/Athens")
    told = call(spend=0.1 + 0.2, prompt_tokens=10, startTime=start, endTime=start, completionStartTime=start)
    types = {"spend": pa.float64(), "prompt_tokens": pa.int32(), "startTime": zoned, "endTime": zoned}
    (row,) = staged(read(parquet(told, schema=typed(**types, completionStartTime=zoned))))
    assert (row["start_time"].isoformat(), row["cost_usd"], row["input_tokens"]) == (
        "2026-11-22T12:00:00.123456+00:00", 0.1 + 0.2, 10,
    )  # fmt: skip


def test_a_struct_for_json_is_refused(read):
    with pytest.raises(FileRejected, match="schema_type: column metadata is"):
        read(parquet(schema=typed(metadata=pa.struct([("a", pa.string())]))))


def test_a_flipped_parquet_file_is_corrupt_or_read(read):
    data = bytearray(parquet(*[call(n) for n in range(50)], schema=typed()))
    data[200:260] = b"\xff" * 60
    with pytest.raises(FileRejected, match="corrupt"):
        read(bytes(data))


@pytest.mark.parametrize(
    ("told", "cost", "source"),
    [
        ({"spend": "0", "cache_hit": "True"}, 0.0, "gateway"),
        ({"spend": "0", "status": "failure"}, 0.0, "gateway"),
        ({"spend": "0", "prompt_tokens": "0", "completion_tokens": "0"}, None, "none"),
        ({"spend": "0", "metadata": "{}"}, None, "none"),
        ({"spend": "0", "metadata": '{"model_map_information": {"model_map_value": {"input_cost_per_token": 1}}}'}, 0.0,
         "gateway"),
        ({"spend": None}, None, "none"),
    ],
    ids=["cache hit", "failure", "no usage", "no price", "free", "NULL"],
)  # fmt: skip
def test_cost_0_means_five_things(read, told, cost, source):
    (row,) = staged(read(export(call(**told))))
    assert (row["cost_usd"], row["cost_source"]) == (cost, source)


def test_a_client_that_left_is_cancelled(read):
    gone = json.dumps({"error_information": {"error_code": "499", "error_class": "ClientDisconnected"}})
    (row,) = staged(read(export(call(metadata=gone))))
    assert (row["status"], row["http_status"], row["error_origin"]) == ("cancelled", 499, "client")


def test_counters_above_0_make_a_streams_clock_the_requests(read):
    chunk = {"completionStartTime": "2026-11-22 12:01:01"}
    fallback = json.dumps({"attempted_retries": 0, "attempted_fallbacks": 1})
    rows = staged(
        read(export(call(1, metadata=fallback, **chunk), call(1, metadata=fallback), call(1, **chunk), call(1)))
    )
    assert [(row["stream"], row["latency_scope"], row["time_to_first_chunk_s"]) for row in rows] == [
        (True, "request", 0.5),
        (False, "attempt", None),
        (True, "attempt", 0.5),
        (False, "attempt", None),
    ]


def test_a_key_or_an_address_in_a_name_becomes_a_pseudonym(read):
    told = {"api_key": "sk-secret", "team_id": "ann@example.com", "user": "ann", "session_id": "10.0.0.1"}
    (row,) = staged(read(export(call(**told))))
    names = [row[name] for name in ("api_key_id", "team_id", "user_id", "trace_id")]
    assert all(name.startswith("u_") and len(name) == 34 for name in names)


@pytest.mark.parametrize("secret", ["bob@example.com", "sk-secret", "198.51.100.7", '{"user": "bob"}'])
def test_an_id_that_the_caller_chose_badly_becomes_a_pseudonym(read, secret):
    beside = {"metadata": json.dumps({"litellm_call_id": secret}), "litellm_call_id": "", "request_id": "a"}
    told = [{"litellm_call_id": secret}, {"request_id": f"{secret}_cache_hit1.5"}, beside]
    by_call, by_response, by_metadata = staged(read(export(*(call(**each) for each in told))))
    (name,) = pseudonyms([secret])["pseudonym"].to_pylist()
    assert (by_call["request_id"], by_call["response_id"]) == (name, "chatcmpl-1")
    assert (by_response["request_id"], by_response["response_id"]) == ("call-1", name)
    assert (by_metadata["request_id"], by_metadata["response_id"]) == (name, "a")
