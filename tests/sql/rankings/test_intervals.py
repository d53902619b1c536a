"""Intervals: what users drawn anew say of shares, ranks, changes and prices, and where too few users say nothing."""

import pytest

NOW, BEFORE = "2026-03-23", "2026-03-16"
TOKENS = "period = '1w' and unit = 'tokens'"


def traffic(world, day, model, tokens_of, usd_per_mtok=2):
    """A day of a model's traffic, one request of each of these users; None is nobody known."""
    for user, tokens in tokens_of.items():
        world.add(
            "rollups.user_activity_daily",
            event_date=day,
            user_id=user,
            model_id=model,
            total_tokens=tokens,
            cost_usd=tokens * usd_per_mtok / 1e6,
            priced_tokens=tokens,
            priced_cost_usd=tokens * usd_per_mtok / 1e6,
        )
    total = sum(tokens_of.values())
    world.paid(day, model, total, f"{total * usd_per_mtok / 1e6:.6f}", request_count=len(tokens_of))


def people(count, tokens=1_000_000, first=0):
    return {f"user-{number:03}": tokens for number in range(first, first + count)}


def test_everybody_alike_leaves_nothing_to_luck(world):
    traffic(world, BEFORE, "acme/one", people(30))
    traffic(world, NOW, "acme/one", people(30, 2_000_000))
    columns = "share_low, share_high, rank_low, rank_high, change_low, change_high, has_clear_change"
    assert world.read("intervals", columns, TOKENS) == [(1, 1, 1, 1, 1, 1, True)]
    assert world.read("intervals", "effective_usd_per_mtok_low, effective_usd_per_mtok_high", TOKENS) == [(2, 2)]


def test_one_price_for_everybody_has_no_interval_however_little_each_paid(world):
    traffic(world, NOW, "acme/one", people(30, 20), usd_per_mtok=0.02)  # $0.0000004 each
    assert world.read("intervals", "effective_usd_per_mtok_low, effective_usd_per_mtok_high", TOKENS) == [(0.02, 0.02)]


@pytest.mark.parametrize(("users", "is_told"), [(19, False), (20, True)])
def test_under_twenty_users_nothing_is_said(world, users, is_told):
    traffic(world, BEFORE, "acme/one", people(users))
    traffic(world, NOW, "acme/one", people(users))
    told = "share_low is not null, rank_high is not null, change_low is not null, tied_group is not null"
    assert world.read("intervals", told, TOKENS) == [(is_told,) * 4]
    assert world.read("intervals", "effective_usd_per_mtok_low is not null", TOKENS) == [(is_told,)]


def test_models_that_the_same_number_use_alike_are_tied(world):
    traffic(world, NOW, "acme/one", people(40))
    traffic(world, NOW, "acme/two", people(40, first=40))
    assert world.read("intervals", "model_id, rank_low, rank_high, tied_group", TOKENS) == [
        ("acme/one", 1, 2, 1),
        ("acme/two", 1, 2, 1),
    ]


def test_models_far_apart_are_not_tied(world):
    traffic(world, NOW, "acme/large", people(40, 9_000_000))
    traffic(world, NOW, "acme/small", people(40, 1_000_000, first=40))
    columns = "model_id, rank_low, rank_high, tied_group, p_rank_le_1, p_rank_le_3"
    assert world.read("intervals", columns, TOKENS) == [
        ("acme/large", 1, 1, 1, 1.0, 1.0),
        ("acme/small", 2, 2, 2, 0.0, 1.0),
    ]


def test_one_heavy_user_makes_a_change_unclear(world):
    traffic(world, BEFORE, "acme/one", people(30))
    traffic(world, NOW, "acme/one", people(29) | {"user-029": 40_000_000})
    assert world.read("intervals", "change_low < 0.01, change_high > 1, has_clear_change", TOKENS) == [
        (True, True, False)
    ]


def test_change_is_unknown_where_the_log_does_not_cover_the_window_before(world):
    traffic(world, NOW, "acme/one", people(30))
    assert world.read("intervals", "change_low, change_high, has_clear_change", TOKENS) == [(None, None, None)]


def test_a_person_who_uses_two_models_is_one_of_the_whole(world):
    traffic(world, NOW, "acme/all", people(30))
    traffic(world, NOW, "acme/half", people(15))
    users = "period = '1w' and unit = 'users'"
    (everyone, half) = world.read("intervals", "model_id, share_low, share_high", users)
    assert everyone == ("acme/all", 1.0, 1.0)
    assert half[1] < 0.5 < half[2]


def test_requests_without_a_user_vary_like_those_with_one(world):
    known = {f"user-{number:03}": 1000 * (number + 1) for number in range(40)}
    traffic(world, NOW, "acme/one", known)
    traffic(world, NOW, "acme/two", people(40, 20_000, first=20))
    columns = "model_id, share_low, share_high, rank_low, rank_high"
    without = world.read("intervals", columns, TOKENS)
    traffic(world, NOW, "acme/one", {None: sum(known.values())})
    traffic(world, NOW, "acme/two", {None: 800_000})
    assert world.read("intervals", columns, TOKENS) == without
    coverage = world.read("intervals", "model_id, user_coverage_share", TOKENS)
    assert coverage == [("acme/one", 40 / 41), ("acme/two", 40 / 41)]


def test_a_model_without_known_users_has_no_interval_but_is_part_of_the_whole(world):
    traffic(world, NOW, "acme/known", people(30))
    traffic(world, NOW, "acme/secret", {None: 30_000_000})
    ((_, low, high), secret) = world.read("intervals", "model_id, share_low, share_high", TOKENS)
    assert low < 0.5 < high
    assert secret == ("acme/secret", None, None)


def test_the_same_traffic_has_the_same_intervals_in_whatever_order_it_arrived(world):
    for model, first in (("acme/one", 0), ("acme/two", 10)):
        traffic(world, NOW, model, {f"user-{n:03}": 997 * n + 1 for n in range(first, first + 40)})
    before = world.read("intervals", "*")
    table = "rollups.user_activity_daily"
    world.con.execute(f"create table turned as from {table} order by user_id desc, model_id desc")
    world.con.execute(f"create or replace table {table} as from turned")
    assert world.read("intervals", "*") == before


def test_people_beyond_1024_are_drawn_in_groups(world):
    days = "from range(6000) as users(n)"
    columns = f"date '{NOW}' as event_date, 'user-' || n as user_id, 'acme/' || n % 2 as model_id, 10 as total_tokens"
    world.con.execute(f"insert into rollups.user_activity_daily by name select {columns} {days}")
    for model in ("acme/0", "acme/1"):
        world.usage(NOW, model, 30_000)
    ((low, high), _) = world.read("intervals", "share_low, share_high", TOKENS)
    # 1.96 sqrt(0.25 / 6000) = 0.0127 either way
    assert 0.0110 < (high - low) / 2 < 0.0145


def test_the_board_shows_the_intervals_of_its_models(world):
    traffic(world, NOW, "acme/one", people(40))
    traffic(world, NOW, "acme/two", people(40, first=40))
    columns = "model_id, rank_low, rank_high, tied_group, share_low < share, share_high > share, change_low"
    assert world.read("leaderboard", columns, TOKENS) == [
        ("acme/one", 1, 2, 1, True, True, None),
        ("acme/two", 1, 2, 1, True, True, None),
    ]
