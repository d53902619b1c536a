"""The recorded LiteLLM_SpendLogs rows against the known answers, and against the same traffic in the payload log."""

import gzip
import json
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import warehouse
from pipeline.request_log import Reading, staged_schema
from pipeline.settings import SAMPLES, settings
from pipeline.sources import litellm, litellm_spendlogs

FIXTURES = Path(__file__).parents[1] / "fixtures"
CSV, PARQUET = FIXTURES / "litellm_spendlogs.csv.gz", FIXTURES / "litellm_spendlogs.parquet"
EXPECTED = json.loads((FIXTURES / "litellm_spendlogs_expected.json").read_text())
CANARIES = (b"CANARY-PROMPT", b"fake answer", b"@example.com", b"198.51.100.7", b"site-packages", b"u-search-")
TOKENS = (
    "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens", "reasoning_output_tokens",
)  # fmt: skip


@pytest.fixture(scope="module")
def readings(tmp_path_factory) -> dict[str, Reading]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODIUM_KEY_FILE", str(tmp_path_factory.mktemp("key") / "pseudonym.key"))
        settings.cache_clear()
        read, work = litellm_spendlogs.read, tmp_path_factory.mktemp
        yield {
            "csv": read(warehouse.connect(), CSV, work("csv")),
            "parquet": read(warehouse.connect(), PARQUET, work("parquet")),
            "slp": litellm.read(warehouse.connect(), SAMPLES / "litellm_slp.jsonl.gz", work("slp")),
        }
        settings.cache_clear()


@pytest.fixture(scope="module")
def rows(readings) -> list[dict]:
    return pq.read_table(readings["csv"].parquet).to_pylist()


@pytest.fixture(scope="module")
def outcomes(rows) -> dict[str, dict]:
    return final(rows)


@pytest.fixture(scope="module")
def truth() -> dict[str, dict]:
    with gzip.open(FIXTURES / "litellm_truth.jsonl.gz", "rt") as lines:
        return {row["request_id"]: row for row in map(json.loads, lines)}


def final(rows: list[dict]) -> dict[str, dict]:
    """The row that ends each request: ok or cancelled if there is one, else the one that ends last."""
    ordered = sorted(rows, key=lambda row: (row["status"] != "error", row["end_time"]))
    return {row["request_id"]: row for row in ordered}


def usd(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("1e-10"), ROUND_HALF_EVEN)


def cost(rows: list[dict]) -> Decimal:
    return sum((usd(row["cost_usd"]) for row in rows if row["cost_usd"] is not None), Decimal(0))


def totals(rows: list[dict]) -> dict:
    """What expected.json says of a group of requests, from their final rows."""
    told = Counter(row["status"] for row in rows)
    answered = [row for row in rows if row["status"] != "error"]
    hits = [row for row in answered if row["response_cache_hit"]]
    return {
        "requests": len(rows),
        **{status: told[status] for status in ("ok", "error", "cancelled")},
        **{name: sum(row[name] or 0 for row in answered) for name in TOKENS},
        "response_cache_hits": len(hits),
        "response_cache_hit_input_tokens": sum(row["input_tokens"] for row in hits),
        "response_cache_hit_output_tokens": sum(row["output_tokens"] for row in hits),
        "cost_usd": f"{cost(answered):.10f}",
        "requests_without_known_cost": sum(row["cost_usd"] is None for row in answered),
    }


def test_every_row_becomes_one_row_of_the_contract(readings):
    assert [(reading.rows_in, reading.rejects.num_rows) for reading in readings.values()][:2] == [(326, 0)] * 2
    schema = pq.read_schema(readings["csv"].parquet)
    assert [(field.name, field.type) for field in schema] == [(f.name, f.type) for f in staged_schema()]


def test_csv_and_parquet_give_identical_rows(readings, rows):
    assert pq.read_table(readings["parquet"].parquet).to_pylist() == rows
    assert sorted(row["source_row"] for row in rows) == list(range(1, 327))


def test_totals_are_the_known_answers(outcomes):
    assert totals(list(outcomes.values())) == EXPECTED["totals"]


@pytest.mark.parametrize("name", sorted(EXPECTED["by_request_model"]))
def test_totals_of_each_model_asked_for_are_the_known_answers(outcomes, name):
    mine = [row for row in outcomes.values() if row["request_model"] == name]
    assert totals(mine) == EXPECTED["by_request_model"][name]


@pytest.mark.parametrize("name", sorted(EXPECTED["by_served_model"]))
def test_answers_of_each_model_that_served_are_the_known_answers(outcomes, name):
    mine = [row for row in outcomes.values() if row["served_model_group"] == name and row["status"] != "error"]
    expected = EXPECTED["by_served_model"][name]
    assert totals(mine) | {"requests": 0, "error": 0} == expected | {"requests": 0, "error": 0}


def test_no_model_is_beside_the_known_ones(rows):
    assert {row["request_model"] for row in rows} == EXPECTED["by_request_model"].keys()


def test_the_whole_cost_column_is_the_sum_of_spend(rows):
    assert str(cost(rows)) == EXPECTED["sum_of_spend_column_usd"]


LISTED_ATTEMPT = "3bfbde02-59b8-4313-85f4-df20efe746a7"


