"""A world whose truth is known: who returns, and what a new model takes from which, are found again."""

from datetime import date, timedelta

import numpy as np
import pytest

FIRST = date(2026, 1, 5)  # a Monday; twelve complete weeks until 30 March
WEEKS = 12
RETURNS = np.array([1.0, 0.55, 0.42, 0.36, 0.33, 0.31, 0.30, 0.30, 0.29, 0.29, 0.28, 0.28])  # true, by age
NEWCOMERS = 300  # a week
SPLIT = {"acme/a": 0.5, "acme/b": 0.3, "acme/c": 0.2}  # true shares of tokens before
MOVES = {"acme/a": 0.6, "acme/b": 0.2, "acme/c": 0.0}  # true part of each that goes to the new model


def fill(world, days, users, models, tokens):
    """Activity of users, column by column."""
    world.con.execute(
        "insert into rollups.user_activity_daily by name select unnest($days) as event_date,"
        " unnest($users) as user_id, unnest($models) as model_id, unnest($tokens) as total_tokens",
        {"days": days, "users": users, "models": models, "tokens": tokens},
    )


@pytest.fixture
def returning(world):
    """Three hundred newcomers a week, each of whom returns in a week by chance alone."""
    draws = np.random.default_rng(8)
    world.usage(str(FIRST - timedelta(days=7)), "acme/zero", 1)
    days, users = [], []
    for week in range(WEEKS):
        active = draws.random((NEWCOMERS, WEEKS - week)) < RETURNS[: WEEKS - week]
        for user, age in zip(*np.nonzero(active), strict=True):
            days.append(FIRST + timedelta(weeks=week + int(age)))
            users.append(f"{week}-{user}")
    fill(world, days, users, ["acme/one"] * len(days), [1] * len(days))
    return world


def test_true_rates_of_return_lie_in_their_intervals(returning):
    cells = returning.read(
        "retention",
        "age, retention_share, retention_share_low, retention_share_high, cohort_user_count",
        "grain = 'week' and model_id = 'acme/one' and age > 0",
    )
    assert len(cells) == WEEKS * (WEEKS - 1) // 2
    inside = [low <= RETURNS[age] <= high for age, _, low, high, _ in cells]
    assert np.mean(inside) >= 0.90  # of 66 intervals of 95 %
    for age in range(1, WEEKS):
        found = [share for at, share, *_ in cells if at == age]
        spread = np.sqrt(RETURNS[age] * (1 - RETURNS[age]) / (NEWCOMERS * len(found)))
        assert abs(np.mean(found) - RETURNS[age]) <= 4 * spread


@pytest.fixture
def moving(world):
    """Five hundred users of three models; from 2 March on part of each one's tokens go to a new model."""
    draws = np.random.default_rng(9)
    world.usage("2026-02-02", "acme/a", 1)
    world.usage("2026-03-02", "acme/new", 1)
    after = {model: share * (1 - MOVES[model]) for model, share in SPLIT.items()}
    after["acme/new"] = 1 - sum(after.values())
    days, users, models, tokens = [], [], [], []
    for user in range(500):
        size = int(draws.lognormal(8, 1)) + 400
        for day, shares in ((date(2026, 2, 9), SPLIT), (date(2026, 3, 9), after)):
            for model, count in zip(shares, draws.multinomial(size, list(shares.values())), strict=True):
                if count:
                    days.append(day)
                    users.append(f"u-{user}")
                    models.append(model)
                    tokens.append(int(count))
    fill(world, days, users, models, tokens)
    return world


def test_what_a_new_model_took_from_each_is_found(moving):
    taken = {model: SPLIT[model] * MOVES[model] for model in SPLIT}
    found = dict(moving.read("substitution", "from_model_id, gain_share", "window_weeks = 4"))
    assert found["acme/a"] == pytest.approx(taken["acme/a"] / sum(taken.values()), abs=0.02)
    assert found["acme/b"] == pytest.approx(taken["acme/b"] / sum(taken.values()), abs=0.02)
    assert found["acme/c"] < 0.02  # what chance alone moves
    assert sum(found.values()) == pytest.approx(1)


def test_the_new_model_gained_its_true_share_of_its_users_tokens(moving):
    [(gained, users)] = moving.read("arrivals", "gain_tokens, user_count", "window_weeks = 4")
    [(tokens,)] = moving.con.execute(
        "select sum(total_tokens) from rollups.user_activity_daily where event_date >= '2026-03-02'"
    ).fetchall()
    assert users == 500
    assert float(gained / tokens) == pytest.approx(sum(SPLIT[model] * MOVES[model] for model in SPLIT), abs=0.005)
