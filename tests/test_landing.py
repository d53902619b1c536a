"""Landing: what becomes of one delivered row, and how often it counts."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pipeline import batch, lake, warehouse
from pipeline.request_log import ROW_REASONS, Reading, no_rejects
from tests import steps
from tests.rows import NOON, attempt, write

BROKEN = [
    ("null_id", "attempt_id", {"attempt_id": None}),
    ("null_id", "request_id", {"request_id": None}),
    ("bad_id", "attempt_id", {"attempt_id": ""}),
    ("bad_id", "request_id", {"request_id": "x" * 257}),
    ("bad_ts", "start_time", {"start_time": None, "end_time": NOON}),
    ("bad_ts", "start_time", {"start_time": datetime(1970, 1, 1, tzinfo=UTC), "end_time": None}),
    ("bad_ts", "end_time", {"end_time": datetime(2300, 1, 1, tzinfo=UTC)}),
    ("future_ts", "start_time", {"start_time": steps.RECEIVED + timedelta(seconds=301)}),
    ("too_late", "start_time", {"start_time": steps.RECEIVED - timedelta(days=401)}),
    ("end_before_start", "end_time", {"end_time": NOON}),
    ("nonfinite", "duration_s", {"duration_s": float("nan")}),
    ("nonfinite", "time_to_first_chunk_s", {"time_to_first_chunk_s": float("inf"), "stream": True}),
    ("bad_latency", "duration_s", {"duration_s": -0.1}),
    ("bad_latency", "time_to_first_chunk_s", {"time_to_first_chunk_s": 3.0, "stream": True}),
    ("bad_latency", "time_to_first_chunk_s", {"time_to_first_chunk_s": 1.0, "stream": False}),
    ("neg_tokens", "input_tokens", {"input_tokens": -1}),
    ("neg_tokens", "reasoning_output_tokens", {"reasoning_output_tokens": -1}),
    ("tokens_too_big", "output_tokens", {"output_tokens": 100_000_001}),
    ("parts_exceed_whole", "cache_read_input_tokens", {"cache_read_input_tokens": 1001}),
    ("parts_exceed_whole", "reasoning_output_tokens", {"reasoning_output_tokens": 101}),
    ("nonfinite", "cost_usd", {"cost_usd": float("nan")}),
    ("nonfinite", "cost_usd", {"cost_usd": float("inf")}),
    ("neg_cost", "cost_usd", {"cost_usd": -1e-9}),
    ("cost_too_big", "cost_usd", {"cost_usd": 1e7}),
    ("cost_source_mismatch", "cost_source", {"cost_usd": None}),
    ("cost_source_mismatch", "cost_source", {"cost_source": "none"}),
    ("bad_enum", "status", {"status": "fine"}),
    ("bad_enum", "status", {"status": None}),
    ("bad_enum", "error_type", {"status": "error", "error_type": "gremlins"}),
    ("bad_enum", "operation_name", {"operation_name": "dance"}),
    ("bad_enum", "response_cache_hit", {"response_cache_hit": None}),
    ("bad_enum", "cost_source", {"cost_source": "guess"}),
    ("bad_model_name", "request_model", {"request_model": ""}),
    ("bad_model_name", "model_raw", {"model_raw": None}),
    ("bad_model_name", "model_raw", {"model_raw": "<b>" * 300_000}),
    ("bad_model_name", "provider_name", {"provider_name": None}),
    ("string_too_long", None, {"team_name": "t" * 1001}),
]


def counts(landed) -> tuple[int | None, int, int, int]:
    return landed.rows_in, landed.rows_landed, landed.rows_duplicate, landed.rows_quarantined


def test_a_row_lands_with_its_name_price_and_buckets(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    (row,) = steps.log()
    assert row["model_id"] == "openai/gpt-4o"
    assert row["cost_usd"] == Decimal("0.0035")
    assert row["list_cost_usd"] == Decimal("0.0035")
    assert (row["duration_bucket"], row["ttft_bucket"], row["output_speed_bucket"]) == (381, None, None)
    assert (row["event_date"].isoformat(), row["event_hour"]) == ("2026-11-02", 12)
    assert row["source_file"] == "rows-0.parquet"
    assert row["ingested_at"] == steps.RECEIVED


def test_a_file_delivered_twice_lands_once_and_both_deliveries_are_acknowledged(home, tmp_path):
    file = write(tmp_path / "a.parquet", attempt(1), attempt(2))
    first, second = steps.land(file, file)
    assert counts(first) == (2, 2, 0, 0)
    assert (second.status, counts(second)) == ("duplicate", (2, 0, 2, 0))
    assert len(steps.log()) == 2
    assert len(lake.rows(lake.table("batches"))) == 2


def test_the_same_bytes_under_another_name_are_a_duplicate(home, tmp_path):
    file = write(tmp_path / "a.parquet", attempt(1))
    copy = tmp_path / "b.parquet"
    copy.write_bytes(file.read_bytes())
    first, second = steps.land(file, copy)
    assert (first.status, second.status) == ("landed", "duplicate")


def test_a_row_repeated_inside_a_file_counts_once(home, tmp_path):
    landed = steps.land_rows(tmp_path, attempt(1), attempt(2), attempt(1, source_row=3))
    assert counts(landed) == (3, 2, 1, 0)


def test_a_row_repeated_in_another_file_counts_once(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2))
    landed = steps.land_rows(tmp_path, attempt(2), attempt(3))
    assert counts(landed) == (2, 1, 1, 0)
    assert [row["attempt_id"] for row in steps.log()] == ["attempt-1", "attempt-2", "attempt-3"]


def test_a_duplicate_in_another_hour_of_the_same_file_is_found_too(home, tmp_path):
    late = attempt(2, start_time=NOON + timedelta(hours=5))
    steps.land_rows(tmp_path, attempt(1), late)
    landed = steps.land_rows(tmp_path, late, attempt(1, source_row=3))
    assert counts(landed) == (2, 0, 2, 0)


def test_the_same_id_with_other_content_is_kept_beside_it_as_contested(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    landed = steps.land_rows(tmp_path, attempt(1, output_tokens=101))
    assert counts(landed) == (1, 1, 0, 0)
    assert sorted((row["output_tokens"], row["is_contested"]) for row in steps.log()) == [(100, False), (101, True)]


def test_each_version_of_a_contested_row_is_a_duplicate_when_it_comes_again(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    steps.land_rows(tmp_path, attempt(1, output_tokens=101))
    landed = steps.land_rows(
        tmp_path, attempt(1, output_tokens=101), attempt(1, source_row=2), attempt(9, source_row=3)
    )
    assert counts(landed) == (3, 1, 2, 0)


def test_a_changed_price_list_does_not_make_a_redelivered_row_contested(home, tmp_path):
    unpriced = attempt(1, cost_usd=None, cost_source="none")
    steps.land_rows(tmp_path, unpriced)
    (home / "overrides").mkdir()
    (home / "overrides" / "prices.csv").write_text(
        "model_id,provider_name,valid_from,input_usd_per_mtok,output_usd_per_mtok\nopenai/gpt-4o,,,1,1\n"
    )
    landed = steps.land_rows(tmp_path, unpriced, attempt(2))
    assert counts(landed) == (2, 1, 1, 0)


def test_cost_is_the_recorded_one_else_the_list_price_else_unknown(home, tmp_path):
    unpriced = {"cost_usd": None, "cost_source": "none"}
    listed = Decimal("0.0035")
    cases = [
        ({"cost_usd": 0.01, "cost_source": "provider"}, (Decimal("0.01"), "provider")),
        ({"cost_usd": 0.0}, (Decimal(0), "gateway")),
        (unpriced, (listed, "catalog")),
        (unpriced | {"status": "cancelled"}, (listed, "catalog")),
        (unpriced | {"status": "error"}, (None, "none")),
        (unpriced | {"input_tokens": None}, (None, "none")),
        (unpriced | {"model_raw": "nobody-knows-this"}, (None, "none")),
        (unpriced | {"response_cache_hit": True}, (None, "none")),
    ]
    steps.land_rows(tmp_path, *(attempt(number, **told) for number, (told, _) in enumerate(cases)))
    assert [(row["cost_usd"], row["cost_source"]) for row in steps.log()] == [found for _, found in cases]


def test_the_users_own_price_wins_over_the_list_price_but_not_over_the_recorded_cost(home, tmp_path):
    (home / "overrides").mkdir(parents=True)
    (home / "overrides" / "prices.csv").write_text(
        "model_id,provider_name,valid_from,input_usd_per_mtok,output_usd_per_mtok\nopenai/gpt-4o,,,2,5\n"
    )
    steps.land_rows(tmp_path, attempt(1), attempt(2, cost_usd=None, cost_source="none"))
    found = [(row["cost_usd"], row["cost_source"], row["list_cost_usd"]) for row in steps.log()]
    own = Decimal("0.0025")
    assert found == [(Decimal("0.0035"), "gateway", own), (own, "user_table", own)]


def test_logged_binary_floats_become_money_of_ten_decimals_rounded_half_even(home, tmp_path):
    cases = [
        (0.0017699999999999999, "0.00177"),
        (2.5e-10, "0.0000000002"),
        (3.5e-10, "0.0000000004"),
        (6.4e-07, "0.00000064"),
        (12345.678901234567, "12345.6789012346"),
        (4e-11, "0"),
    ]
    steps.land_rows(tmp_path, *(attempt(number, cost_usd=logged) for number, (logged, _) in enumerate(cases)))
    assert [row["cost_usd"] for row in steps.log()] == [Decimal(kept) for _, kept in cases]


def test_a_bucket_is_within_one_percent_of_the_value(home):
    with warehouse.connect() as con:
        worst = con.execute(
            "select max(abs(bucket_value(latency_bucket(x)) / x - 1)), min(latency_bucket(x)) "
            "from (select 1.0001 * power(1.00037, i) as x from range(40000) as t(i)) where x < 1e7"
        ).fetchone()
        edges = con.execute(
            "select latency_bucket(0), latency_bucket(1), latency_bucket(null), latency_bucket(-1)"
        ).fetchone()
    assert worst[0] <= 0.0100001
    assert worst[1] == 1
    assert edges == (0, 0, None, None)


def test_a_gateway_cache_hit_keeps_its_tokens_but_has_no_latency(home, tmp_path):
    hit = attempt(1, response_cache_hit=True, cost_usd=0.0, stream=True, time_to_first_chunk_s=0.001)
    steps.land_rows(tmp_path, hit)
    (row,) = steps.log()
    assert (row["input_tokens"], row["output_tokens"], row["cost_usd"]) == (1000, 100, Decimal(0))
    assert (row["ttft_bucket"], row["duration_bucket"], row["output_speed_bucket"]) == (None, None, None)
    assert row["list_cost_usd"] is None


def test_a_stream_gets_its_speed_from_what_came_after_the_first_chunk(home, tmp_path):
    slow = attempt(1, stream=True, time_to_first_chunk_s=1.0)
    brief = attempt(2, stream=True, time_to_first_chunk_s=1.0, output_tokens=9)
    steps.land_rows(tmp_path, slow, brief)
    speeds = [(row["ttft_bucket"], row["output_speed_bucket"]) for row in steps.log()]
    assert speeds == [(346, 231), (346, None)]  # 1,000 ms; 100 tokens/s


def test_an_unknown_model_is_kept_under_its_own_name(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, model_raw="Acme Finetune 7B", cost_usd=None, cost_source="none"))
    (row,) = steps.log()
    assert row["model_id"] == "unknown/acme finetune 7b"


def test_rows_that_break_the_contract_wait_in_quarantine_each_with_its_reason_and_the_good_row_lands(home, tmp_path):
    bad = [attempt(number, **told) for number, (_, _, told) in enumerate(BROKEN, start=2)]
    landed = steps.land_rows(tmp_path, attempt(1), *bad)
    assert counts(landed) == (len(BROKEN) + 1, 1, 0, len(BROKEN))
    waiting = {row["source_row"]: row for row in lake.rows(lake.table("quarantine")).to_pylist()}
    told = {number: (row["reason"], row["column_name"]) for number, row in waiting.items()}
    assert told == {number: case[:2] for number, case in enumerate(BROKEN, start=2)}
    assert landed.reasons == Counter(reason for reason, _, _ in BROKEN)
    assert landed.reasons.keys() <= ROW_REASONS.keys()
    assert max(len(row["detail"] or "") for row in waiting.values()) <= 200
    assert max(len(row["sample"]) for row in waiting.values()) < 600


def test_a_start_five_minutes_ahead_of_the_clock_is_tolerated(home, tmp_path):
    landed = steps.land_rows(tmp_path, attempt(1, start_time=steps.RECEIVED + timedelta(seconds=299)))
    assert landed.rows_landed == 1


def test_only_the_first_broken_rule_is_told(home, tmp_path):
    landed = steps.land_rows(tmp_path, attempt(1, input_tokens=-1, cost_usd=float("nan"), status="fine"))
    assert landed.reasons == {"neg_tokens": 1}


def test_a_repeated_row_that_breaks_the_contract_is_quarantined_each_time(home, tmp_path):
    bad = attempt(1, input_tokens=-1)
    landed = steps.land_rows(tmp_path, bad, bad | {"source_row": 2}, attempt(3))
    assert counts(landed) == (3, 1, 0, 2)


def test_a_batch_names_the_hours_it_touched(home, tmp_path):
    landed = steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=NOON + timedelta(hours=30)))
    assert landed.hours == (NOON, NOON + timedelta(hours=30))


def test_a_delivered_file_leaves_the_inbox_for_the_archive(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    assert not [file for file in (home / "inbox").rglob("*") if file.is_file()]
    (kept,) = (home / "archive" / "simulator").iterdir()
    assert kept.name.endswith("~rows-0.parquet")
    assert kept.read_bytes() == (tmp_path / "rows-0.parquet").read_bytes()


@pytest.mark.parametrize(("rows_per_chunk", "sorted_first"), [(2, True), (100, False)])
def test_hours_scattered_over_many_chunks_are_put_in_order_first(
    home, tmp_path, monkeypatch, rows_per_chunk, sorted_first
):
    monkeypatch.setattr(batch, "ROWS_PER_CHUNK", rows_per_chunk)
    starts = [NOON + timedelta(hours=number % 2, minutes=number) for number in range(12)]
    file = write(tmp_path / "mixed.parquet", *(attempt(n, start_time=start) for n, start in enumerate(starts, 1)))
    with batch.workspace(tmp_path) as con:
        ordered = batch.in_order(con, Reading(file, no_rejects(), len(starts)), tmp_path)
        staged = con.execute("select start_time from landing.staged order by place").fetchall()
    assert (ordered.parquet != file) is sorted_first
    assert [start for (start,) in staged] == (sorted(starts) if sorted_first else starts)
