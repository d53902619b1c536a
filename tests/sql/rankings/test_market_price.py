"""Price and usage over the models of a log: the grid of slopes, and the four quadrants."""

import math

import pytest

WEEK = "period = '1w'"
DAY = "2026-03-23"
CELL = f"{WEEK} and unit = 'tokens' and price_axis = 'effective'"


def market(world, points):
    """Models `acme/0`, `acme/1`, ... of (USD per million, million tokens), as many requests as million tokens."""
    for number, (usd, millions) in enumerate(points):
        tokens = round(millions * 1e6)
        paid = None if usd is None else str(round(usd * millions, 10))
        world.paid(DAY, f"acme/{number}", tokens, paid, request_count=max(round(millions), 1))


def test_on_a_power_law_every_slope_is_its_exponent(world):
    market(world, [(2**k, 2 ** (12 - k)) for k in range(10)])
    columns = "weighting, model_count, round(slope, 6), round(r, 6), round(slope_low, 5), round(slope_high, 5)"
    assert world.read("market_price_slope", columns, CELL) == [
        ("by_usage", 10, -1.0, -1.0, -1.0, -1.0),
        ("none", 10, -1.0, -1.0, -1.0, -1.0),
    ]


def test_a_slope_its_r_and_its_hc1_interval_are_those_of_the_sum_done_by_hand(world):
    # five models at $1 and five at $e, usage e^(+-1) about 1 and e^2: slope 2, residuals +-1 (one 0 each side), hence
    # HC1: 10/8 * sum(dx^2 e^2) / sum(dx^2)^2 = 1.25 * (8 * 0.25) / 2.5^2 = 0.4; r = 5 / sqrt(2.5 * 18)
    noise = (1, 1, -1, -1, 0)
    market(world, [(math.exp(x), 100 * math.exp(2 * x + e)) for x in (0, 1) for e in noise])
    [row] = world.read("market_price_slope", "slope, slope_low, slope_high, r", f"{CELL} and weighting = 'none'")
    half = 1.96 * math.sqrt(0.4)
    assert row == pytest.approx((2, 2 - half, 2 + half, 5 / math.sqrt(2.5 * 18)), abs=1e-4)


def test_weighting_by_usage_lets_the_large_decide(world):
    # nine models at $1 and one at $e, all of one usage but for the last of 90: its side weighs 90 to 9
    market(world, [(1, 1)] * 8 + [(1, 10), (math.e, 90)])
    rows = world.read("market_price_slope", "weighting, slope, effective_n", CELL)
    by_usage, none = rows
    # at $1 ln usage is on average ln 10 / 9, weighted 10 ln 10 / 18
    assert none == pytest.approx(("none", math.log(90) - math.log(10) / 9, 10), abs=1e-4)
    assert by_usage[1] == pytest.approx(math.log(90) - 10 * math.log(10) / 18, abs=1e-4)
    assert by_usage[2] == pytest.approx((8 + 10 + 90) ** 2 / (8 + 100 + 8100), abs=1e-4)


def test_under_ten_models_there_is_no_slope(world):
    market(world, [(2**k, 2 ** (12 - k)) for k in range(9)])
    columns = "model_count, slope, slope_low, slope_high, r"
    assert world.read("market_price_slope", columns, CELL) == [(9, None, None, None, None)] * 2


def test_one_price_for_all_has_no_slope(world):
    market(world, [(1, k) for k in range(1, 12)])
    assert world.read("market_price_slope", "model_count, slope, r", CELL) == [(11, None, None)] * 2


def test_free_unpriced_and_unused_models_are_in_no_market(world):
    market(world, [(1, 1), (0, 1), (None, 1)])
    world.usage(DAY, "acme/without-tokens")
    where = f"{WEEK} and unit = 'tokens'"
    assert world.read("price_usage", "model_id, usd_per_mtok, value", where) == [("acme/0", 1.0, 1e6)]


def test_the_grid_has_each_unit_price_and_weighting(world):
    world.hides_nobody()
    world.paid(DAY, "acme/one", 1_000_000, "3", request_count=7)
    world.user(DAY, "ann", "acme/one")
    world.add("reference.list_prices", model_id="acme/one", provider_name="acme", input_usd_per_mtok="4")
    cells = world.read("price_usage", "unit, price_axis, usd_per_mtok, value", WEEK)
    assert cells == [
        ("requests", "blended", 4.0, 7.0),
        ("requests", "effective", 3.0, 7.0),
        ("tokens", "blended", 4.0, 1e6),
        ("tokens", "effective", 3.0, 1e6),
        ("users", "blended", 4.0, 1.0),
        ("users", "effective", 3.0, 1.0),
    ]
    assert len(world.read("market_price_slope", "model_count", WEEK)) == 12


def test_a_quadrant_is_the_sides_of_both_medians(world):
    market(world, [(1, 1), (1, 100), (100, 1), (100, 100)])
    columns = "model_id, quadrant, round(median_usd_per_mtok, 9), round(median_value / 1e6, 9)"
    assert world.read("quadrants", columns, f"{WEEK} and unit = 'tokens'") == [
        ("acme/0", "Niche", 10.0, 10.0),
        ("acme/1", "Mass-market", 10.0, 10.0),
        ("acme/2", "Specialised", 10.0, 10.0),
        ("acme/3", "Premium", 10.0, 10.0),
    ]


def test_on_the_median_is_above_it(world):
    market(world, [(1, 1), (2, 2), (3, 3)])
    assert world.read("quadrants", "model_id, quadrant", f"{WEEK} and unit = 'tokens'") == [
        ("acme/0", "Niche"),
        ("acme/1", "Premium"),
        ("acme/2", "Premium"),
    ]
