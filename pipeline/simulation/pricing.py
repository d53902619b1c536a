"""List prices as arrays: what the simulated gateway records, by endpoint, hour and tier."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import numpy as np
from genai_prices import data_snapshot, types

from pipeline.simulation.draws import Array
from pipeline.simulation.models import PRICE_CUT, Provider
from pipeline.simulation.world import HOURS, World

CLASSES = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok")
TIERS = 3


@dataclass(frozen=True)
class PriceTable:
    """USD per million tokens: `usd[endpoint, hour, tier, class]`, NaN where unlisted; a tier holds above `starts`."""

    usd: Array
    starts: Array
    discount: Array


def price_table(world: World, day: date) -> PriceTable:
    """Prices of that UTC day; hours differ only where a provider lists off-peak prices."""
    pairs = [_rates(world, place, day) for place in range(len(world.endpoints))]
    return PriceTable(np.array([usd for usd, _ in pairs]), np.array([starts for _, starts in pairs]), _cuts(world, day))


def _rates(world: World, place: int, day: date) -> tuple[list[Array], list[Array]]:
    endpoint = world.endpoints[place]
    listed = listing(world.models[endpoint.model].model_id, world.providers[endpoint.provider])
    midnight = datetime.combine(day, time(), UTC)
    hours = HOURS if listed and _varies_by_hour(listed) else 1
    rates = [_flatten(listed.get_prices(midnight + timedelta(hours=hour)) if listed else None) for hour in range(hours)]
    rates *= HOURS // hours
    return [usd for usd, _ in rates], [starts for _, starts in rates]


def listing(model_id: str, provider: Provider) -> types.ModelInfo | None:
    """The provider's own listing of the model, else OpenRouter's, else None (a private model)."""
    bare = model_id.split("/", 1)[1]
    own = [_find(name, provider.price_list) for name in (bare, bare.replace(".", "-"), model_id)]
    return next((found for found in [*own, _find(model_id, "openrouter")] if found), None)


@cache
def _find(name: str, price_list: str) -> types.ModelInfo | None:
    try:
        return data_snapshot.get_snapshot().find_provider_model(name, None, price_list, None)[1]
    except LookupError:
        return None


def _varies_by_hour(listed: types.ModelInfo) -> bool:
    if isinstance(listed.prices, types.ModelPrice):
        return False
    return any(isinstance(price.constraint, types.TimeOfDateConstraint) for price in listed.prices)


_FLAT: dict[int, tuple[Array, Array, types.ModelPrice]] = {}


def _flatten(prices: types.ModelPrice | None) -> tuple[Array, Array]:
    if prices is None:
        return np.full((TIERS, len(CLASSES)), np.nan), np.full(TIERS - 1, np.inf)
    if id(prices) not in _FLAT:
        _FLAT[id(prices)] = (*_tiers(prices), prices)
    return _FLAT[id(prices)][:2]


def _tiers(prices: types.ModelPrice) -> tuple[Array, Array]:
    listed = [getattr(prices, name) for name in CLASSES]
    if not any(listed):
        return np.zeros((TIERS, len(CLASSES))), np.full(TIERS - 1, np.inf)
    bounds = sorted({tier.start for price in listed if isinstance(price, types.TieredPrices) for tier in price.tiers})
    starts = np.array((bounds + [np.inf] * TIERS)[: TIERS - 1], float)
    levels = [0, *(bound + 1 for bound in bounds[: TIERS - 1])]
    rows = [[_at(price, tokens) for price in listed] for tokens in levels]
    return np.array((rows + rows[-1:] * TIERS)[:TIERS]), starts


def _at(price: object, input_tokens: int) -> float:
    if price is None:
        return np.nan
    if not isinstance(price, types.TieredPrices):
        return float(str(price))
    reached = [tier.price for tier in price.tiers if tier.start < input_tokens]
    return float(reached[-1] if reached else price.base)


def _cuts(world: World, day: date) -> Array:
    model_id, before, factor = PRICE_CUT
    cut = np.array([model.model_id == model_id for model in world.models])[world.model_of]
    return np.where(cut & (day >= world.anchor - before), factor, 1.0)