def test_a_row_of_one_attempt_belongs_to_its_request(rows):
    mine = [(row["status"], row["error_type"]) for row in rows if row["request_id"] == LISTED_ATTEMPT]
    assert mine == [("error", "timeout"), ("error", "timeout")]


def test_no_row_passes_for_an_attempt_as_the_table_does_not_list_them(rows):
    assert Counter(row["record_kind"] for row in rows) == {"request": 326}


def test_failures_have_no_tokens_even_when_billed(rows):
    failed = [row for row in rows if row["status"] == "error"]
    assert {tuple(row[name] for name in TOKENS) for row in failed} == {(None,) * 5}
    of_one_attempt = Decimal("0.0000006200")  # the table's only row of that kind, beside the three of whole requests
    assert sum(row["cost_usd"] > 0 for row in failed) == EXPECTED["failure_rows_billed"] + 1
    assert str(cost(failed) - of_one_attempt) == EXPECTED["failure_rows_billed_usd"]


def test_errors_are_of_the_known_types(outcomes):
    errors = Counter(row["error_type"] for row in outcomes.values() if row["status"] == "error")
    assert errors == EXPECTED["errors_by_type"]


def test_status_team_operation_and_models_are_the_truth(outcomes, truth):
    for key, row in outcomes.items():
        true = truth[key]
        told = (row["status"], row["team_id"], row["operation_name"], row["request_model"])
        assert told == (true["status"], true["team_id"], true["operation"], true["request_model"]), key
        if row["status"] == "ok":
            assert row["served_model_group"] == true["served_model_group"], key


def test_streams_are_told_by_their_first_chunk(outcomes, truth):
    for key, row in outcomes.items():
        if row["status"] == "error":
            assert (row["stream"], row["time_to_first_chunk_s"]) == (None, None)
        elif not row["response_cache_hit"]:
            assert row["stream"] == bool(truth[key]["stream"]), key
            assert (row["time_to_first_chunk_s"] is not None) == row["stream"], key


def test_a_stream_after_a_failure_is_timed_as_a_request(rows, truth):
    streams = [row for row in rows if row["stream"]]
    several = {row["request_id"] for row in streams if len(truth[row["request_id"]]["attempts"]) > 1}
    assert {row["request_id"] for row in streams if row["latency_scope"] == "request"} == several
    assert len(several) == 14
    assert {row["latency_scope"] for row in rows if row["stream"] is False} == {"attempt"}


def test_cache_hits_cost_nothing_and_are_named_without_their_suffix(rows):
    hits = [row for row in rows if row["response_cache_hit"]]
    assert [(row["cost_usd"], row["cost_source"], row["stream"]) for row in hits] == [(0.0, "gateway", False)] * 2
    assert not any("_cache_hit" in row["request_id"] + row["response_id"] for row in hits)


def test_tokens_are_the_truth_or_the_row_says_they_are_not_known(outcomes, truth):
    for key, row in outcomes.items():
        if row["usage_source"] == "provider":
            true = truth[key]["usage"]
            assert {name: row[name] for name in true} == true, key


def test_times_are_utc(rows, truth):
    for row in rows:
        if row["record_kind"] == "request":
            assert abs(row["start_time"].timestamp() - truth[row["request_id"]]["client"]["start"]) < 60


def test_nothing_a_person_wrote_reaches_the_parquet(readings, rows):
    values = json.dumps(rows, default=str).encode() + readings["csv"].parquet.read_bytes()
    assert [canary for canary in CANARIES if canary in values] == []


def spent(rows: list[dict]) -> dict[str, tuple]:
    """Tokens and dollars of each request, over all its rows."""
    mine: dict[str, list[dict]] = {}
    for row in rows:
        mine.setdefault(row["request_id"], []).append(row)
    return {
        key: (*(sum(row[name] or 0 for row in group) for name in TOKENS), cost(group)) for key, group in mine.items()
    }


def test_two_logs_of_the_same_traffic_differ_only_where_the_cause_is_known(readings, rows, truth):
    slp = pq.read_table(readings["slp"].parquet).to_pylist()
    here, there = spent(rows), spent(slp)
    status = {key: (final(rows)[key]["status"], row["status"]) for key, row in final(slp).items()}
    billed = {row["request_id"] for row in rows if row["status"] == "error" and row["cost_usd"] > 0}
    causes = Counter()
    for key in here.keys() | there.keys():
        if here.get(key) == there.get(key):
            causes["equal"] += 1
        elif key not in there:
            assert not truth[key]["in_litellm_slp"], key
            causes["lost by the payload log"] += 1
        elif status[key] == ("ok", "error"):
            assert truth[key]["status"] == "ok", key
            causes["only its failure is left in the payload log"] += 1
        elif key in billed:
            assert here[key][:5] == there[key][:5] == (0,) * 5
            causes["a timeout billed in the table, twice"] += 1
            assert here[key][5] - there[key][5] == Decimal("0.0000012400")
        else:
            causes[f"not explained: {key} {here.get(key)} {there.get(key)}"] += 1
    assert causes == {
        "equal": 313,
        "lost by the payload log": 9,
        "only its failure is left in the payload log": 2,
        "a timeout billed in the table, twice": 1,
    }
