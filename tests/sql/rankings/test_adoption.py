"""Boards: order, shares, change, trend, and the row of all others."""

from decimal import Decimal

import pytest

WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")  # oldest first; the last is the latest complete one
TOKENS = "unit = 'tokens' and period = '1w'"


def history(world, model, *weekly_tokens):
    for week, tokens in zip(WEEKS, weekly_tokens, strict=True):
        if tokens is not None:
            world.usage(week, model, tokens)


def test_most_tokens_rank_first(world):
    world.usage("2026-03-23", "acme/small", 25)
    world.usage("2026-03-29", "acme/large", 75)
    assert world.read("adoption", "rank, model_id, value, share", TOKENS) == [
        (1, "acme/large", 75, 0.75),
        (2, "acme/small", 25, 0.25),
    ]


def test_equal_values_rank_by_model_id_without_gaps(world):
    for model in ("acme/c", "acme/a", "acme/b"):
        world.usage("2026-03-23", model, 100)
    assert world.read("adoption", "rank, model_id", TOKENS) == [(1, "acme/a"), (2, "acme/b"), (3, "acme/c")]


def test_the_running_week_is_not_on_a_board(world):
    world.usage("2026-03-23", "acme/one", 100)
    world.usage("2026-03-30", "acme/one", 900)
    assert world.read("adoption", "period, value", "unit = 'tokens'") == [("12w", 100), ("1w", 100), ("4w", 100)]
    assert world.read("weekly", "week_start::varchar, is_complete, total_tokens") == [
        ("2026-03-23", True, 100),
        ("2026-03-30", False, 900),
    ]


def test_change_compares_with_the_adjacent_week(world):
    history(world, "acme/one", None, None, 100, 150)
    assert world.read("adoption", "change, previous_value", TOKENS) == [(0.5, 100)]


def test_change_is_null_where_the_log_began_during_the_week_before(world):
    world.usage("2026-03-17", "acme/one", 100)
    world.usage("2026-03-23", "acme/one", 150)
    assert world.read("adoption", "previous_value, change, rank_change, is_new", TOKENS) == [(None, None, None, None)]


def test_trending_subtracts_the_mean_of_three_weeks_before(world):
    history(world, "acme/one", 40, 60, 80, 150)
    assert world.read("adoption", "trending", TOKENS) == [(90.0,)]


def test_a_model_that_did_not_exist_yet_counts_as_zero_in_the_trend(world):
    history(world, "acme/old", 10, 10, 10, 10)
    history(world, "acme/young", None, None, 60, 100)
    assert world.read("adoption", "model_id, trending", TOKENS) == [("acme/old", 0.0), ("acme/young", 80.0)]


def test_trending_is_null_where_the_log_is_shorter_than_four_windows(world):
    history(world, "acme/one", None, 60, 80, 150)
    assert world.read("adoption", "trending, change", TOKENS) == [(None, 0.875)]


def test_a_new_model_has_no_change_and_says_new(world):
    history(world, "acme/old", None, None, 100, 100)
    history(world, "acme/new", None, None, None, 300)
    assert world.read("adoption", "rank, model_id, previous_value, change, rank_change, is_new", TOKENS) == [
        (1, "acme/new", 0, None, None, True),
        (2, "acme/old", 100, 0.0, -1, False),
    ]


def test_rank_change_is_positive_for_a_model_that_rose(world):
    history(world, "acme/fell", None, None, 300, 100)
    history(world, "acme/rose", None, None, 200, 400)
    assert world.read("adoption", "rank, model_id, previous_rank, rank_change", TOKENS) == [
        (1, "acme/rose", 2, 1),
        (2, "acme/fell", 1, -1),
    ]


def test_a_base_under_a_million_tokens_is_small(world):
    history(world, "acme/big", None, None, 1_000_000, 2_000_000)
    history(world, "acme/tiny", None, None, 999_999, 2_000_000)
    assert world.read("adoption", "model_id, is_small_base", TOKENS) == [("acme/big", False), ("acme/tiny", True)]


def test_unknown_usage_is_listed_last_without_rank(world):
    world.usage("2026-03-23", "acme/known", 10)
    world.usage("2026-03-23", "acme/dark", None)
    assert world.read("adoption", "rank, model_id, value, share, coverage_share", TOKENS) == [
        (1, "acme/known", 10, 1.0, 1.0),
        (None, "acme/dark", None, None, 0.0),
    ]


def test_a_week_of_unknown_usage_leaves_change_and_trend_unknown(world):
    for week, tokens in zip(WEEKS, (10, 10, None, 10), strict=True):
        world.usage(week, "acme/one", tokens)
    assert world.read("adoption", "change, trending, is_new", TOKENS) == [(None, None, False)]


