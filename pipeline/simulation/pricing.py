"""List prices as arrays: what the simulated gateway records, by endpoint, half hour and tier."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np

from pipeline import prices
from pipeline.price_list import Offer, Rates
from pipeline.simulation.draws import Array
from pipeline.simulation.models import PRICE_CUT
from pipeline.simulation.names import raw_name
from pipeline.simulation.world import World

CLASSES = ("input", "output", "cache_read", "cache_write", "reasoning")
TIERS, SLOTS, SLOT_MINUTES = 3, 48, 30


@dataclass(frozen=True)
class PriceTable:
    """Pico-dollars per token (whole numbers, as landing reckons): `pico[endpoint, slot, tier, class]`, NaN: unlisted.

    A tier holds for inputs above `starts[endpoint, slot, tier - 1]`; `discount` is what the gateway pays of the list.
    """

    pico: Array
    starts: Array
    discount: Array


def price_table(world: World, day: date) -> PriceTable:
    """The prices of one UTC day."""
    pico = np.full((len(world.endpoints), SLOTS, TIERS, len(CLASSES)), np.nan)
    starts = np.full((len(world.endpoints), SLOTS, TIERS - 1), np.inf)
    for place, offers in enumerate(_offers(world)):
        for offer in offers:
            if _holds(offer, day):
                slots = slice(offer.from_minute // SLOT_MINUTES, -(-offer.to_minute // SLOT_MINUTES))
                starts[place, slots], pico[place, slots] = _tiers(offer)
    return PriceTable(pico, starts, _discount(world, day))


@lru_cache(maxsize=4)
def _offers(world: World) -> list[list[Offer]]:
    """Per endpoint, every dated price; the user's own price table is no part of the simulated world."""
    book = replace(prices.price_book(), own={})
    return [next(_candidates(book, world, place), []) for place in range(len(world.endpoints))]


def _candidates(book: prices.PriceBook, world: World, place: int) -> Iterator[list[Offer]]:
    """The provider's own list, else OpenRouter's: a gateway's map knows more providers than have a public list."""
    endpoint = world.endpoints[place]
    model_id, provider = world.models[endpoint.model].model_id, world.providers[endpoint.provider].name
    for key in ((model_id, raw_name(world, place), provider, None), (model_id, None, "openrouter", None)):
        if found := prices.offers(book, key):
            yield found


def _holds(offer: Offer, day: date) -> bool:
    return (offer.valid_from or date.min) <= day < (offer.valid_to or date.max)


def _tiers(offer: Offer) -> tuple[Array, Array]:
    price = offer.price
    base, tier, tier2 = (cast("Rates | None", price[name]) for name in ("base", "tier", "tier2"))
    rates = [rate or base or {} for rate in (base, tier, tier2 or tier)]
    starts = [price["tier_start"] or np.inf, price["tier2_start"] or np.inf]
    pico = [[np.nan if rate.get(name) is None else rate[name] for name in CLASSES] for rate in rates]
    return np.array(starts, float), np.array(pico, float)


def _discount(world: World, day: date) -> Array:
    model_id, before, factor = PRICE_CUT
    cut = np.array([model.model_id == model_id for model in world.models])[world.model_of]
    return np.where(cut & (day >= world.anchor - before), factor, 1.0)
