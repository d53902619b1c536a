"""OpenRouter's generation records: which rows one record becomes, and what becomes of broken ones."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard

from pipeline import lake, warehouse
from pipeline.request_log import FileRejected, Reading, staged_schema
from pipeline.sources import openrouter
from tests import steps
from tests.rows import NOON

FIXTURE = Path(__file__).parents[1] / "fixtures" / "openrouter_generations.jsonl"
RECORDS = [json.loads(line) for line in FIXTURE.read_text(encoding="utf-8").splitlines()]
PLAIN, RESCUED, UNLISTED, CANCELLED, BYOK, FAILED, EMBEDDING, CACHED, AUTO = (record["data"] for record in RECORDS)

Read = Callable[..., Reading]


@pytest.fixture
def read(home: Path, tmp_path: Path) -> Read:
    def read_bytes(data: bytes) -> Reading:
        place = tmp_path / str(len(list(tmp_path.iterdir())))
        place.mkdir()
        (place / "log").write_bytes(data)
        (place / "work").mkdir()
        return openrouter.read(warehouse.connect(), place / "log", place / "work")

    return read_bytes


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def rows(reading: Reading) -> list[dict[str, Any]]:
    """Staged rows in the order of their attempts."""
    found = pq.read_table(reading.parquet).to_pylist() if reading.parquet else []
    return sorted(found, key=lambda row: (row["source_row"] % 2**32, row["source_row"] < 2**32, row["attempt_index"]))


def told(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def refused(reading: Reading) -> list[tuple[Any, ...]]:
    return [told(row, "source_row", "reason", "column_name") for row in reading.rejects.to_pylist()]


def test_a_plain_generation_is_one_attempt_with_native_tokens_and_cost(read: Read) -> None:
    reading = read(lines({"data": PLAIN}))
    (row,) = rows(reading)
    assert pq.read_schema(reading.parquet).names == staged_schema().names
    assert (reading.rows_in, reading.rejects.num_rows) == (1, 0)
    assert told(row, "source", "request_id", "response_id", "record_kind", "attempt_index") == (
        "openrouter_generation", "req-plain", "gen-1795000000-plain", "attempt", 0,
    )  # fmt: skip
    assert told(row, "start_time", "end_time", "duration_s") == (NOON, NOON + timedelta(seconds=1.5), 1.5)
    assert told(row, "latency_scope", "time_to_first_chunk_s", "stream") == ("attempt", None, False)
    assert told(row, "input_tokens", "output_tokens", "cache_read_input_tokens", "reasoning_output_tokens") == (
        1000, 100, 400, 0,
    )  # fmt: skip
    assert told(row, "usage_source", "cost_usd", "cost_source", "is_byok") == ("provider", 0.003, "provider", False)
    assert told(row, "provider_name", "upstream_provider", "model_raw", "response_model") == (
        "openrouter", "OpenAI", "openai/gpt-4o", "openai/gpt-4o-2024-11-20",
    )  # fmt: skip
    assert told(row, "status", "http_status", "error_type", "finish_reason") == ("ok", 200, None, "stop")
    assert told(row, "app_name", "app_url_host", "user_agent_family") == (
        "app 12345", "chat.example.com", "openai-python",
    )  # fmt: skip
    assert row["user_id"].startswith("u_")
    assert row["end_user_id"] == row["user_id"]


def test_each_failed_response_is_an_attempt_of_its_own_before_the_answer(read: Read) -> None:
    first, second, answer = rows(read(lines({"data": RESCUED})))
    names = ("request_id", "attempt_index", "status", "http_status", "error_type", "error_origin", "upstream_provider")
    assert told(first, *names) == ("req-rescued", 0, "error", 429, "rate_limit", "provider", "OpenAI")
    assert told(second, *names) == ("req-rescued", 1, "error", 503, "overloaded", "provider", "OpenAI")
    assert told(answer, *names) == ("req-rescued", 2, "ok", 200, None, None, "Azure")
    usage = ("input_tokens", "output_tokens", "cost_usd", "cost_source", "usage_source")
    assert told(first, *usage) == told(second, *usage) == (None, None, None, "none", "unknown")
    assert told(answer, *usage) == (1000, 100, 0.003, "provider", "provider")
    assert [row["conversation_id"] for row in (first, second, answer)] == ["chat-7"] * 3
    assert len({row["source_row"] for row in (first, second, answer)}) == 3
    assert answer["source_row"] == 1


def test_attempts_follow_each_other_each_on_its_own_clock(read: Read) -> None:
    first, second, answer = rows(read(lines({"data": RESCUED})))
    begun = NOON + timedelta(minutes=1)
    assert [row["start_time"] - begun for row in (first, second, answer)] == [
        timedelta(0), timedelta(seconds=0.2), timedelta(seconds=0.5),
    ]  # fmt: skip
    assert [row["duration_s"] for row in (first, second, answer)] == [0.2, 0.3, 2.5]
    assert answer["end_time"] == begun + timedelta(seconds=3)
    assert {row["latency_scope"] for row in (first, second, answer)} == {"attempt"}


@pytest.mark.parametrize("listed", [None, []])
def test_a_record_without_responses_is_a_request_whose_attempts_nobody_knows(read: Read, listed: object) -> None:
    (row,) = rows(read(lines({"data": UNLISTED | {"provider_responses": listed}})))
    names = ("record_kind", "attempt_index", "latency_scope", "duration_s", "status", "request_id")
    assert told(row, *names) == ("request", None, "request", 3.0, "ok", "gen-1795000120-unlisted")
    assert told(row, "cost_usd", "cost_source", "cache_read_input_tokens", "reasoning_output_tokens") == (
        0.0, "provider", None, None,
    )  # fmt: skip
    assert told(row, "user_id", "app_name", "app_url_host", "user_agent_family") == (None, None, None, None)
    assert row["model_raw"] == "deepseek/deepseek-chat-v3.1:free"


def test_a_client_that_left_is_cancelled_and_its_tokens_stay(read: Read) -> None:
    (row,) = rows(read(lines({"data": CANCELLED})))
    assert told(row, "status", "error_type", "error_origin", "output_tokens", "cost_usd") == (
        "cancelled", "cancelled", "client", 12, 0.0026,
    )  # fmt: skip


def test_a_key_of_ones_own_costs_the_fee_and_what_the_provider_bills(read: Read) -> None:
    known, unknown, not_byok = rows(
        read(
            lines(
                {"data": BYOK},
                {"data": BYOK | {"id": "gen-2", "upstream_inference_cost": None}},
                {"data": PLAIN | {"id": "gen-3", "upstream_inference_cost": 9.0}},
            )
        )
    )
    assert known["cost_usd"] == pytest.approx(0.0021)
    assert told(known, "is_byok", "data_region", "service_tier") == (True, "europe", "priority")
    assert told(unknown, "cost_usd", "cost_source") == (None, "none")
    assert not_byok["cost_usd"] == 0.003


def test_a_request_that_failed_everywhere_is_failures_alone(read: Read) -> None:
    first, last = rows(read(lines({"data": FAILED})))
    assert told(first, "status", "error_type", "http_status", "cost_usd") == ("error", "server_error", 502, None)
    assert told(last, "status", "error_type", "http_status", "cost_usd") == ("error", "timeout", 408, 0.0)
    assert (last["input_tokens"], last["end_time"] > first["end_time"]) == (None, True)


def test_failures_alone_and_yet_an_answer_is_one_row_more_that_is_no_attempt(read: Read) -> None:
    responses = [{"provider_name": "OpenAI", "status": 429, "latency": 50}]
    failure, answer = rows(read(lines({"data": PLAIN | {"provider_responses": responses}})))
    assert told(failure, "record_kind", "status", "input_tokens") == ("attempt", "error", None)
    assert told(answer, "record_kind", "status", "input_tokens") == ("request", "ok", 1000)
    assert told(answer, "latency_scope", "duration_s", "attempt_index") == ("request", 1.6, None)


def test_a_response_without_status_is_the_answer_where_there_is_one(read: Read) -> None:
    (row,) = rows(read(lines({"data": PLAIN | {"provider_responses": [{"provider_name": "OpenAI"}]}})))
    names = ("record_kind", "attempt_index", "status", "latency_scope", "duration_s", "input_tokens")
    assert told(row, *names) == ("attempt", 0, "ok", "request", 1.6, 1000)


def test_a_stream_that_broke_off_is_a_failure_with_the_tokens_the_provider_billed(read: Read) -> None:
    (row,) = rows(read(lines({"data": PLAIN | {"finish_reason": "error"}})))
    assert told(row, "status", "error_type", "finish_reason", "output_tokens") == ("error", "_OTHER", "error", 100)


NOTHING = {
    "provider_name": None, "finish_reason": None, "native_finish_reason": None, "provider_responses": None,
    "native_tokens_prompt": 0, "native_tokens_completion": 0, "total_cost": 0,
}  # fmt: skip
SIGNS = (("native_tokens_completion", 3), ("finish_reason", "stop"), ("native_finish_reason", "STOP"),
         ("provider_name", "OpenAI"))  # fmt: skip


def test_a_request_that_nobody_served_is_an_error_of_the_gateway_without_tokens(read: Read) -> None:
    (row,) = rows(read(lines({"data": UNLISTED | NOTHING})))
    assert told(row, "status", "error_type", "error_origin") == ("error", "_OTHER", "gateway")
    assert told(row, "input_tokens", "output_tokens", "usage_source") == (None, None, "unknown")


@pytest.mark.parametrize(("field", "sign"), SIGNS)
def test_a_request_with_any_sign_of_an_answer_is_ok(read: Read, field: str, sign: object) -> None:
    (row,) = rows(read(lines({"data": UNLISTED | NOTHING | {field: sign}})))
    assert row["status"] == "ok"


def test_operations_cache_hits_and_routers_are_told_apart(read: Read) -> None:
    embedding, cached, auto = rows(read(lines(*({"data": each} for each in (EMBEDDING, CACHED, AUTO)))))
    assert told(embedding, "operation_name", "stream", "status", "output_tokens") == ("embeddings", None, "ok", 0)
    assert told(cached, "response_cache_hit", "status", "record_kind", "cost_usd") == (True, "ok", "request", 0.0)
    assert told(auto, "request_model", "model_raw") == ("openrouter/auto", "anthropic/claude-sonnet-4.5")
    assert told(auto, "latency_scope", "duration_s") == ("request", 1.6)


def test_a_failed_attempt_on_another_model_keeps_its_model(read: Read) -> None:
    responses = [
        {"status": 500, "model_permaslug": "openai/gpt-4o-2024-11-20"},
        {"status": 500, "model_permaslug": "deepseek/deepseek-r1"},
        {"status": 200, "model_permaslug": "deepseek/deepseek-r1"},
    ]
    record = PLAIN | {"model": "deepseek/deepseek-r1:free", "provider_responses": responses}
    assert [row["model_raw"] for row in rows(read(lines({"data": record})))] == [
        "openai/gpt-4o-2024-11-20", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1:free",
    ]  # fmt: skip


BARE = [record["data"] for record in RECORDS]
PACKINGS = {
    "bare lines": lines(*BARE),
    "array": json.dumps(RECORDS).encode(),
    "array of bare": json.dumps(BARE, indent=1).encode(),
    "gzip": gzip.compress(lines(*RECORDS), mtime=0),
    "zstd": zstandard.compress(lines(*RECORDS)),
    "documents": "\n".join(json.dumps(record, indent=2) for record in RECORDS).encode(),
    "bare and not": lines(*BARE[:4], *RECORDS[4:]),
}


@pytest.mark.parametrize("data", PACKINGS.values(), ids=PACKINGS.keys())
def test_every_packing_gives_the_same_rows(read: Read, data: bytes) -> None:
    assert rows(read(data)) == rows(read(FIXTURE.read_bytes()))


def test_one_object_a_file_is_one_record(read: Read) -> None:
    (row,) = rows(read(json.dumps({"data": PLAIN}, indent=2).encode()))
    assert row["request_id"] == "req-plain"


BROKEN = [
    ("missing_field", "id", {"id": None}),
    ("missing_field", "created_at", {"created_at": ""}),
    ("missing_field", "model", {"model": None}),
    ("wrong_type", "id", {"id": {"$oid": 1}}),
    ("wrong_type", "request_id", {"request_id": ["a"]}),
    ("wrong_type", "model", {"model": {"slug": 1}}),
    ("bad_ts", "created_at", {"created_at": "yesterday"}),
    ("bad_ts", "created_at", {"created_at": "infinity"}),
    ("bad_ts", "created_at", {"created_at": 1762084800}),
    ("nonfinite", "native_tokens_prompt", {"native_tokens_prompt": float("inf")}),
    ("tokens_too_big", "native_tokens_cached", {"native_tokens_cached": 1e19}),
    ("wrong_type", "native_tokens_completion", {"native_tokens_completion": 0.5}),
    ("wrong_type", "provider_responses", {"provider_responses": [{"status": 500}] * 1001}),
    ("wrong_type", "data", {"provider_responses": "none"}),
]


@pytest.mark.parametrize(("reason", "column", "broken"), BROKEN)
def test_a_broken_record_says_why_and_the_others_stay(
    read: Read, reason: str, column: str, broken: dict[str, Any]
) -> None:
    reading = read(lines({"data": CANCELLED}, {"data": PLAIN | broken}, {"data": BYOK}))
    assert refused(reading) == [(2, reason, column)]
    assert [row["source_row"] for row in rows(reading)] == [1, 3]
    assert reading.rows_in == 3


def test_an_answer_that_is_no_generation_is_refused(read: Read) -> None:
    not_there_yet = {"error": {"message": "Generation not found for ada@example.com", "code": 404}}
    reading = read(lines({"data": PLAIN}, not_there_yet, {"data": {}}, 7) + b"{broken\n")
    assert refused(reading) == [
        (4, "wrong_type", None), (5, "bad_json", None), (2, "missing_field", "id"), (3, "missing_field", "id"),
    ]  # fmt: skip
    assert "ada@" not in str(reading.rejects.to_pylist())


def test_what_only_landing_can_judge_is_refused_there(home: Path, tmp_path: Path) -> None:
    late = [{"status": 500, "latency": -5}, {"status": 200, "latency": 10}]
    file = tmp_path / "log.jsonl"
    file.write_bytes(
        lines(
            {"data": PLAIN | {"total_cost": float("nan")}},
            {"data": RESCUED | {"native_tokens_cached": 2000}},
            {"data": BYOK | {"generation_time": 1e15}},
            {"data": CANCELLED | {"provider_responses": late}},
        )
    )
    (landed,) = steps.land(file, source="openrouter")
    assert landed.reasons == {"nonfinite": 1, "parts_exceed_whole": 1, "bad_latency": 2}
    assert (landed.rows_in, landed.rows_landed, landed.rows_quarantined) == (7, 3, 4)


def test_a_file_that_is_no_log_is_refused(read: Read) -> None:
    with pytest.raises(FileRejected, match="corrupt"):
        read(b"not json at all")


def test_nobody_is_named_in_what_lands(home: Path, tmp_path: Path) -> None:
    canaries = {
        "external_user": "ada@example.com", "session_id": "bob@example.com",
        "workspace_id": "sk-abcdefghijklmnopqrstuv", "id": "fay@example.com", "request_id": "gus@example.com",
        "http_referer": "https://carol:secret@host.example/users/dave@example.com",
        "app_id": "eve@example.com", "user_agent": "agent 198.51.100.7",
    }  # fmt: skip
    file = tmp_path / "log.jsonl"
    file.write_bytes(lines({"data": PLAIN | canaries | {"prompt": "CANARY-PROMPT"}}))
    steps.land(file, source="openrouter")
    (row,) = steps.log()
    assert told(row, "app_name", "app_url_host", "user_agent_family") == (None, "host.example", "agent")
    assert all(
        row[name].startswith("u_") for name in ("user_id", "conversation_id", "team_id", "request_id", "response_id")
    )
    kept = b"".join(file.read_bytes() for file in lake.folder("request_log").rglob("*.parquet")) + str(row).encode()
    for canary in (b"example.com", b"sk-abc", b"198.51", b"CANARY", b"secret"):
        assert canary not in kept


def test_delivered_again_in_another_order_every_attempt_counts_once(home: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.jsonl", "two.jsonl", "three.json")]
    files[0].write_bytes(FIXTURE.read_bytes())
    files[1].write_bytes(lines(*reversed(RECORDS)))
    files[2].write_bytes(json.dumps(BARE[3]).encode())
    landed = steps.land(*files, files[0], source="openrouter")
    assert [(each.rows_in, each.rows_landed, each.rows_duplicate) for each in landed] == [
        (12, 12, 0), (12, 0, 12), (1, 0, 1), (12, 0, 12),
    ]  # fmt: skip
    steps.roll_up()
    (total,) = steps.rollup("log_totals_hourly")
    assert told(total, "row_count", "request_count", "ok_count", "error_count", "cancelled_count") == (12, 9, 7, 1, 1)
    assert total["input_tokens"] == 8000
    assert total["cost_usd"] == sum(
        map(Decimal, ("0.003", "0.003", "0", "0.0026", "0.0021", "0", "0.00002", "0", "0.003"))
    )


def test_a_record_asked_for_again_with_its_attempts_now_listed_is_the_same_answer(home: Path, tmp_path: Path) -> None:
    early, late = tmp_path / "early.json", tmp_path / "late.json"
    early.write_bytes(lines({"data": RESCUED | {"provider_responses": None}}))
    late.write_bytes(lines({"data": RESCUED}))
    steps.land(late, early, source="openrouter")
    steps.roll_up()
    (total,) = steps.rollup("log_totals_hourly")
    assert told(total, "row_count", "request_count", "input_tokens") == (3, 1, 1000)
