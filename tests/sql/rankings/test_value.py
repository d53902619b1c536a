"""Quality beside price: which score counts, and who is on the frontier."""

WEEK = "period = '1w'"
DAY = "2026-03-23"


def point(world, model, usd_per_mtok, score, **columns):
    """A model that paid so much per million tokens, with a score (either may be None)."""
    if usd_per_mtok is None:
        world.usage(DAY, model, 1_000_000)
    else:
        world.paid(DAY, model, 1_000_000, usd_per_mtok)
    if score is not None:
        scored(world, model, score, **columns)


def scored(world, model, score, **columns):
    world.add("reference.quality", model_id=model, score=score, **{"benchmark": "quiz", "variant": "default"} | columns)


def frontier(world, where=WEEK):
    return world.read("value", "frontier_order, model_id", f"{where} and is_on_frontier")


def test_the_frontier_keeps_what_scores_above_everything_cheaper(world):
    point(world, "acme/cheap", "1", 50)
    point(world, "acme/worse", "2", 40)
    point(world, "acme/same", "2", 50)
    point(world, "acme/best", "3", 70)
    assert frontier(world) == [(1, "acme/cheap"), (2, "acme/best")]


def test_of_equal_prices_the_best_score_stands(world):
    point(world, "acme/a", "1", 50)
    point(world, "acme/b", "1", 60)
    assert frontier(world) == [(1, "acme/b")]


def test_exact_equals_both_stand(world):
    point(world, "acme/b", "1", 60)
    point(world, "acme/a", "1", 60)
    assert frontier(world) == [(1, "acme/a"), (2, "acme/b")]


def test_without_a_price_or_score_there_is_no_place_on_the_frontier(world):
    point(world, "acme/unpriced", None, 99)
    point(world, "acme/unscored", "1", None)
    point(world, "acme/whole", "2", 10)
    assert world.read("value", "model_id, is_on_frontier, frontier_order", WEEK) == [
        ("acme/unpriced", False, None),
        ("acme/whole", True, 1),
    ]


def test_benchmarks_are_never_mixed(world):
    point(world, "acme/one", "1", 90)
    point(world, "acme/two", "2", 10, benchmark="exam")
    assert world.read("value", "benchmark, frontier_order, model_id", WEEK) == [
        ("exam", 1, "acme/two"),
        ("quiz", 1, "acme/one"),
    ]


def test_the_best_variant_counts_and_is_named(world):
    point(world, "acme/one", "1", 50, variant="low", score_low=40, score_high=60)
    scored(world, "acme/one", 70, variant="high", score_low=65, score_high=75)
    columns = "variant, quality_score, quality_low, quality_high"
    assert world.read("value", columns, WEEK) == [("high", 70, 65, 75)]


def test_the_users_own_figure_wins_over_a_better_public_one(world):
    point(world, "acme/one", "1", 70)
    scored(world, "acme/one", 30, variant="ours", match="user")
    assert world.read("value", "variant, quality_score, match", WEEK) == [("ours", 30, "user")]


def test_where_lower_is_better_the_frontier_goes_down(world):
    point(world, "acme/cheap", "1", 50, higher_is_better=False)
    point(world, "acme/worse", "2", 60, higher_is_better=False)
    point(world, "acme/best", "3", 20, higher_is_better=False)
    assert frontier(world) == [(1, "acme/cheap"), (2, "acme/best")]


def paid_by(world, model, usd_of, score=None, **columns):
    """A day on which each of these users paid so much for one million tokens of a scored model."""
    for user, usd in usd_of.items():
        spent = {"total_tokens": 1_000_000, "cost_usd": usd, "priced_tokens": 1_000_000, "priced_cost_usd": usd}
        world.add("rollups.user_activity_daily", event_date=DAY, user_id=user, model_id=model, **spent)
    world.paid(DAY, model, 1_000_000 * len(usd_of), str(sum(usd_of.values())), request_count=len(usd_of))
    if score is not None:
        scored(world, model, score, **columns)


def users(count, usd, first=0):
    return {f"user-{number:03}": usd for number in range(first, first + count)}


def dominated(world, where=WEEK):
    return world.read("value", "model_id, p_dominated", where)


def test_a_model_that_everybody_pays_more_for_and_that_scores_less_is_dominated_in_every_draw(world):
    paid_by(world, "acme/good", users(20, 1), 60)
    paid_by(world, "acme/bad", users(20, 2), 50)
    paid_by(world, "acme/best", users(20, 3), 70)
    assert dominated(world) == [("acme/bad", 1), ("acme/best", 0), ("acme/good", 0)]


def test_a_price_that_one_user_makes_is_as_sure_as_that_user_is_drawn(world):
    paid_by(world, "acme/plain", users(20, 1), 50)
    paid_by(world, "acme/best", users(20, 0.5, first=20) | {"whale": 100}, 70)
    # Dominated where the whale is not drawn: exp(-1) of all draws.
    [best, (_, part)] = dominated(world)
    assert best == ("acme/best", 0)
    assert abs(part - 0.368) < 0.04


def test_equal_prices_are_decided_by_the_score_and_equal_scores_by_the_price(world):
    paid_by(world, "acme/a", users(20, 1), 60)
    paid_by(world, "acme/b", users(20, 1), 50)
    paid_by(world, "acme/c", users(20, 2), 60)
    paid_by(world, "acme/d", users(20, 1), 60)
    assert dominated(world) == [("acme/a", 0), ("acme/b", 1), ("acme/c", 1), ("acme/d", 0)]


def test_where_lower_is_better_the_lower_score_dominates(world):
    paid_by(world, "acme/few", users(20, 1), 10, higher_is_better=False)
    paid_by(world, "acme/many", users(20, 2), 20, higher_is_better=False)
    assert dominated(world) == [("acme/few", 0), ("acme/many", 1)]


def test_under_twenty_users_a_model_is_not_judged_but_may_dominate(world):
    paid_by(world, "acme/few", users(19, 1), 60)
    paid_by(world, "acme/bad", users(20, 2), 50)
    assert dominated(world) == [("acme/bad", 1), ("acme/few", None)]


def test_without_a_price_or_of_a_single_day_no_part_of_draws_is_told(world):
    paid_by(world, "acme/one", users(20, 1), 60)
    point(world, "acme/unpriced", None, 50)
    assert dominated(world) == [("acme/one", 0), ("acme/unpriced", None)]
    world.con.execute("update rollups.usage_daily set event_date = '2026-03-29'")
    world.con.execute("update rollups.user_activity_daily set event_date = '2026-03-29'")
    assert dominated(world, "period = '1d' and model_id = 'acme/one'") == [("acme/one", None)]


def test_another_benchmarks_scores_dominate_nothing(world):
    paid_by(world, "acme/good", users(20, 1), 60)
    paid_by(world, "acme/bad", users(20, 2), 50, benchmark="exam")
    assert world.read("value", "benchmark, p_dominated", WEEK) == [("exam", 0), ("quiz", 0)]


def test_cost_of_rows_without_tokens_is_in_no_drawn_price(world):
    paid_by(world, "acme/good", users(20, 1), 60)
    paid_by(world, "acme/bad", users(20, 2), 50)
    world.con.execute("update rollups.user_activity_daily set cost_usd = 99 where model_id = 'acme/good'")
    assert dominated(world) == [("acme/bad", 1), ("acme/good", 0)]
    price = "effective_usd_per_mtok_low, effective_usd_per_mtok_high"
    assert world.read("intervals", price, f"{WEEK} and unit = 'tokens' and model_id = 'acme/good'") == [(1, 1)]
