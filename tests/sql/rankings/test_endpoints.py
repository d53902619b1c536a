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


def test_a_model_of_one_known_provider_has_no_choice(world):
    served(world, "acme", "1")
    served(world, None, "2", SLOW)
    assert world.read("endpoints", COLUMNS, WEEK) == []


def test_other_models_are_another_choice(world):
    served(world, "good", "1", ok=100, failed=0)
    served(world, "bad", "2", SLOW)
    world.usage(DAY, "acme/two", 10, provider_name="good")
    assert {row[0] for row in world.read("endpoints", "model_id", WEEK)} == {"acme/one"}
