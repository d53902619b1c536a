"""What tokens really cost, beside what the list says."""

from datetime import date
from decimal import Decimal

import pytest

WEEK = "period = '1w'"
DAY = "2026-03-23"


def listed(world, provider, input_usd, output_usd, **columns):
    world.add(
        "reference.list_prices",
        model_id="acme/one",
        provider_name=provider,
        input_usd_per_mtok=input_usd,
        output_usd_per_mtok=output_usd,
        **columns,
    )


def test_the_effective_price_is_of_priced_tokens_alone(world):
    world.paid(DAY, "acme/one", 1_000_000, "3")
    world.usage(DAY, "acme/one", 3_000_000, provider_name="elsewhere")
    columns = "effective_usd_per_mtok, pricing_coverage_share, spend_usd, rank"
    assert world.read("price", columns, WEEK) == [(3.0, 0.25, Decimal(3), 1)]


def test_free_ranks_first_and_unpriced_not_at_all(world):
    world.paid(DAY, "acme/cheap", 1000, "0.001")
    world.paid(DAY, "acme/free", 1000, "0")
    world.usage(DAY, "acme/unpriced", 1000)
    columns = "rank, model_id, effective_usd_per_mtok, spend_usd, pricing_coverage_share"
    assert world.read("price", columns, WEEK) == [
        (1, "acme/free", 0.0, 0, 1.0),
        (2, "acme/cheap", 1.0, Decimal("0.001"), 1.0),
        (None, "acme/unpriced", None, None, 0.0),
    ]


def test_cost_per_success_carries_the_failures(world):
    counts = {"ok_count": 10, "error_count": 5, "request_count": 15, "priced_outcome_count": 15}
    world.paid(DAY, "acme/one", 1000, "3", failed_cost_usd="1", **counts)
    columns = "cost_usd_per_request, cost_usd_per_success, failed_spend_usd"
    assert world.read("price", columns, WEEK) == [(0.2, 0.3, 1)]


CENT = 806  # the bucket of 0.01 dollars: ceil(ln(1e7) / ln(1.01 / 0.99))


def costs(world, *buckets, day=DAY):
    """Requests of acme/one, by the buckets of what they cost."""
    for bucket, requests in buckets:
        world.add("rollups.request_cost_daily", event_date=day, bucket=bucket, request_count=requests)


def test_the_median_request_is_not_moved_by_one_that_cost_a_fortune(world):
    world.paid(DAY, "acme/one", 1000, "1000.09")
    costs(world, (CENT, 9), (CENT + 600, 1))
    [(median, n)] = world.read("price", "cost_usd_per_request_p50, cost_usd_per_request_n", WEEK)
    assert (median, n) == (pytest.approx(0.01, rel=0.01), 10)


@pytest.mark.parametrize(("requests", "is_told"), [(7, False), (8, True)])
def test_a_median_cost_needs_eight_requests(world, requests, is_told):
    world.paid(DAY, "acme/one", 1000, "1")
    costs(world, (CENT, requests))
    told = "cost_usd_per_request_p50 is not null, cost_usd_per_request_p50_low is not null, cost_usd_per_request_n"
    assert world.read("price", told, WEEK) == [(is_told, is_told, requests)]


def test_where_most_requests_are_free_the_median_is_zero(world):
    world.paid(DAY, "acme/one", 1000, "1")
    costs(world, (0, 50), (CENT, 10))
    columns = "cost_usd_per_request_p50, cost_usd_per_request_p50_low, cost_usd_per_request_p50_high"
    assert world.read("price", columns, WEEK) == [(0, 0, 0)]


def test_medians_of_days_are_not_averaged_but_their_buckets_added(world):
    for day, bucket, requests in ((DAY, 0, 60), ("2026-03-24", CENT, 61)):
        world.paid(day, "acme/one", 1000, "1")
        costs(world, (bucket, requests), day=day)
    [(median,)] = world.read("price", "cost_usd_per_request_p50", WEEK)
    assert median == pytest.approx(0.01, rel=0.01)


def test_no_success_has_no_cost_per_success(world):
    world.paid(DAY, "acme/one", 1000, "3", ok_count=0, error_count=10, priced_ok_count=0)
    assert world.read("price", "cost_usd_per_success", WEEK) == [(None,)]


