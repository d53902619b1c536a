"""The simulated world agrees with the published figures it was shaped by, and its traffic with its own truth."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.simulation import calibration as c
from pipeline.simulation import people
from pipeline.simulation.models import FREE_MODEL, HOUSE_MODEL, LAUNCHES, MIGRATION, OUTAGE, RETIREMENTS, SLOWDOWN
from pipeline.simulation.plan import plan_day
from pipeline.simulation.run import simulate
from pipeline.simulation.world import World, build_world

WORLD = build_world()
DAY = date(2026, 11, 18)  # a Wednesday without events
REQUESTS = 200_000
NAMES = [model.model_id for model in WORLD.models]


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """200,000 requests of one day."""
    return day_of(WORLD, DAY, REQUESTS, tmp_path_factory.mktemp("simulated"))


def day_of(world: World, day: date, requests: int, folder: Path, seed: int = 11) -> pl.DataFrame:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return pl.read_parquet(simulate(world, start, start + timedelta(days=1), requests, seed, folder))


def workload() -> pl.Expr:
    return pl.col("app_name").replace_strict({app.name: app.workload for app in people.APPS}, return_dtype=pl.Int64)


def week(share) -> np.ndarray:
    return np.mean([share(DAY - timedelta(days=back)) for back in range(7)], axis=0)


def top(share: np.ndarray, count: int) -> float:
    return float(np.sort(share)[::-1][:count].sum())


@pytest.mark.parametrize(("count", "published"), [(1, 0.139), (5, 0.471), (10, 0.642), (20, 0.795), (50, 0.939)])
def test_tokens_are_as_concentrated_as_published(count, published):
    assert top(week(WORLD.token_share), count) == pytest.approx(published, abs=0.06)


@pytest.mark.parametrize(("count", "published"), [(1, 0.127), (5, 0.381), (10, 0.513)])
def test_requests_are_as_concentrated_as_published(count, published):
    assert top(week(WORLD.request_share), count) == pytest.approx(published, abs=0.08)


def test_boards_by_tokens_and_by_requests_disagree():
    tokens = set(np.argsort(week(WORLD.token_share))[-10:])
    requests = set(np.argsort(week(WORLD.request_share))[-10:])
    assert 3 <= len(tokens & requests) <= 8


def test_a_longer_tail_holds_as_many_models_and_providers_as_asked():
    wide = build_world(models=400, providers=60)
    assert (len(wide.models), len(wide.providers)) == (400, 60)
    assert len({model.model_id for model in wide.models}) == 400
    assert set(range(60)) == set(wide.provider_of)
    assert top(wide.token_share(DAY), 50) == pytest.approx(0.939, abs=0.03)


def test_more_models_than_are_known_is_refused():
    with pytest.raises(Exception, match="ask for fewer"):
        build_world(models=5000)


def test_nearly_half_of_the_models_have_several_providers():
    assert np.mean(np.bincount(WORLD.model_of) > 1) == pytest.approx(0.47, abs=0.05)


@pytest.mark.parametrize(
    ("truth", "published"),
    [
        (1e3 * WORLD.ttft_p50_s, c.TTFT_P50_MS),
        (WORLD.ttft_sigma, c.TTFT_SIGMA),
        (WORLD.output_speed_p50, c.SPEED_P50_TOKENS_PER_S),
    ],
)
def test_endpoints_spread_like_the_published_percentiles(truth, published):
    assert np.percentile(truth, c.PERCENTILES) == pytest.approx(published, rel=0.08)


def test_daily_shares_swing_as_much_as_published():
    days = [DAY - timedelta(days=back) for back in range(60)]
    shares = np.array([WORLD.request_share(day) for day in days])
    steady = [place for place, name in enumerate(NAMES) if name not in {*LAUNCHES, *RETIREMENTS, *MIGRATION[:2]}]
    assert np.median(np.diff(np.log(shares[:, steady]), axis=0).std(axis=0)) == pytest.approx(
        c.MODEL_DAY_SD_LN, abs=0.04
    )


def test_launches_retirements_and_the_migration_happen():
    place, anchor = NAMES.index, WORLD.anchor
    for name, before in LAUNCHES.items():
        assert WORLD.request_share(anchor - before - timedelta(days=1))[place(name)] == 0
        assert WORLD.request_share(anchor)[place(name)] > 0
    for name, before in RETIREMENTS.items():
        assert WORLD.request_share(anchor - before)[place(name)] == 0
    old, new, begin, end = MIGRATION
    assert WORLD.request_share(anchor - begin)[place(old)] > 0
    assert WORLD.request_share(anchor - end)[place(old)] == 0
    assert WORLD.request_share(anchor - end)[place(new)] > 0


@pytest.mark.parametrize("kind", range(2))
def test_the_mixture_is_the_published_one(traffic, kind):
    published = c.WORKLOADS[kind]
    first = traffic.filter(workload() == kind, attempt_index=0)
    answered = first.filter(pl.col("status") == "ok", ~pl.col("response_cache_hit"))
    assert len(first) / REQUESTS == pytest.approx(published.request_share, abs=0.01)
    assert answered["input_tokens"].mean() == pytest.approx(published.mean_input, rel=0.12)
    assert answered["output_tokens"].mean() == pytest.approx(published.mean_output, rel=0.12)


def test_agents_use_most_tokens(traffic):
    tokens = traffic.select(workload().alias("kind"), total=pl.col("input_tokens") + pl.col("output_tokens"))
    agentic = tokens.filter(kind=0)["total"].sum() / tokens["total"].sum()
    assert 0.60 <= agentic <= 0.77  # the range OpenRouter's own cuts give


def test_first_tries_go_where_the_truth_says(traffic):
    seen = traffic.filter(attempt_index=0).group_by("request_model").len()
    share = dict(zip(seen["request_model"], seen["len"] / REQUESTS, strict=True))
    truth = WORLD.request_share(DAY)
    spread = np.sqrt(truth * (1 - truth) / REQUESTS)
    off = [abs(share.get(name, 0.0) - truth[place]) for place, name in enumerate(NAMES)]
    assert np.all(off <= 4.5 * spread)


def test_ttft_has_the_true_medians_and_the_heavy_tail(traffic):
    plan = plan_day(WORLD, DAY)
    keys = {f"{name}|{provider.name}": 0 for name in NAMES for provider in WORLD.providers}
    for place, endpoint in enumerate(WORLD.endpoints):
        keys[f"{NAMES[endpoint.model]}|{WORLD.providers[endpoint.provider].name}"] = place
    streams = traffic.filter(pl.col("time_to_first_chunk_s").is_not_null())
    place = streams.select(
        pl.format("{}|{}", "served_model_group", "provider_name").replace_strict(keys, return_dtype=pl.Int64)
    ).to_series()
    z = np.log(streams["time_to_first_chunk_s"].to_numpy() / plan.ttft_p50_s[place]) / WORLD.ttft_sigma[place]
    p50, p90, p99 = np.percentile(z, [50, 90, 99])
    assert p50 == pytest.approx(0, abs=0.02)
    assert p90 == pytest.approx(1.2816, abs=0.03)
    assert 0.66 * p99 == pytest.approx(np.log(6.84), abs=0.06)


def test_providers_fail_as_often_as_is_true(traffic):
    first = traffic.filter(~pl.col("response_cache_hit"), attempt_index=0)
    seen = first.group_by("provider_name").agg(pl.len().alias("n"), (pl.col("status") == "error").sum().alias("failed"))
    truth = {provider.name: provider.failure_rate for provider in WORLD.providers}
    for name, n, failed in seen.rows():
        assert abs(failed - n * truth[name]) <= 4.5 * np.sqrt(n * truth[name] * (1 - truth[name])), name


def test_an_outage_shows_in_its_hours_only(tmp_path):
    slug, before, hours, rate = OUTAGE
    name = next(provider.name for provider in WORLD.providers if provider.slug == slug)
    day = day_of(WORLD, WORLD.anchor - before, 60_000, tmp_path).filter(provider_name=name, attempt_index=0)
    inside = pl.col("start_time").dt.hour().is_in(list(hours))
    assert (day.filter(inside)["status"] == "error").mean() == pytest.approx(rate, abs=0.06)
    assert (day.filter(~inside)["status"] == "error").mean() < 0.04


def test_a_slowdown_is_one_models_from_its_day_on():
    name, before, factor = SLOWDOWN
    begin = WORLD.anchor - before
    assert set(WORLD.slowdown(begin - timedelta(days=1))) == {1.0}
    slowed = WORLD.slowdown(begin)
    assert {NAMES[model] for model in WORLD.model_of[slowed == factor]} == {name}
    assert set(slowed) == {1.0, factor}


def test_thumbs_go_up_as_often_as_is_true(traffic):
    rated = traffic.filter(pl.col("feedback_score").is_not_null())
    truth = np.array([WORLD.thumbs_up_rate[NAMES.index(name)] for name in rated["served_model_group"]])
    assert len(rated) / len(traffic) == pytest.approx(c.FEEDBACK_SHARE, abs=0.003)
    assert abs((rated["feedback_score"] - truth).sum()) <= 4 * np.sqrt((truth * (1 - truth)).sum())


def test_rare_cases_are_as_rare_as_said(traffic):
    rows = len(traffic)
    assert (traffic["status"] == "cancelled").sum() / rows == pytest.approx(c.CANCELLED_SHARE, abs=0.002)
    assert traffic["response_cache_hit"].sum() / rows == pytest.approx(c.RESPONSE_CACHE_SHARE, abs=0.001)
    assert traffic["user_id"].null_count() / rows == pytest.approx(c.USERLESS_SHARE, abs=0.003)
    assert traffic["category"].null_count() / rows == pytest.approx(c.UNCLASSIFIED_SHARE, abs=0.005)
    assert (traffic["stream"]).sum() / rows == pytest.approx(0.75, abs=0.04)
    assert traffic["cost_usd"].null_count() / rows == pytest.approx(0.02, abs=0.008)


def test_weekends_are_quieter(tmp_path):
    monday = datetime(2026, 11, 2, tzinfo=UTC)
    files = simulate(WORLD, monday, monday + timedelta(days=14), 70_000, 11, tmp_path)
    counts = [pl.scan_parquet(file).select(pl.len()).collect().item() for file in files]
    weekend, weekdays = np.mean([counts[5:7], counts[12:14]]), np.mean([counts[0:5], counts[7:12]])
    assert weekend / weekdays == pytest.approx(c.WEEKEND_FACTOR, abs=0.06)


def test_the_house_model_has_no_price_and_the_free_one_costs_nothing(traffic):
    used = traffic.filter(pl.col("status") == "ok", ~pl.col("response_cache_hit"))
    house, free = used.filter(served_model_group=HOUSE_MODEL), used.filter(served_model_group=FREE_MODEL)
    assert house["cost_usd"].null_count() == len(house) > 0
    assert set(house["cost_source"]) == {"none"}
    assert free["cost_usd"].to_list() == [0.0] * len(free)
    assert set(free["cost_source"]) == {"gateway"}
    others = used.filter(~pl.col("served_model_group").is_in([HOUSE_MODEL, FREE_MODEL]))
    assert others["cost_usd"].null_count() == 0
    assert others["cost_usd"].min() > 0
