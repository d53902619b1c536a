"""Speed of models, of providers and of both, by hour and by prompt size; every median with its interval."""

import pytest

WEEK = "period = '1w'"
GROWTH = 1.01 / 0.99


def value(bucket):
    return 2 * GROWTH**bucket / (GROWTH + 1)


def coarse(bucket):
    return pytest.approx(2 * GROWTH ** (5 * bucket) / (GROWTH**5 + 1))


def samples(world, bucket, count, **columns):
    usual = {"event_date": "2026-03-23", "model_id": "acme/one", "bucket": bucket, "sample_count": count}
    world.add("rollups.latency_daily", **usual | columns)


@pytest.fixture(autouse=True)
def traffic(world):
    world.usage("2025-12-01", "acme/one", 1)
    world.usage("2026-03-23", "acme/one", 1)


def test_a_provider_pools_its_models_and_all_of_them_pool_everything(world):
    samples(world, 100, 8, provider_name="east")
    samples(world, 200, 8, provider_name="east", model_id="acme/two")
    samples(world, 300, 8, provider_name="west")
    found = world.read("speed", "model_id, provider_name, ttft_n, ttft_p50_s", WEEK)
    assert found == [
        ("(all)", "(all)", 24, pytest.approx(value(200) / 1e3)),
        ("(all)", "east", 16, pytest.approx(value(100) / 1e3)),
        ("(all)", "west", 8, pytest.approx(value(300) / 1e3)),
        ("acme/one", "(all)", 16, pytest.approx(value(100) / 1e3)),
        ("acme/one", "east", 8, pytest.approx(value(100) / 1e3)),
        ("acme/one", "west", 8, pytest.approx(value(300) / 1e3)),
        ("acme/two", "(all)", 8, pytest.approx(value(200) / 1e3)),
        ("acme/two", "east", 8, pytest.approx(value(200) / 1e3)),
    ]


def test_all_models_and_all_providers_have_no_rank(world):
    samples(world, 100, 8)
    assert world.read("latency", "rank, model_id", WEEK) == [(1, "acme/one")]


def test_the_interval_of_a_median_is_two_order_statistics_and_their_buckets_edges(world):
    for bucket in range(1, 101):
        samples(world, bucket, 1)
    # 50 -+ 1.96 x 5: the 40th value from its bucket's lower edge, the 61st to its bucket's upper edge.
    columns = "p50, p50_low, p50_high, p95, p95_low"
    [row] = world.read("quantiles", columns, f"{WEEK} and model_id = '(all)' and provider_name = '(all)'")
    assert row == (pytest.approx(value(50)), pytest.approx(GROWTH**39), pytest.approx(GROWTH**61), None, None)


@pytest.mark.parametrize(("name", "floor"), [("p10", 53), ("p50", 8), ("p95", 110), ("p99", 563)])
def test_an_interval_begins_where_its_quantile_does(world, name, floor):
    samples(world, 100, floor - 1)
    where = f"{WEEK} and model_id = 'acme/one' and provider_name = 'acme'"
    columns = f"{name}, {name}_low, {name}_high"
    assert world.read("quantiles", columns, where) == [(None, None, None)]
    samples(world, 100, 1)
    edges = (pytest.approx(value(100)), pytest.approx(GROWTH**99), pytest.approx(GROWTH**100))
    assert world.read("quantiles", columns, where) == [edges]


def test_the_interval_of_speeds_slow_tail_stands_beside_it(world):
    samples(world, 100, 53, metric="output_speed")
    columns = "output_speed_p10_slow, output_speed_p10_slow_low, output_speed_p10_slow_high"
    [found] = world.read("latency", columns, WEEK)
    assert found == (pytest.approx(value(100)), pytest.approx(GROWTH**99), pytest.approx(GROWTH**100))


def by_hour(world, date, hour, bucket, count, metric="ttft"):
    world.add(
        "rollups.latency_by_hour_daily",
        event_date=date,
        hour_of_day=hour,
        bucket=bucket,
        sample_count=count,
        metric=metric,
    )


def test_an_hour_of_the_day_pools_the_days_of_the_period(world):
    by_hour(world, "2026-03-23", 9, 40, 4)
    by_hour(world, "2026-03-29", 9, 40, 4)
    by_hour(world, "2026-03-22", 9, 90, 100)  # the week before
    by_hour(world, "2026-03-24", 10, 60, 7)
    found = world.read("speed_by_hour", "hour_of_day, sample_count, p50, p50_low, p50_high, p95", WEEK)
    edges = (pytest.approx(GROWTH**195), pytest.approx(GROWTH**200))
    assert found == [(9, 8, coarse(40), *edges, None), (10, 7, None, None, None, None)]


def test_a_coarse_bucket_is_within_five_percent_of_every_value_in_it(world):
    for milliseconds in (0.4, 1, 7, 123.4, 999, 1000, 64_321):
        text = "select coarse_value(coarse_bucket(latency_bucket($ms::double)))"
        [[read]] = world.con.execute(text, {"ms": milliseconds}).fetchall()
        assert read == pytest.approx(max(milliseconds, 1), rel=0.05001), milliseconds


def test_long_prompts_are_told_from_short_ones_for_each_model_and_all(world):
    for model, tokens, bucket in (("acme/one", 1000, 60), ("acme/one", 10000, 80), ("acme/two", 10000, 90)):
        world.add(
            "rollups.latency_by_prompt_daily",
            event_date="2026-03-23",
            model_id=model,
            prompt_tokens_to=tokens,
            bucket=bucket,
            sample_count=8,
        )
    found = world.read("speed_by_prompt", "model_id, prompt_tokens_to, sample_count, p50", WEEK)
    assert found == [
        ("(all)", 1000, 8, coarse(60)),
        ("(all)", 10000, 16, coarse(80)),
        ("acme/one", 1000, 8, coarse(60)),
        ("acme/one", 10000, 8, coarse(80)),
        ("acme/two", 10000, 8, coarse(90)),
    ]