def test_costs_per_request_and_success_are_of_requests_whose_cost_is_known(world):
    # 11 ok requests cost 22 in all; of 90 others, 9 failures among them, and of 5 gateway cache hits, no cost is known
    counts = dict.fromkeys(("priced_request_count", "priced_ok_count", "priced_outcome_count"), 11)
    world.paid(DAY, "acme/one", 1100, "22", request_count=11, **counts)
    world.usage(DAY, "acme/one", provider_name="elsewhere", request_count=90, ok_count=81, error_count=9)
    world.usage(DAY, "acme/one", provider_name="cache", request_count=5, response_cache_hit_count=5, price_due_count=0)
    assert world.read("price", "cost_usd_per_request, cost_usd_per_success", WEEK) == [(2.0, 2.0)]


def test_the_share_of_requests_priced_counts_those_without_tokens_too(world):
    world.paid(DAY, "acme/one", 1000, "3")
    world.usage(DAY, "acme/one", provider_name="elsewhere", request_count=30)
    world.usage(DAY, "acme/one", provider_name="cache", request_count=5, response_cache_hit_count=5, price_due_count=0)
    columns = "pricing_coverage_share, priced_request_share"
    assert world.read("price", columns, WEEK) == [(1.0, 0.25)]
    assert world.read("leaderboard", columns, f"{WEEK} and unit = 'tokens'") == [(1.0, 0.25)]


def test_cache_hit_rate_is_of_input_whose_cache_use_is_known(world):
    world.usage(DAY, "acme/one", 1000, cache_read_input_tokens=100, cache_known_input_tokens=400)
    assert world.read("price", "cache_hit_rate", WEEK) == [(0.25,)]


def test_the_gateways_own_cache_hits_are_in_no_cache_hit_rate(world):
    told = {"cache_read_input_tokens": 900, "model_cache_read_tokens": 100, "cache_known_input_tokens": 400}
    world.usage(DAY, "acme/one", 1000, **told)
    assert world.read("price", "cache_hit_rate", WEEK) == [(0.25,)]


def test_recorded_and_listed_costs_are_of_the_same_rows(world):
    world.paid(DAY, "acme/one", 1000, "9", compared_cost_usd="1.1", compared_list_cost_usd="1")
    assert world.read("price", "round(recorded_to_list_ratio, 9)", WEEK) == [(1.1,)]


def test_the_blend_is_the_list_price_of_the_models_own_mix(world):
    listed(world, "acme", "4", "20", cache_read_usd_per_mtok="0.4", cache_write_usd_per_mtok="5")
    world.usage(DAY, "acme/one", 800, output_tokens=200, cache_read_input_tokens=500, cache_write_input_tokens=100)
    # (200 x 4 + 500 x 0.4 + 100 x 5 + 200 x 20) / 1000
    assert world.read("price", "blended_usd_per_mtok", WEEK) == [(5.5,)]


def test_the_blend_leaves_the_gateways_own_cache_hits_out(world):
    listed(world, "acme", "4", "20", cache_read_usd_per_mtok="0.4", cache_write_usd_per_mtok="5")
    world.usage(DAY, "acme/one", 800, output_tokens=200, cache_read_input_tokens=500, cache_write_input_tokens=100)
    hits = {"output_tokens": 900, "cache_read_input_tokens": 700, "cache_write_input_tokens": 100}
    answered = {"response_cache_hit_tokens": 1800, "response_cache_hit_count": 10, "price_due_count": 0}
    nothing = dict.fromkeys(
        ("model_input_tokens", "model_output_tokens", "model_cache_read_tokens", "model_cache_write_tokens")
    )
    world.usage(DAY, "acme/one", 900, provider_name="cache", **hits, **answered, **nothing)
    assert world.read("price", "blended_usd_per_mtok", WEEK) == [(5.5,)]


def test_a_class_in_use_without_a_price_has_no_blend(world):
    listed(world, "acme", "4", "20")
    world.usage(DAY, "acme/one", 800, output_tokens=200, cache_read_input_tokens=500)
    assert world.read("price", "blended_usd_per_mtok, list_cache_read_usd_per_mtok", WEEK) == [(None, None)]


