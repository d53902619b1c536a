"""What got worse in the latest week against a model's own four weeks before, and what only swung."""

import math
from datetime import date, timedelta

import pytest

MONDAY = date(2026, 3, 23)
BEFORE = [MONDAY - timedelta(days=back) for back in range(28, 0, -1)]
WEEK = [MONDAY + timedelta(days=day) for day in range(7)]
STEADY = (300, 302)  # buckets of 1 %: days differ by up to 4 %


def timed(world, days, buckets, metric="ttft", count=30):
    """Each day's streams: alternately all in the one and all in the other bucket."""
    for number, day in enumerate(days):
        told = {"event_date": day, "model_id": "acme/one", "metric": metric, "sample_count": count}
        bucket = buckets[number % len(buckets)]
        world.add("rollups.latency_daily", bucket=bucket, **told)
        world.add("rollups.latency_by_prompt_daily", bucket=-(-bucket // 5), **told)


@pytest.fixture(autouse=True)
def log(world):
    for day in (*BEFORE, *WEEK):
        world.usage(str(day), "acme/one", 1)


def verdicts(world):
    return dict(world.read("regressions", "measure, verdict", "verdict <> 'too few'"))


def test_a_median_up_by_forty_percent_is_worse(world):
    timed(world, BEFORE, STEADY)
    timed(world, WEEK, (318, 319))  # 17 buckets of 2 % up
    assert verdicts(world) == {"ttft_p50_s": "worse", "ttft_p95_s": "worse"}
    columns = "round(change, 2), value_low > before_high, sample_count, before_sample_count"
    [row] = world.read("regressions", columns, "measure = 'ttft_p50_s'")
    assert row == (0.43, True, 210, 840)


def test_a_median_down_by_as_much_is_better(world):
    timed(world, BEFORE, (318, 319))
    timed(world, WEEK, STEADY)
    assert verdicts(world)["ttft_p50_s"] == "better"


def test_slower_output_is_worse_and_quicker_is_better(world):
    timed(world, BEFORE, STEADY, metric="output_speed")
    timed(world, WEEK, (280,), metric="output_speed")
    assert verdicts(world)["output_speed_p50"] == "worse"


@pytest.mark.parametrize(("buckets", "verdict"), [(4, "steady"), (7, "worse")])
def test_a_change_up_to_ten_percent_is_none_however_sure(world, buckets, verdict):
    timed(world, BEFORE, (300, 301))
    timed(world, WEEK, (300 + buckets,))
    assert verdicts(world)["ttft_p50_s"] == verdict


def test_a_week_inside_the_swing_of_single_days_is_steady(world):
    timed(world, BEFORE, (280, 320))  # days differ by a factor of two
    timed(world, WEEK, (320,))
    assert verdicts(world)["ttft_p50_s"] == "steady"


@pytest.mark.parametrize(("buckets", "verdict"), [(6, "steady"), (7, "worse")])
def test_a_change_of_under_3_3_times_the_days_swing_may_be_chance(world, buckets, verdict):
    # One day in three is 20 % slower: days spread by 0.096, a week's mean by 0.096 sqrt(1/7 + 1/28) = 0.041.
    timed(world, BEFORE, (295, 295, 305))
    timed(world, WEEK, (295 + buckets,))  # 0.12 and 0.14 up; 3.3 times is 0.134
    assert verdicts(world)["ttft_p50_s"] == verdict


def test_few_samples_leave_the_intervals_touching(world):
    timed(world, BEFORE, range(285, 315), count=8)
    world.con.execute("update rollups.latency_daily set sample_count = 1 where event_date >= date '2026-03-23'")
    for day, bucket in zip(WEEK, (290, 300, 310, 312, 314, 316, 330), strict=True):
        timed(world, [day], (bucket, bucket), count=2)
    assert verdicts(world)["ttft_p50_s"] == "steady"


def test_a_model_that_began_last_week_is_not_judged(world):
    timed(world, BEFORE[-6:], STEADY)
    timed(world, WEEK, (400,))
    assert "ttft_p50_s" not in verdicts(world)


def answered(world, days, ok, errors):
    for number, day in enumerate(days):
        told = {"ok_count": ok - number % 2, "error_count": errors + number % 2, "request_count": ok + errors}
        world.usage(str(day), "acme/two", 1, **told)


@pytest.mark.parametrize(("errors", "verdict"), [(2, "steady"), (12, "worse")])
def test_success_is_worse_when_it_falls_by_over_a_point(world, errors, verdict):
    answered(world, BEFORE, 199, 1)
    answered(world, WEEK, 200 - errors, errors)
    found = world.read("regressions", "verdict, round(change, 3)", "model_id = 'acme/two' and measure like 'request%'")
    [(told, change)] = found
    assert told == verdict
    assert math.isclose(change, -(errors - 1) / 200, abs_tol=0.001)
