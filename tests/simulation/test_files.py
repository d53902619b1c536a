"""Simulated files keep the contract, come out the same every time, and say the same in both shapes."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline import names, prices, warehouse
from pipeline.request_log import ENUMS, staged_schema
from pipeline.settings import PodiumError, settings
from pipeline.simulation.models import FREE_MODEL, PRICE_CUT
from pipeline.simulation.names import raw_name
from pipeline.simulation.run import SLICE_REQUESTS, simulate
from pipeline.simulation.world import build_world
from pipeline.sources import litellm, simulator

WORLD = build_world()
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
REQUESTS = 200_000


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """200,000 requests of two days, three files' worth of slices."""
    files = simulate(WORLD, MONDAY, MONDAY + timedelta(days=2), REQUESTS, 5, tmp_path_factory.mktemp("simulated"))
    return pl.read_parquet(files)


def broken(traffic: pl.DataFrame, rule: pl.Expr) -> int:
    """Rows that say no; a comparison with an unknown says neither."""
    return len(traffic.filter(~rule.fill_null(value=True)))


def amount(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


INVARIANTS = {
    "end is not before start": pl.col("end_time") >= pl.col("start_time"),
    "duration is end minus start": (pl.col("end_time") - pl.col("start_time")).dt.total_microseconds()
    == (pl.col("duration_s") * 1e6).round(),
    "cached parts fit the input": amount("cache_read_input_tokens") + amount("cache_write_input_tokens")
    <= amount("input_tokens"),
    "reasoning fits the output": amount("reasoning_output_tokens") <= amount("output_tokens"),
    "the first chunk lies within": (pl.col("time_to_first_chunk_s") > 0)
    & (pl.col("time_to_first_chunk_s") <= pl.col("duration_s")),
    "only streams have a first chunk": pl.col("stream") | pl.col("time_to_first_chunk_s").is_null(),
    "tokens are not negative": (pl.col("input_tokens") > 0) & (pl.col("output_tokens") > 0),
    "cached parts are not negative": (pl.col("cache_read_input_tokens") >= 0)
    & (amount("cache_write_input_tokens") >= 0)
    & (amount("reasoning_output_tokens") >= 0),
    "costs are finite and not negative": pl.col("cost_usd").is_finite() & (pl.col("cost_usd") >= 0),
    "itemised costs add up": ((pl.col("input_cost_usd") + pl.col("output_cost_usd")) - pl.col("cost_usd")).abs()
    < 1e-12,
    "no cost, no source": (pl.col("cost_source") == "none") == pl.col("cost_usd").is_null(),
    "errors have a class, answers none": (pl.col("status") == "ok") == pl.col("error_type").is_null(),
    "errors have no known usage": (pl.col("status") == "error") == pl.col("input_tokens").is_null(),
    "usage is unknown where it is": (pl.col("usage_source") == "unknown") == pl.col("input_tokens").is_null(),
    "the gateway's cache costs nothing": ~pl.col("response_cache_hit") | (pl.col("cost_usd") == 0),
    "requests begin in the window": (pl.col("attempt_index") > 0)
    | pl.col("start_time").is_between(MONDAY, MONDAY + timedelta(days=2), closed="left"),
    **{f"{name} is one of the contract's": pl.col(name).is_in(list(values)) for name, values in ENUMS.items()},
}


@pytest.mark.parametrize("name", INVARIANTS)
def test_invariant_holds_on_every_row(traffic, name):
    assert broken(traffic, INVARIANTS[name]) == 0


def test_there_are_exactly_as_many_requests_as_asked_for(traffic):
    assert traffic["request_id"].n_unique() == REQUESTS
    assert traffic["attempt_id"].n_unique() == len(traffic)
    assert traffic.filter(attempt_index=0).height == REQUESTS


def test_retries_follow_one_another_and_the_last_to_end_is_the_outcome(traffic):
    tries = traffic.sort("request_id", "attempt_index")
    again = tries.filter(pl.col("request_id").is_duplicated())
    before = again.with_columns(pl.col("end_time", "status").shift(1).over("request_id").name.prefix("before_"))
    later = before.filter(pl.col("attempt_index") > 0)
    assert len(later) > 1000
    assert (later["start_time"] > later["before_end_time"]).all()
    assert set(later["before_status"]) == {"error"}
    moved = later.filter(pl.col("served_model_group") != pl.col("request_model"))
    assert 0.1 < len(moved) / len(later) < 0.6


def test_the_recorded_cost_is_the_list_price_but_for_the_discount(traffic):
    con = warehouse.connect()
    used = traffic.filter(pl.col("status") == "ok", ~pl.col("response_cache_hit")).sample(20_000, seed=1)
    keys = used.select(model_id="served_model_group", model_raw="model_raw", provider_name="provider_name",
                       slot=pl.col("start_time").dt.truncate("30m")).unique()  # fmt: skip
    con.register("used", used.to_arrow())
    con.register("priced", prices.resolve(con, keys.to_arrow()))
    listed = con.sql("from used join priced using (model_raw, provider_name) where slot = price_slot(start_time)")
    parts = "input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, reasoning_output_tokens"
    costs = listed.project(f"model_id, cost_usd, list_cost_usd({parts}, price)::double as list_usd").pl()
    model_id, _, factor = PRICE_CUT
    cut, usual = costs.filter(model_id=model_id), costs.filter(pl.col("model_id") != model_id)
    assert len(costs) == len(used)
    assert (usual["cost_usd"] - usual["list_usd"]).abs().max() < 1e-12
    assert cut["cost_usd"].sum() / cut["list_usd"].sum() == pytest.approx(factor, abs=1e-6)


def test_every_spelling_is_resolved_by_the_aliases():
    known = names.catalogue()
    for place, endpoint in enumerate(WORLD.endpoints):
        model_id = WORLD.models[endpoint.model].model_id
        found = names.model_id(known, raw_name(WORLD, place), WORLD.providers[endpoint.provider].name)
        assert found == (f"unknown/{model_id}" if model_id.startswith("acme/") else model_id)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    def once(folder: str, seed: int) -> bytes:
        return simulate(WORLD, MONDAY, MONDAY + timedelta(days=1), 3000, seed, tmp_path / folder)[0].read_bytes()

    assert once("a", 3) == once("b", 3)
    assert once("a", 3) != once("c", 4)


def test_a_day_is_the_same_in_a_longer_window(tmp_path):
    day = pl.read_parquet(simulate(WORLD, MONDAY, MONDAY + timedelta(days=1), 5000, 3, tmp_path / "day"))
    files = simulate(WORLD, MONDAY, MONDAY + timedelta(days=3), 15_000, 3, tmp_path / "days")
    again = pl.read_parquet(files[0])
    assert [file.name for file in files] == [f"simulated-2026-11-{day}.parquet" for day in (16, 17, 18)]
    shared = day.drop("source_row", "conversation_id").join(again, on="attempt_id", how="semi").sort("attempt_id")
    same = again.drop("source_row", "conversation_id").join(day, on="attempt_id", how="semi").sort("attempt_id")
    assert len(shared) >= min(len(day), len(again)) * 0.999
    assert shared.equals(same)


def test_a_window_within_a_day_holds_its_requests_only(tmp_path):
    start, end = MONDAY + timedelta(hours=9), MONDAY + timedelta(hours=10, minutes=30)
    hours = pl.read_parquet(simulate(WORLD, start, end, 2000, 3, tmp_path)).filter(attempt_index=0)
    assert len(hours) == 2000
    assert hours["start_time"].is_between(start, end, closed="left").all()


def test_large_days_are_written_in_slices_in_order_of_time(traffic, tmp_path):
    heard: list[tuple[int, int]] = []
    n = SLICE_REQUESTS + 20_000
    file, = simulate(WORLD, MONDAY, MONDAY + timedelta(days=1), n, 5, tmp_path,
                     progress=lambda done, total: heard.append((done, total)))  # fmt: skip
    assert heard == [(n // 2, n), (n, n)]
    assert pq.read_metadata(file).num_row_groups == 2
    first = pl.read_parquet(file).filter(attempt_index=0)
    assert first["start_time"].is_sorted()
    assert pl.read_parquet(file)["source_row"].to_list() == list(range(1, pq.read_metadata(file).num_rows + 1))


def test_a_window_without_time_or_zone_is_refused(tmp_path):
    with pytest.raises(PodiumError, match="end must lie after start"):
        simulate(WORLD, MONDAY, MONDAY, 10, 1, tmp_path)
    with pytest.raises(PodiumError, match="timezone"):
        simulate(WORLD, MONDAY.replace(tzinfo=None), MONDAY, 10, 1, tmp_path)


def test_litellm_lines_tell_the_same_traffic(tmp_path, monkeypatch):
    monkeypatch.setenv("PODIUM_KEY_FILE", str(tmp_path / "pseudonym.key"))
    settings.cache_clear()
    window = (WORLD, MONDAY, MONDAY + timedelta(days=1), 6000, 5, tmp_path)
    (parquet,), (lines,) = simulate(*window, "parquet"), simulate(*window, "litellm")
    read = litellm.read(warehouse.connect(), lines, tmp_path)
    settings.cache_clear()
    assert lines.name == "simulated-2026-11-16.jsonl.gz"
    assert read.parquet is not None
    assert read.rejects.num_rows == 0
    key = ["request_id", "start_time"]
    ours, theirs = pl.read_parquet(parquet).sort(key), pl.read_parquet(read.parquet).sort(key)
    untold = ["attempt_id", "attempt_index", "source_row", "source", "source_version", "trace_id", "response_id",
              "response_model", "http_status", "data_region", "data_policy", "feedback_score", "user_id", "tags",
              "request_model", "error_origin", "cost_usd", "input_cost_usd", "output_cost_usd",
              "cost_source"]  # fmt: skip
    assert len(ours) == len(theirs)
    for name in staged_schema().names:
        if name not in untold:
            assert ours[name].equals(theirs[name]), name
    # LiteLLM writes 0 for a free model as for an unpriced one; the reader can not tell.
    costed = ours["served_model_group"] != FREE_MODEL
    for name in ("cost_usd", "input_cost_usd", "output_cost_usd", "cost_source"):
        assert ours.filter(costed)[name].equals(theirs.filter(costed)[name]), name
    assert all("podium:simulated" in tags for tags in theirs["tags"])
    assert ours["user_id"].n_unique() == theirs["user_id"].n_unique()


def test_what_is_written_is_what_the_source_takes(tmp_path):
    file, = simulate(WORLD, MONDAY, MONDAY + timedelta(days=1), 500, 5, tmp_path)  # fmt: skip
    reading = simulator.read(warehouse.connect(), file, tmp_path)
    assert reading.rows_in == pq.read_metadata(file).num_rows
    assert reading.rejects.num_rows == 0
    assert reading.parquet is not None
    assert warehouse.connect().read_parquet(str(reading.parquet)).columns == staged_schema().names
