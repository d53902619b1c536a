"""The page's table, its sparklines, and the colours that stay."""

import pytest

WEEK = "period = '1w'"
TOKENS = f"unit = 'tokens' and {WEEK}"


def test_the_board_joins_what_is_known_of_a_model(world):
    world.paid("2026-03-23", "acme/one", 1_000_000, "2", ok_count=20)
    world.add(
        "reference.models", model_id="acme/one", model_name="One", author="acme", author_name="Acme", weights="open"
    )
    columns = "rank, model_name, author_name, weights, value, effective_usd_per_mtok, request_success_rate, ttft_n"
    assert world.read("leaderboard", columns, TOKENS) == [(1, "One", "Acme", "open", 1_000_000, 2.0, 1.0, None)]


def test_a_model_the_catalogue_does_not_know_goes_by_its_id(world):
    world.usage("2026-03-23", "acme/mystery", 10)
    world.usage("2026-03-23", "mystery", 10)
    columns = "model_id, model_name, author, author_name, weights"
    assert world.read("leaderboard", columns, TOKENS) == [
        ("acme/mystery", "acme/mystery", "acme", "acme", None),
        ("mystery", "mystery", "unknown", "unknown", None),
    ]


def test_the_trend_is_twelve_weeks_oldest_first(world):
    world.usage("2026-03-02", "acme/old", 1)
    world.usage("2026-03-09", "acme/one", 5)
    world.usage("2026-03-23", "acme/one", 9)
    world.usage("2026-03-30", "acme/one", 1000)
    before_the_log = [None] * 8
    assert world.read("leaderboard", "trend", f"{TOKENS} and model_id = 'acme/one'") == [
        ([*before_the_log, 0.0, 5.0, 0.0, 9.0],)
    ]


def test_a_week_of_unknown_usage_is_a_gap_in_the_trend(world):
    world.usage("2026-03-09", "acme/one", 5)
    world.usage("2026-03-16", "acme/one", None)
    world.usage("2026-03-23", "acme/one", 9)
    ((trend,),) = world.read("leaderboard", "trend", TOKENS)
    assert trend[-3:] == [5.0, None, 9.0]


def test_the_other_row_sums_the_weeks_of_the_unlisted(world):
    for number in range(52):
        world.usage("2026-03-16", f"acme/model-{number:02}", 1)
        world.usage("2026-03-23", f"acme/model-{number:02}", 100 - number)
        world.user("2026-03-23", "ann", f"acme/model-{number:02}")
    other = "model_id = 'other'"
    ((trend, rank, price),) = world.read("leaderboard", "trend, rank, effective_usd_per_mtok", f"{TOKENS} and {other}")
    assert (trend[-2:], rank, price) == ([2.0, 50.0 + 49.0], None, None)
    ((users,),) = world.read("leaderboard", "trend", f"unit = 'users' and {WEEK} and {other}")
    assert users == [None] * 12


@pytest.fixture
def slots(world):
    """Weekly tokens by model; returns model -> (slot, since)."""

    def claim(**weeks):
        for week, models in weeks.items():
            for model, tokens in models.items():
                world.usage(f"2026-{week[1:3]}-{week[3:]}", model, tokens)
        rows = world.read("color_slots", "entity_id, slot, since_week::varchar", "kind = 'model'")
        return {entity: (slot, since) for entity, slot, since in rows}

    return claim


def test_a_colour_is_claimed_in_order_of_first_entry_and_kept(slots):
    assert slots(w0309={"a/x": 10, "a/y": 20}, w0316={"a/x": 99, "a/z": 50}) == {
        "a/y": (1, "2026-03-09"),
        "a/x": (2, "2026-03-09"),
        "a/z": (3, "2026-03-16"),
    }


def test_the_eighth_entity_takes_the_first_colour_again(slots):
    first = {f"a/{number}": 100 - number for number in range(8)}  # a/7 is eighth: no colour yet
    claimed = slots(w0309=first, w0316={"a/7": 1})
    assert claimed["a/6"] == (7, "2026-03-09")
    assert claimed["a/7"] == (1, "2026-03-16")


def test_the_running_week_hands_out_no_colours(slots):
    assert slots(w0323={"a/x": 1}, w0330={"a/y": 9}) == {"a/x": (1, "2026-03-23")}


def test_authors_and_providers_have_colours_of_their_own(world):
    world.usage("2026-03-23", "acme/one", 10, provider_name="cloud")
    world.usage("2026-03-23", "zeta/two", 90, provider_name=None)
    assert world.read("color_slots", "kind, entity_id, slot", "kind <> 'model'") == [
        ("author", "acme", 2),
        ("author", "zeta", 1),
        ("provider", "cloud", 1),
    ]
