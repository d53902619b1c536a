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
