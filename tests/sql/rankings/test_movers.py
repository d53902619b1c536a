"""Movers: OpenRouter's change and trending by hand, momentum, who came and who left, and units that disagree."""

import pytest

WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")  # oldest first; the last is the latest complete one
TOKENS = "unit = 'tokens' and period = '1w'"


def history(world, model, *weekly_tokens):
    for week, tokens in zip(WEEKS, weekly_tokens, strict=True):
        if tokens is not None:
            world.usage(week, model, tokens)


def test_change_and_trending_by_hand_as_openrouter_reckons_them(world):
    # change   = 12 M / 8 M - 1                  = +0.5
    # trending = 12 M - (4 M + 6 M + 8 M) / 3    = 12 M - 6 M = 6 M
    history(world, "acme/rose", 4_000_000, 6_000_000, 8_000_000, 12_000_000)
    # change   = 2 M / 8 M - 1                   = -0.75
    # trending = 2 M - (8 M + 8 M + 8 M) / 3     = 2 M - 8 M = -6 M
    history(world, "acme/fell", 8_000_000, 8_000_000, 8_000_000, 2_000_000)
    # change   = no window before                = null
    # trending = 3 M - (0 + 0 + 0) / 3           = 3 M
    history(world, "acme/new", None, None, None, 3_000_000)
    columns = "model_id, change, trending, is_small_base, is_new"
    expected = [
        ("acme/fell", -0.75, -6_000_000, False, False),
        ("acme/new", None, 3_000_000, True, True),
        ("acme/rose", 0.5, 6_000_000, False, False),
    ]
    assert world.read("movers", columns, TOKENS) == expected
    assert world.read("adoption", columns, TOKENS) == expected


def test_a_model_that_left_keeps_its_earlier_value_and_has_no_rank(world):
    history(world, "acme/stays", 10, 10, 10, 10)
    history(world, "acme/gone", 9, 9, 9, None)
    columns = "model_id, rank, value, previous_value, change, trending, has_left"
    assert world.read("movers", columns, TOKENS) == [
        ("acme/gone", None, None, 9, None, -9.0, True),
        ("acme/stays", 1, 10, 10, 0.0, 0.0, False),
    ]


def test_a_model_that_left_long_ago_is_no_mover(world):
    history(world, "acme/stays", 10, 10, 10, 10)
    history(world, "acme/gone", 9, 9, None, None)
    assert world.read("movers", "model_id", TOKENS) == [("acme/stays",)]


def daily(world, model, days, tokens=100_000):
    """The same tokens every one of these days of March."""
    for day in days:
        world.usage(f"2026-03-{day:02}", model, tokens)


def momentum(world, model="acme/one", unit="tokens"):
    found = world.read("momentum", "age_days, momentum", f"unit = '{unit}' and model_id = '{model}'")
    return found[0] if found else None


def test_momentum_is_the_last_day_over_the_mean_day_of_the_last_thirty(world):
    # as of 30 March noon: the last whole day is the 29th, the 30 days begin on 28 February
    daily(world, "acme/log", [1], 1)
    world.usage("2026-02-20", "acme/one", 50_000_000)  # before the 30 days
    world.usage("2026-03-10", "acme/one", 40_000_000)
    world.usage("2026-03-29", "acme/one", 20_000_000)
    world.usage("2026-03-30", "acme/one", 90_000_000)  # the running day
    # 20 M / (60 M / 30) = 10
    assert momentum(world) == (30, pytest.approx(10))


def test_momentum_of_a_young_model_is_over_the_days_it_was_there(world):
    daily(world, "acme/log", [1], 1)
    daily(world, "acme/one", range(20, 30))
    # first used ten days ago: 100 K / (1 M / 10) = 1, where over 30 days it would be 3
    assert momentum(world) == (10, pytest.approx(1))


