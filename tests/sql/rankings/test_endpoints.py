"""One model at several providers: which of them another one beats on every count."""

import pytest

WEEK = "period = '1w'"
DAY = "2026-03-23"
SLOW, QUICK = 300, 250  # log buckets: about 400 ms and 147 ms
COLUMNS = "provider_name, is_dominated, dominated_by"


def served(world, provider, usd, bucket=QUICK, ok=99, failed=1, streams=8):
    """A day of one million tokens of acme/one at a provider."""
    counts = {"request_count": ok + failed, "ok_count": ok, "error_count": failed}
    world.paid(DAY, "acme/one", 1_000_000, usd, provider_name=provider, **counts)
    latency = {"event_date": DAY, "model_id": "acme/one", "provider_name": provider}
    world.add("rollups.latency_daily", bucket=bucket, sample_count=streams, **latency)


def test_a_provider_that_another_beats_on_all_three_is_dominated(world):
    served(world, "good", "1", QUICK, ok=100, failed=0)
    served(world, "bad", "2", SLOW)
    assert world.read("endpoints", COLUMNS, WEEK) == [("bad", True, "good"), ("good", False, None)]


def test_the_better_ones_figures_stand_beside_it(world):
    served(world, "good", "1", ok=100, failed=0)
    served(world, "bad", "2", SLOW)
    columns = "effective_usd_per_mtok, other_usd_per_mtok, request_success_rate, other_success_rate, request_success_n"
    assert world.read("endpoints", columns, f"{WEEK} and is_dominated") == [(2.0, 1.0, 0.99, 1.0, 100)]


@pytest.mark.parametrize("better", [{"usd": "0.5"}, {"bucket": QUICK - 1}, {"ok": 100, "failed": 0}])
def test_better_on_one_and_equal_on_the_rest_dominates(world, better):
    served(world, "plain", "1")
    served(world, "other", **{"usd": "1"} | better)
    assert world.read("endpoints", COLUMNS, WEEK) == [("other", False, None), ("plain", True, "other")]


def test_equals_do_not_dominate_each_other(world):
    served(world, "one", "1")
    served(world, "two", "1")
    assert world.read("endpoints", COLUMNS, WEEK) == [("one", False, None), ("two", False, None)]


def test_cheaper_but_slower_dominates_nobody(world):
    served(world, "cheap", "1", SLOW)
    served(world, "quick", "2", QUICK)
    assert world.read("endpoints", "is_dominated", WEEK) == [(False,), (False,)]


@pytest.mark.parametrize("few", [{"streams": 7}, {"ok": 19, "failed": 0}])
def test_too_few_samples_on_either_side_are_not_compared(world, few):
    served(world, "bad", "2", SLOW)
    served(world, "good", **{"usd": "1", "ok": 100, "failed": 0} | few)
    columns = "provider_name, is_compared, is_dominated"
    assert world.read("endpoints", columns, WEEK) == [("bad", True, False), ("good", False, False)]


def test_an_unpriced_provider_is_not_compared(world):
    served(world, "bad", "2", SLOW)
    served(world, "good", None, ok=100, failed=0)
    assert world.read("endpoints", "is_compared, is_dominated", WEEK) == [(False, False), (True, False)]


def test_of_several_better_ones_the_cheapest_is_named(world):
    served(world, "bad", "3", SLOW)
    served(world, "good", "2", QUICK)
    served(world, "cheap", "1", SLOW)
    assert world.read("endpoints", "dominated_by", f"{WEEK} and provider_name = 'bad'") == [("cheap",)]


CLEAR = "is_clear, clear_on"
BAD = f"{WEEK} and provider_name = 'bad'"


@pytest.mark.parametrize(
    ("good", "clear_on"),
    [
        ({"usd": "0.90"}, "price"),
        ({"usd": "0.91"}, None),
        ({"bucket": QUICK - 2}, "first token"),
        ({"bucket": QUICK - 1}, None),
        ({"ok": 1000, "failed": 0}, "success"),
        ({"ok": 980, "failed": 20}, None),
        ({"usd": "0.5", "bucket": QUICK - 9, "ok": 1000, "failed": 0}, "price, first token, success"),
    ],
)
def test_a_verdict_is_clear_where_a_gap_is_wider_than_luck(world, good, clear_on):
    # All 400 streams are in one bucket, so an interval of the median is that bucket, from edge to edge.
    served(world, "bad", "1", streams=400, ok=970, failed=30)
    served(world, "good", **{"usd": "1", "streams": 400, "ok": 970, "failed": 30} | good)
    assert world.read("endpoints", f"is_dominated, {CLEAR}", BAD) == [(True, clear_on is not None, clear_on)]


def test_nothing_to_pay_is_not_clearly_less_than_nothing(world):
    served(world, "bad", "0", streams=400, ok=970, failed=30)
    served(world, "good", "0", streams=400, ok=971, failed=29)
    assert world.read("endpoints", f"is_dominated, {CLEAR}", BAD) == [(True, False, None)]


def test_few_samples_make_the_same_gap_a_matter_of_luck(world):
    served(world, "bad", "1", ok=19, failed=1)
    served(world, "good", "1", ok=20, failed=0)
    assert world.read("endpoints", CLEAR, BAD) == [(False, None)]
    served(world, "bad", None, ok=1881, failed=99)
    served(world, "good", None, ok=1980, failed=0)
    assert world.read("endpoints", CLEAR, BAD) == [(True, "success")]


def test_a_clear_one_is_named_before_a_cheaper_one_within_error(world):
    served(world, "bad", "1.00", ok=950, failed=50)
    served(world, "cheap", "0.95", ok=951, failed=49)
    served(world, "sound", "0.98", ok=1000, failed=0)
    assert world.read("endpoints", f"dominated_by, {CLEAR}", BAD) == [("sound", True, "success")]


def test_what_is_not_dominated_is_neither_clear_nor_unclear(world):
    served(world, "good", "1")
    served(world, "bad", "2")
    assert world.read("endpoints", CLEAR, f"{WEEK} and provider_name = 'good'") == [(None, None)]


def test_an_endpoint_stands_beside_its_intervals(world):
    served(world, "one", "1", QUICK, ok=80, failed=20, streams=400)
    served(world, "two", "1", QUICK, ok=80, failed=20, streams=400)
    columns = (
        "round(request_success_rate_low, 4), round(request_success_rate_high, 4), ttft_p50_s_high / ttft_p50_s_low"
    )
    [low, high, width] = world.read("endpoints", columns, f"{WEEK} and provider_name = 'one'")[0]
    assert (low, high) == (0.7112, 0.8666)
    assert width == pytest.approx(1.01 / 0.99)


def test_a_model_of_one_known_provider_has_no_choice(world):
    served(world, "acme", "1")
    served(world, None, "2", SLOW)
    assert world.read("endpoints", COLUMNS, WEEK) == []


def test_other_models_are_another_choice(world):
    served(world, "good", "1", ok=100, failed=0)
    served(world, "bad", "2", SLOW)
    world.usage(DAY, "acme/two", 10, provider_name="good")
    assert {row[0] for row in world.read("endpoints", "model_id", WEEK)} == {"acme/one"}
