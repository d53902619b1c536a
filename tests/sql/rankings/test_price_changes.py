"""List prices by date: what changed, when, from what to what."""

from datetime import date
from decimal import Decimal

DAY = "2026-03-23"
COLUMNS = "changed_on, price_class, from_usd_per_mtok, to_usd_per_mtok, round(change, 9)"


def listed(world, input_usd, output_usd, provider="acme", **columns):
    prices = {"input_usd_per_mtok": input_usd, "output_usd_per_mtok": output_usd}
    world.add("reference.list_prices", model_id="acme/one", provider_name=provider, **prices, **columns)


def test_only_the_classes_that_changed_are_listed(world):
    listed(world, "4", "20", valid_to="2026-03-01")
    listed(world, "3", "20", valid_from="2026-03-01")
    assert world.read("price_changes", COLUMNS) == [(date(2026, 3, 1), "input", 4, 3, -0.25)]


def test_a_class_can_begin_and_cease_to_have_a_price(world):
    listed(world, "4", "20", valid_to="2026-02-01")
    listed(world, "4", "20", valid_from="2026-02-01", valid_to="2026-03-01", cache_read_usd_per_mtok="0.4")
    listed(world, "4", "20", valid_from="2026-03-01")
    february, march = date(2026, 2, 1), date(2026, 3, 1)
    assert world.read("price_changes", COLUMNS) == [
        (february, "cache_read", None, Decimal("0.4"), None),
        (march, "cache_read", Decimal("0.4"), None, None),
    ]


def test_a_price_that_became_free_fell_by_all_and_one_that_was_free_has_no_ratio(world):
    listed(world, "4", "0", valid_to="2026-03-01")
    listed(world, "0", "20", valid_from="2026-03-01")
    assert world.read("price_changes", "price_class, change") == [("input", -1.0), ("output", None)]


def test_the_first_price_is_no_change(world):
    listed(world, "4", "20", valid_from="2026-03-01")
    assert world.read("price_changes", COLUMNS) == []


def test_providers_change_their_prices_apart(world):
    listed(world, "4", "20", valid_to="2026-03-01")
    listed(world, "9", "9", provider="zoo", valid_from="2026-03-01")
    assert world.read("price_changes", COLUMNS) == []


def test_in_use_is_what_this_provider_served_of_this_model(world):
    world.usage(DAY, "acme/one", 10, provider_name="acme")
    for provider in ("acme", "zoo", None):
        listed(world, "4", "20", provider=provider, valid_to="2026-03-01")
        listed(world, "3", "20", provider=provider, valid_from="2026-03-01")
    columns = "coalesce(provider_name, 'any'), is_in_use"
    assert world.read("price_changes", columns) == [("acme", True), ("any", True), ("zoo", False)]