def test_momentum_counts_from_the_release_where_that_is_earlier_than_the_first_use(world):
    daily(world, "acme/log", [1], 1)
    daily(world, "acme/one", range(20, 30))
    world.add("reference.models", model_id="acme/one", released_date="2026-03-15")
    # released 15 days ago: 100 K / (1 M / 15) = 1.5
    assert momentum(world) == (15, pytest.approx(1.5))


def test_momentum_never_counts_days_before_the_log_began(world):
    daily(world, "acme/one", range(20, 30))
    world.add("reference.models", model_id="acme/one", released_date="2024-01-01")
    assert momentum(world) == (10, pytest.approx(1))


def test_momentum_is_unknown_under_seven_days_and_on_a_small_base(world):
    daily(world, "acme/log", [1], 1)
    daily(world, "acme/young", range(24, 30), 9_000_000)
    daily(world, "acme/seven", range(23, 30), 9_000_000)
    daily(world, "acme/small", range(10, 30), 10_000)
    assert momentum(world, "acme/young") == (6, None)
    assert momentum(world, "acme/seven") == (7, pytest.approx(1))
    assert momentum(world, "acme/small") == (20, None)
    assert momentum(world, "acme/small", "requests") == (20, pytest.approx(1))


def test_a_model_whose_last_day_was_silent_has_no_momentum_left(world):
    daily(world, "acme/log", [1], 1)
    daily(world, "acme/one", range(10, 29))
    assert momentum(world) == (20, 0)


def test_momentum_has_an_interval_where_twenty_users_tell(world):
    for day in range(1, 30):
        world.usage(f"2026-03-{day:02}", "acme/one", 2_000_000)
        for user in range(20):
            world.add(
                "rollups.user_activity_daily",
                event_date=f"2026-03-{day:02}",
                user_id=f"user-{user}",
                model_id="acme/one",
                total_tokens=100_000,
            )
    found = world.read("momentum", "momentum, momentum_low, momentum_high", "unit = 'tokens'")
    assert found == [(pytest.approx(1),) * 3]


def ordered(world, tokens, requests):
    """Models of these tokens and requests in the last week."""
    for number, (each, asked) in enumerate(zip(tokens, requests, strict=True)):
        world.usage("2026-03-23", f"acme/m{number}", each, request_count=asked)


def disagreement(world):
    columns = "model_count, overlap_count, kendall_tau_b"
    ((count, overlap, tau),) = world.read(
        "rank_disagreement", columns, "period = '1w' and unit = 'tokens' and other_unit = 'requests'"
    )
    return count, overlap, tau


def test_units_that_order_alike_agree_wholly_and_reversed_not_at_all(world):
    ordered(world, [50, 40, 30, 20, 10], [5, 4, 3, 2, 1])
    assert disagreement(world) == (5, 5, pytest.approx(1))
    world.con.execute("update rollups.usage_daily set request_count = 6 - request_count")
    assert disagreement(world) == (5, 5, pytest.approx(-1))


def test_kendalls_tau_b_by_hand_with_a_tie(world):
    ordered(world, [50, 40, 30, 20, 10], [3, 5, 4, 1, 1])
    # Of 10 pairs the first model's two with the next two turn, the last two tie on requests:
    # 7 alike, 2 turned, 1 tied: (7 - 2) / sqrt(10 * 9)
    assert disagreement(world) == (5, 5, pytest.approx(5 / 90**0.5))


def test_under_five_models_nothing_is_said_of_units(world):
    ordered(world, [50, 40, 30, 20], [4, 3, 2, 1])
    assert disagreement(world) == (4, 4, None)


def test_units_are_compared_over_the_first_ten_of_either(world):
    ordered(world, range(1, 13), range(12, 0, -1))
    # 12 models: the first ten by tokens are m2..m11, by requests m0..m9
    assert disagreement(world) == (12, 8, pytest.approx(-1))


def test_a_model_unknown_in_one_unit_is_not_compared(world):
    ordered(world, [50, 40, 30, 20, 10], [5, 4, 3, 2, 1])
    world.usage("2026-03-23", "acme/uncounted", None, request_count=90)
    assert disagreement(world) == (5, 5, pytest.approx(1))
