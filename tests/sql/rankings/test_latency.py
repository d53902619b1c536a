"""Quantiles out of log buckets, with the floors under which nothing is said."""

import math
import random
from datetime import date, timedelta

import pytest

WEEK = "period = '1w'"


def samples(world, count, milliseconds, **columns):
    found = world.con.execute("select latency_bucket($ms::double)", {"ms": milliseconds}).fetchone()[0]
    usual = {"event_date": "2026-03-23", "model_id": "acme/one", "bucket": found, "sample_count": count}
    world.add("rollups.latency_daily", **usual | columns)


@pytest.fixture(autouse=True)
def traffic(world):
    world.usage("2025-12-01", "acme/one", 1)
    world.usage("2026-03-23", "acme/one", 1)


def test_the_median_is_the_value_half_the_requests_reach(world):
    samples(world, 4, 100)
    samples(world, 4, 1000)
    assert world.read("latency", "round(ttft_p50_s, 2), ttft_n", WEEK) == [(0.1, 8)]


def test_one_more_slow_request_moves_the_median(world):
    samples(world, 4, 100)
    samples(world, 5, 1000)
    assert world.read("latency", "round(ttft_p50_s, 2), ttft_n", WEEK) == [(1.0, 9)]


def test_a_bucket_is_within_one_percent_of_the_value(world):
    samples(world, 8, 1234.5)
    ((seconds,),) = world.read("latency", "ttft_p50_s", WEEK)
    assert seconds == pytest.approx(1.2345, rel=0.01)


@pytest.mark.parametrize(("column", "floor"), [("ttft_p50_s", 8), ("ttft_p95_s", 110), ("ttft_p99_s", 563)])
def test_too_few_samples_say_nothing(world, column, floor):
    samples(world, floor - 1, 500)
    assert world.read("latency", column, WEEK) == [(None,)]
    samples(world, 1, 500)
    assert world.read("latency", f"round({column}, 1)", WEEK) == [(0.5,)]


def test_the_slow_tail_of_speed_is_what_nine_of_ten_reach(world):
    samples(world, 6, 20, metric="output_speed")
    samples(world, 54, 100, metric="output_speed")
    columns = "round(output_speed_p50), round(output_speed_p10_slow), output_speed_n, ttft_p50_s, ttft_n"
    assert world.read("latency", columns, WEEK) == [(100, 20, 60, None, 0)]


def test_days_and_providers_merge_by_adding_counts(world):
    samples(world, 3, 100, provider_name="acme")
    samples(world, 3, 100, provider_name="other-cloud", event_date="2026-03-29")
    samples(world, 5, 900, provider_name="other-cloud", event_date="2026-03-22")  # the week before
    assert world.read("latency", "period, round(ttft_p50_s, 2), ttft_n", "period in ('1w', '4w')") == [
        ("1w", None, 6),
        ("4w", 0.1, 11),
    ]


def test_the_quickest_ranks_first_and_the_unmeasured_not_at_all(world):
    samples(world, 8, 900, model_id="acme/slow")
    samples(world, 8, 100, model_id="acme/quick")
    samples(world, 7, 50, model_id="acme/rare")
    assert world.read("latency", "rank, model_id", WEEK) == [(1, "acme/quick"), (2, "acme/slow"), (None, "acme/rare")]


def test_a_provider_has_its_own_quantiles(world):
    world.usage("2026-03-23", "acme/one", 3, provider_name=None)
    samples(world, 8, 100, provider_name="acme")
    samples(world, 8, 700, provider_name=None)
    assert world.read("providers", "provider_name, round(ttft_p50_s, 1), total_tokens, token_share", WEEK) == [
        ("(unknown)", 0.7, 3, 0.75),
        ("acme", 0.1, 1, 0.25),
    ]


def test_totals_pool_all_models_and_compare_with_the_week_before(world):
    samples(world, 6, 100, event_date="2026-03-16")
    samples(world, 6, 100, event_date="2026-03-16", model_id="acme/two")
    samples(world, 8, 200)
    assert world.read("totals", "ttft_n, round(ttft_p50_s, 1), round(ttft_p50_s_change, 1)", WEEK) == [(8, 0.2, 1.0)]
    assert world.read("weekly", "week_start::varchar, ttft_n", "model_id = 'acme/one' and ttft_n > 0") == [
        ("2026-03-23", 8)
    ]


def test_every_period_reads_the_same_value_that_sorting_all_samples_gives(world):
    draw = random.Random(7)
    days = [date(2026, 3, 30) - timedelta(days=back) for back in range(1, 85)]
    drawn = [(day, f"acme/{n % 3}", f"cloud-{n % 2}", int(draw.gauss(300, 40))) for day in days for n in range(30)]
    world.con.executemany("insert into rollups.latency_daily values (?, ?, ?, 'ttft', ?, 1)", drawn)
    world.usage("2026-01-05", "acme/0", 1)
    found = world.read("quantiles", "period, model_id, provider_name, sample_count, p50, p95")
    assert len(found) == 5 * 4 * 3  # periods, models and all of them, providers and all of them
    spans = {"1d": (days[0], days[0]), "1mo": (date(2026, 2, 1), date(2026, 2, 28))}
    spans |= {f"{weeks}w": (days[weeks * 7 - 1], days[0]) for weeks in (1, 4, 12)}
    for period, model, provider, count, p50, p95 in found:
        first, last = spans[period]
        inside = [(m, p, b) for d, m, p, b in drawn if first <= d <= last]
        kept = [b for m, p, b in inside if model in ("(all)", m) and provider in ("(all)", p)]
        expected = sorted(kept)
        assert count == len(kept)
        if count >= 8:
            assert p50 == pytest.approx(value_of(expected[math.ceil(count / 2) - 1]), rel=1e-9)
        if count >= 110:
            assert p95 == pytest.approx(value_of(expected[math.ceil(count * 95 / 100) - 1]), rel=1e-9)


def value_of(bucket):
    growth = 1.01 / 0.99
    return 2 * growth**bucket / (growth + 1)
