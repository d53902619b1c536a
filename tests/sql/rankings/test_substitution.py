"""What moved with a model that appeared: user by user, in tokens of the weeks after; small flows fold."""

from decimal import Decimal

import pytest

BEFORE, APPEARED = "2026-03-15", "2026-03-16"  # the log reaches from 2 March to 30 March
FLOWS = "from_model_id, user_count, moved_tokens, moved_elsewhere_tokens, loss_tokens, gain_share"


@pytest.fixture
def log(world):
    """A log since 2 March; acme/new is first seen on 16 March."""
    world.usage("2026-03-02", "acme/old", 1)
    world.usage(APPEARED, "acme/new", 1)
    return world


def use(world, day, user, **tokens):
    for model, count in tokens.items():
        world.add(
            "rollups.user_activity_daily", event_date=day, user_id=user, model_id=f"acme/{model}", total_tokens=count
        )


def flows(world, columns=FLOWS, window_weeks=1):
    return world.read("substitution", columns, f"window_weeks = {window_weeks}")


def test_a_users_loss_goes_where_the_users_gains_are(log):
    for number in range(5):
        use(log, BEFORE, f"u-{number}", old=100)
        use(log, APPEARED, f"u-{number}", old=10, new=60, other=30)  # old lost 0.9; new has 0.6 of 0.9 gained
    assert flows(log) == [("acme/old", 5, 300, 150, 450, 1.0)]
    assert log.read("arrivals", "model_id, user_count, gain_tokens") == [("acme/new", 5, 300)]


def test_users_weigh_as_much_as_their_tokens_of_the_weeks_after(log):
    for number in range(5):
        use(log, BEFORE, f"u-{number}", old=10, kept=10)
        use(log, APPEARED, f"u-{number}", new=1000 if number else 2000, kept=1000 if number else 2000)
    # half of each user's tokens moved: 4 of 2000, and one of 4000
    assert flows(log, "from_model_id, moved_tokens") == [("acme/old", 6000)]


def test_who_came_with_the_model_left_none_for_it(log):
    for number in range(5):
        use(log, BEFORE, f"u-{number}", old=10)
        use(log, APPEARED, f"u-{number}", new=10)
        use(log, APPEARED, f"late-{number}", new=10)  # there was nothing before
        use(log, BEFORE, f"gone-{number}", old=10)  # and nothing after
        use(log, APPEARED, None, new=10)
    assert flows(log, "from_model_id, user_count, moved_tokens") == [("acme/old", 5, 50)]


def test_seven_days_on_each_side_count_and_no_day_more(log):
    for number in range(5):
        use(log, "2026-03-08", f"u-{number}", outside=10)
        use(log, "2026-03-09", f"u-{number}", old=10)
        use(log, "2026-03-22", f"u-{number}", new=10)
        use(log, "2026-03-23", f"u-{number}", outside=10)
    assert flows(log, "from_model_id, moved_tokens") == [("acme/old", 50)]


def test_models_that_few_users_left_are_told_together_with_one_more(log):
    for number in range(14):
        use(log, BEFORE, f"u-{number}", **{"rare" if number < 2 else "some" if number < 8 else "most": 10})
        use(log, APPEARED, f"u-{number}", new=10)
    assert flows(log, "from_model_id, model_count, user_count, moved_tokens") == [
        ("acme/some", 1, 6, 60),
        ("other", 2, 8, 80),
    ]


def test_a_user_who_left_two_folded_models_is_one_user_of_other(log):
    for number in range(6):
        use(log, BEFORE, f"u-{number}", **({"rare": 5, "most": 5} if number < 2 else {"most": 10}))
        use(log, APPEARED, f"u-{number}", new=10)
    assert flows(log, "from_model_id, model_count, user_count, moved_tokens") == [("other", 2, 6, 60)]


def test_a_model_that_fewer_than_five_took_up_is_not_told(log):
    for number in range(4):
        use(log, BEFORE, f"u-{number}", old=10)
        use(log, APPEARED, f"u-{number}", new=10)
    assert flows(log) == []
    assert log.read("arrivals", "model_id") == []


@pytest.mark.parametrize(
    ("released", "appeared"),
    [
        ("2026-03-14", ("2026-03-14", True)),  # used within a week of its release
        ("2026-03-09", ("2026-03-16", False)),  # first used a week after: the release moved nobody
        ("2026-03-18", ("2026-03-16", False)),  # used before it was released
        (None, ("2026-03-16", False)),
    ],
)
def test_a_model_appears_on_the_day_of_its_release_or_when_it_is_first_used(log, released, appeared):
    log.add("reference.models", model_id="acme/new", released_date=released)
    assert log.read("appearances", "appeared_date::varchar, is_release", "model_id = 'acme/new'") == [appeared]


def test_only_models_with_whole_windows_on_both_sides_are_compared(world):
    world.usage("2026-01-05", "acme/old", 1)
    for day, model in (("2026-02-01", "a"), ("2026-02-02", "b"), ("2026-03-02", "c"), ("2026-03-03", "d")):
        world.usage(day, f"acme/{model}", 1)
    assert world.read("appearances", "model_id, start_date::varchar, end_date::varchar", "window_weeks = 4") == [
        ("acme/b", "2026-01-05", "2026-03-02"),
        ("acme/c", "2026-02-02", "2026-03-30"),
    ]


def test_every_column_of_flows_adds_up_to_what_the_model_gained(log):
    for number in range(30):
        use(log, BEFORE, f"u-{number}", **{f"m{number % 7}": 3 + number, f"m{number % 4}x": 7})
        use(log, APPEARED, f"u-{number}", **{f"m{number % 7}": number, "new": 11, f"m{number % 3}y": 5})
    [(gained,)] = log.read("arrivals", "gain_tokens")
    found = flows(log, "moved_tokens, moved_elsewhere_tokens, loss_tokens")
    assert len(found) > 2
    assert abs(sum(moved for moved, _, _ in found) - gained) < Decimal("0.001")
    assert all(moved + elsewhere == lost for moved, elsewhere, lost in found)