def test_answers_of_the_gateways_own_cache_are_requests_but_not_tokens(world):
    world.usage("2026-03-23", "acme/one", 1000, output_tokens=100, response_cache_hit_tokens=300)
    assert world.read("adoption", "unit, value", "period = '1w' and unit in ('tokens', 'requests')") == [
        ("requests", 10),
        ("tokens", 800),
    ]


def test_free_is_zero_dollars_and_unpriced_is_unknown(world):
    world.paid("2026-03-23", "acme/paid", 100, "2.5")
    world.paid("2026-03-23", "acme/free", 100, "0")
    world.usage("2026-03-23", "acme/unpriced", 100, cost_usd="0")  # failures that nobody billed are a true 0
    assert world.read("adoption", "rank, model_id, value, coverage_share", "unit = 'spend' and period = '1w'") == [
        (1, "acme/paid", Decimal("2.5"), 1.0),
        (2, "acme/free", 0, 1.0),
        (None, "acme/unpriced", None, 0.0),
    ]


def test_users_are_counted_once_and_unknown_ones_not_at_all(world):
    world.hides_nobody()
    world.usage("2026-03-23", "acme/one", 1, request_count=5)
    for day, user, model in (
        ("2026-03-23", "ann", "acme/one"),
        ("2026-03-24", "ann", "acme/one"),
        ("2026-03-24", "bob", "acme/one"),
        ("2026-03-24", "ann", "acme/two"),
    ):
        world.user(day, user, model)
    world.usage("2026-03-23", "acme/two", 1, request_count=1)
    world.user("2026-03-24", None, "acme/one", request_count=2)
    assert world.read(
        "adoption", "rank, model_id, value, share, coverage_share", "unit = 'users' and period = '1w'"
    ) == [
        (1, "acme/one", 2, 1.0, 0.6),
        (2, "acme/two", 1, 0.5, 1.0),
    ]


def test_a_model_whose_users_are_all_unknown_has_no_user_count(world):
    world.usage("2026-03-23", "acme/one", 1)
    world.user("2026-03-23", None, "acme/one", request_count=10)
    assert world.read("adoption", "rank, value, coverage_share", "unit = 'users' and period = '1w'") == [
        (None, None, 0.0)
    ]


@pytest.fixture
def crowd(world):
    """52 models: model-00 with 152 tokens down to model-51 with 101; the last two unlisted."""
    for number in range(52):
        model = f"acme/model-{number:02}"
        world.usage("2026-03-16", model, 100)
        world.usage("2026-03-23", model, 152 - number)
        world.user("2026-03-23", f"user-{number}", model, request_count=10)
        world.user("2026-03-23", "everywhere", model, request_count=10)
    world.usage("2026-03-16", "acme/gone", 50)
    return world


def test_all_beyond_the_first_fifty_are_one_row_without_rank(crowd):
    other = "unit = 'tokens' and period = '1w' and model_id = 'other'"
    assert crowd.read("adoption", "rank, value, model_count, author, is_new", other) == [
        (None, 102 + 101, 2, None, None)
    ]
    assert crowd.read("adoption", "max(rank), count(rank)", TOKENS) == [(50, 50)]


def test_listed_and_other_are_the_total_exactly(crowd):
    total = sum(152 - number for number in range(52))
    assert crowd.read("adoption", "sum(value), round(sum(share), 12)", TOKENS) == [(total, 1.0)]
    assert crowd.read("adoption", "sum(previous_value)", TOKENS) == [(52 * 100 + 50,)]


def test_other_users_are_people_not_sums(crowd):
    crowd.hides_nobody()
    users = "unit = 'users' and period = '1w'"
    # model-50 and model-51 have one user of their own each, and share one with everybody
    assert crowd.read("adoption", "value, model_count", f"{users} and model_id = 'other'") == [(3, 2)]
    assert crowd.read("adoption", "share", f"{users} and model_id = 'acme/model-00'") == [(2 / 53,)]


def test_fifty_models_need_no_other_row(world):
    for number in range(50):
        world.usage("2026-03-23", f"acme/model-{number}", 100)
    assert world.read("adoption", "count(*)", f"{TOKENS} and model_id = 'other'") == [(0,)]


def test_a_model_beyond_the_board_still_has_its_standing(crowd):
    where = "unit = 'tokens' and period = '1w' and model_id = 'acme/model-51'"
    assert crowd.read("standings", "rank, value, previous_value", where) == [(52, 101, 100)]
