"""Intervals held against simulated worlds whose truth is known."""

import numpy as np
import pytest

from pipeline import statistics
from pipeline.statistics import DRAWS, Traffic

USERS = 300
MODELS = 3


def world(rng, users=USERS, sigma=0.75):
    """What each user spent on each model in two windows: activity lognormal, taste and growth of their own."""
    activity = rng.lognormal(7, sigma, users)
    taste = rng.dirichlet((3, 2, 1), users)
    growth = rng.lognormal(0, 0.5, (users, MODELS))
    before = np.ceil(activity[:, None] * taste)
    return np.ceil(before * growth).T, before.T


def told(rng, now, before):
    """Intervals of a world whose users are called anything."""
    blocks = rng.integers(0, 1 << 63, now.shape[1], dtype=np.uint64)
    traffic = Traffic(now=now, before=before, now_total=now.sum(axis=1), before_total=before.sum(axis=1))
    return statistics.intervals(traffic, statistics.weights(blocks))


def covered(worlds, seed=20260330):
    """How often the true share of the first model and its true change lie inside their intervals."""
    rng = np.random.default_rng(seed)
    now, before = world(rng, 400_000)
    share, change = now[0].sum() / now.sum(), now[0].sum() / before[0].sum()
    hits = np.zeros(2)
    for _ in range(worlds):
        found = told(rng, *world(rng))
        hits += [
            found["share_low"][0] <= share <= found["share_high"][0],
            found["ratio_low"][0] <= change <= found["ratio_high"][0],
        ]
    return hits / worlds


def test_a_95_percent_interval_holds_the_truth_in_93_to_97_of_100_worlds():
    share, change = covered(1000)
    assert 0.93 <= share <= 0.97
    assert 0.93 <= change <= 0.97


@pytest.mark.nightly
def test_a_95_percent_interval_holds_the_truth_whatever_the_seed():
    found = np.mean([covered(1000, seed) for seed in range(8)], axis=0)
    assert ((found >= 0.935) & (found <= 0.965)).all()


def test_models_that_are_truly_equal_are_reported_as_tied():
    rng = np.random.default_rng(7)
    tied = 0
    for _ in range(300):
        activity = rng.lognormal(7, 0.75, USERS)
        spent = np.ceil(activity[:, None] * rng.dirichlet((2, 2, 2), USERS)).T
        found = told(rng, spent, spent)
        tied += (found["share_low"].max() <= found["share_high"].min()) and (found["rank_low"] <= 2).all()
    assert tied / 300 >= 0.93


def test_weights_are_poisson_with_mean_one():
    drawn = statistics.weights(np.arange(5000, dtype=np.uint64))
    assert drawn.shape == (5000, DRAWS)
    assert drawn.mean() == pytest.approx(1, abs=0.002)
    assert drawn.var() == pytest.approx(1, abs=0.005)
    assert (drawn == 0).mean() == pytest.approx(np.exp(-1), abs=0.001)
    assert abs(np.corrcoef(drawn[:200])[np.triu_indices(200, 1)]).max() < 0.2
    assert abs(np.corrcoef(drawn.T[:200])[np.triu_indices(200, 1)]).max() < 0.1


def test_a_users_weights_do_not_depend_on_who_else_there_is():
    blocks = np.array([5, 3, 2**64 - 1], dtype=np.uint64)
    assert (statistics.weights(blocks)[1] == statistics.weights(blocks[1:2])[0]).all()


def test_a_draw_without_earlier_traffic_leaves_the_change_unknown():
    now, before = np.ones((1, 40)), np.zeros((1, 40))
    before[0, 0] = 1
    found = told(np.random.default_rng(1), now, before)
    assert np.isnan([found["ratio_low"][0], found["ratio_high"][0]]).all()
    assert found["share_low"][0] == 1


def test_whole_numbers_add_up_alike_in_any_order():
    rng = np.random.default_rng(3)
    now, before = world(rng)
    blocks = rng.integers(0, 1 << 63, USERS, dtype=np.uint64)
    turned = rng.permutation(USERS)
    one, other = (
        statistics.intervals(
            Traffic(now[:, order], before[:, order], now.sum(axis=1), before.sum(axis=1)),
            statistics.weights(blocks[order]),
        )
        for order in (np.arange(USERS), turned)
    )
    assert all((one[name] == other[name]).all() for name in one)


def test_dominated_is_what_every_pair_in_every_draw_says():
    rng = np.random.default_rng(11)
    tokens = rng.integers(1, 1000, (6, 40)).astype(float)
    spend = tokens * rng.integers(1, 9, (6, 40)) * 1000
    merits = np.array([1.0, 3, 2, 3, 5, 5])
    times = statistics.weights(rng.integers(0, 1 << 63, 40, dtype=np.uint64))
    traffic = Traffic(now=spend, before=tokens, now_total=spend.sum(axis=1), before_total=tokens.sum(axis=1))
    prices = (spend @ times) / (tokens @ times)
    expected = [
        np.mean(
            [
                any(
                    price[other] <= price[model]
                    and merits[other] >= merits[model]
                    and (price[other] < price[model] or merits[other] > merits[model])
                    for other in range(6)
                )
                for price in prices.T
            ]
        )
        for model in range(6)
    ]
    assert statistics.dominated(traffic, merits, times) == pytest.approx(expected)
    assert len(set(expected)) > 3


def test_equal_prices_have_no_spread_however_little_each_user_paid():
    # $0.02 per million tokens: 400 thousand-millionths of a dollar for 20 tokens
    tokens = np.array([20.0] * 25)[None, :]
    found = told(np.random.default_rng(1), 20 * tokens, tokens)
    assert (found["ratio_low"][0], found["ratio_high"][0]) == (20, 20)


def test_a_price_that_no_known_user_paid_is_not_drawn():
    rng = np.random.default_rng(5)
    times = statistics.weights(rng.integers(0, 1 << 63, 25, dtype=np.uint64))
    spend, tokens = np.array([[0.0] * 25, [20.0] * 25]), np.array([[10.0] * 25, [10.0] * 25])
    traffic = Traffic(now=spend, before=tokens, now_total=np.array([300.0, 500]), before_total=np.array([250.0, 250]))
    assert np.isnan(statistics.intervals(traffic, times)["ratio_low"]).tolist() == [True, False]
    # As a rival its price stays what it is: 1.2 is always under 2.
    part = statistics.dominated(traffic, np.array([1.0, 1.0]), times)
    assert np.isnan(part[0])
    assert part[1] == 1
