"""Market share by model, author, provider, licence, country and size; concentration; hanging on one provider."""

import pytest

WEEK = "period = '1w'"


@pytest.fixture
def two_labs(world):
    """Last week: acme 600 (one 400, two 200), zen 300, a lab nobody knows 100; the week before: acme 500, zen 500."""
    world.add(
        "reference.models",
        model_id="acme/one",
        author="acme",
        weights="closed",
        author_country="US",
        size_class=">=70B",
    )
    world.add(
        "reference.models", model_id="acme/two", author="acme", weights="open", author_country="US", size_class="<15B"
    )
    world.add(
        "reference.models", model_id="zen/big", author="zen", weights="open", author_country="FR", size_class=">=70B"
    )
    world.paid("2026-03-23", "acme/one", 400, "2", provider_name="aws")
    world.paid("2026-03-23", "acme/two", 200, "1", provider_name="aws")
    world.paid("2026-03-24", "zen/big", 150, "1", provider_name="aws")
    world.paid("2026-03-24", "zen/big", 150, "1", provider_name="gcp")
    world.usage("2026-03-25", "new/thing", 100, provider_name=None)
    world.paid("2026-03-16", "acme/one", 500, "1", provider_name="aws")
    world.paid("2026-03-16", "zen/big", 500, "1", provider_name="gcp")
    return world


def test_authors_share_all_traffic_and_move_against_the_week_before(two_labs):
    columns = (
        "rank, member, model_count, value::integer, share, previous_share, round(share_change_pp, 9), "
        "rank_change, is_new"
    )
    where = f"{WEEK} and market = 'author' and unit = 'tokens'"
    assert two_labs.read("market", columns, where) == [
        (1, "acme", 2, 600, 0.6, 0.5, 10.0, 0, False),
        (2, "zen", 1, 300, 0.3, 0.5, -20.0, 0, False),
        (3, "new", 1, 100, 0.1, None, 10.0, None, True),
    ]


@pytest.mark.parametrize(
    ("market", "shares"),
    [
        ("weights", [(1, "open", 0.5), (2, "closed", 0.4), (None, "(unknown)", 0.1)]),
        ("country", [(1, "US", 0.6), (2, "FR", 0.3), (None, "(unknown)", 0.1)]),
        ("size_class", [(1, ">=70B", 0.7), (2, "<15B", 0.2), (None, "(unknown)", 0.1)]),
        ("provider", [(1, "aws", 0.75), (2, "gcp", 0.15), (None, "(unknown)", 0.1)]),
    ],
)
def test_what_is_not_known_is_a_row_without_a_rank(two_labs, market, shares):
    where = f"{WEEK} and market = '{market}' and unit = 'tokens'"
    assert two_labs.read("market", "rank, member, share", where) == shares


def test_unpriced_traffic_has_no_share_of_spend_and_lowers_coverage(two_labs):
    where = f"{WEEK} and market = 'author' and unit = 'spend'"
    assert two_labs.read("market", "rank, member, share, coverage_share", where) == [
        (1, "acme", 0.6, 1.0),
        (2, "zen", 0.4, 1.0),
        (None, "new", None, 0.0),
    ]


def test_the_running_week_is_there_without_change(two_labs):
    two_labs.usage("2026-03-30", "zen/big", 7)
    where = "period = 'to_date' and market = 'author' and unit = 'tokens'"
    assert two_labs.read("market", "member, share, previous_share, is_complete", where) == [("zen", 1.0, None, False)]


def test_weeks_go_back_a_year_and_the_running_one_is_told_apart(world):
    world.usage("2025-03-24", "acme/one", 5)
    world.usage("2025-03-31", "acme/one", 10)
    world.usage("2026-03-30", "acme/one", 20)
    columns = "week_start::varchar, is_complete, member, share"
    assert world.read("market_weekly", columns, "market = 'author' and unit = 'tokens'") == [
        ("2025-03-31", True, "acme", 1.0),
        ("2026-03-30", False, "acme", 1.0),
    ]


def test_the_fifty_first_author_of_a_week_is_other(world):
    for number in range(52):
        world.usage("2026-03-23", f"lab{number:02}/m", 100 - number)
    where = "market = 'author' and unit = 'tokens' and (rank >= 50 or member = 'other')"
    assert world.read("market_weekly", "member, rank, value::integer, model_count", where) == [
        ("lab49", 50, 51, 1),
        ("other", None, 99, 2),
    ]


def test_concentration_of_six_three_and_one_by_hand(two_labs):
    columns = (
        "member_count, round(hhi, 6), round(effective_count, 6), round(gini, 6), top_1_share, top_5_share, known_share"
    )
    where = f"{WEEK} and windows_back = 0 and market = 'author' and unit = 'tokens'"
    assert two_labs.read("concentration", columns, where) == [
        (3, 4600.0, round(10000 / 4600, 6), round(5 / 3 - 4 / 3, 6), 0.6, 1.0, 1.0)
    ]


def test_the_largest_ones_share_all_traffic_and_indices_are_of_known_members(two_labs):
    where = f"{WEEK} and windows_back = 0 and market = 'provider' and unit = 'tokens'"
    columns = "member_count, top_1_share, round(top_5_share, 9), known_share, round(hhi, 6), round(gini, 9)"
    hhi, gini = 10_000 * (75**2 + 15**2) / 90**2, 2 * (15 + 2 * 75) / (2 * 90) - 3 / 2
    assert two_labs.read("concentration", columns, where) == [
        (2, 0.75, 0.9, 0.9, round(hhi, 6), round(gini, 9)),
    ]


def test_traffic_of_nobody_known_has_no_concentration(world):
    world.usage("2026-03-23", "acme/one", 100, provider_name=None)
    assert world.read("concentration", "top_1_share", f"{WEEK} and market = 'provider'") == []


def test_models_of_one_provider_are_an_exposure(two_labs):
    columns = (
        "unit, model_count, single_provider_model_count, single_provider_share, largest_provider, "
        "largest_provider_share, coverage_share"
    )
    assert two_labs.read("exposure", columns, f"{WEEK} and unit = 'tokens'") == [
        ("tokens", 3, 2, 600 / 900, "aws", 0.75, 0.9)
    ]


def test_every_kind_of_market_has_colours(two_labs):
    kinds = {kind for (kind,) in two_labs.read("color_slots", "distinct kind")}
    markets = {market for (market,) in two_labs.read("market", "distinct market")}
    assert kinds == markets