@pytest.mark.parametrize(
    ("prices", "chosen"),
    [
        (["acme", "busy", None], "busy"),
        (["acme", "zoo"], "acme"),
        (["zoo", None], None),
    ],
)
def test_the_list_price_is_of_the_provider_that_serves_most(world, prices, chosen):
    world.usage(DAY, "acme/one", 90, provider_name="busy")
    world.usage(DAY, "acme/one", 10, provider_name="quiet")
    for provider in prices:
        listed(world, provider, "1", "2")
    columns = "price_provider_name, price_as_of, list_input_usd_per_mtok"
    assert world.read("price", columns, WEEK) == [(chosen, date(2026, 3, 30), 1)]


def test_the_list_price_is_the_one_valid_at_the_as_of_date(world):
    world.usage(DAY, "acme/one", 10)
    listed(world, "acme", "9", "9", valid_to="2026-03-01")
    listed(world, "acme", "5", "5", valid_from="2026-03-01", valid_to="2026-04-01")
    listed(world, "acme", "1", "1", valid_from="2026-04-01")
    assert world.read("price", "list_input_usd_per_mtok", WEEK) == [(5,)]


def test_a_list_price_of_some_hours_alone_says_what_the_others_cost(world):
    world.usage(DAY, "acme/one", 10)
    listed(world, "acme", "9", "9", valid_to="2026-03-01", other_hours_ratio=3, other_hours="00:00 to 01:00 UTC")
    listed(world, "acme", "5", "5", valid_from="2026-03-01", other_hours_ratio=2, other_hours="01:00 to 04:00 UTC")
    columns = "list_input_usd_per_mtok, other_hours_ratio, other_hours"
    assert world.read("price", columns, WEEK) == [(5, 2.0, "01:00 to 04:00 UTC")]


def test_the_mix_is_of_the_models_own_tokens(world):
    world.usage(DAY, "acme/one", 800, output_tokens=200, cache_read_input_tokens=500, cache_write_input_tokens=100)
    columns = "fresh_input_share, cache_read_share, cache_write_share, output_share"
    assert world.read("price", columns, WEEK) == [(0.2, 0.5, 0.1, 0.2)]


def test_outside_blends_are_three_to_one_and_seven_to_two_to_one(world):
    listed(world, "acme", "4", "20", cache_read_usd_per_mtok="0.4")
    world.usage(DAY, "acme/one", 10)
    # (3 x 4 + 20) / 4; (7 x 0.4 + 2 x 4 + 20) / 10
    columns = "blended_3_to_1_usd_per_mtok, round(blended_7_2_1_usd_per_mtok, 9)"
    assert world.read("price", columns, WEEK) == [(8.0, 3.08)]


def test_an_outside_blend_needs_every_price_it_mixes(world):
    listed(world, "acme", "4", "20")
    world.usage(DAY, "acme/one", 10)
    columns = "blended_3_to_1_usd_per_mtok, blended_7_2_1_usd_per_mtok"
    assert world.read("price", columns, WEEK) == [(8.0, None)]


@pytest.mark.parametrize(("usd", "is_above"), [("3", False), ("3.001", True)])
def test_an_effective_price_above_three_times_the_blend_is_flagged(world, usd, is_above):
    listed(world, "acme", "1", "1")
    world.paid(DAY, "acme/one", 1_000_000, usd)
    assert world.read("price", "is_above_3x_blended", WEEK) == [(is_above,)]


@pytest.mark.parametrize(
    ("recorded", "is_off"), [("0.94", True), ("0.95", False), ("1.05", False), ("1.06", True), (None, None)]
)
def test_recorded_costs_off_the_list_are_flagged(world, recorded, is_off):
    world.paid(DAY, "acme/one", 1000, "9", compared_cost_usd=recorded, compared_list_cost_usd="1")
    assert world.read("price", "is_off_list", WEEK) == [(is_off,)]


def test_the_share_of_spend_on_failures_is_of_what_is_known(world):
    world.paid(DAY, "acme/one", 1000, "4", failed_cost_usd="1")
    world.paid(DAY, "acme/sound", 1000, "4")
    world.usage(DAY, "acme/unpriced", 1000)
    columns = "model_id, failed_spend_share"
    assert world.read("price", columns, WEEK) == [("acme/one", 0.25), ("acme/sound", 0.0), ("acme/unpriced", None)]


def test_caching_can_cost_more_than_it_saves(world):
    world.paid(DAY, "acme/one", 1000, "4", cache_savings_usd="-0.5")
    assert world.read("price", "cache_savings_usd", WEEK) == [(Decimal("-0.5"),)]
