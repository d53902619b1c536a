"""The price list of genai-prices as dated offers: from when, in which hours, at what rates per class and tier."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

from genai_prices.data import providers as PROVIDERS
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import (
    ModelInfo,
    ModelPrice,
    PriceVariant,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

PICO = 1_000_000  # USD per million tokens -> pico-dollars per token
DAY = 24 * 60

CLASSES = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "reasoning": "output_reasoning_mtok",
}

# Most prices of genai-prices 0.2.3 are undated, and it dates changes from about 2026 on: what an undated price was
# before that is not known, so older requests are marked as backdated.
HISTORY_FROM = date(2026, 1, 1)

# Tiers that cost something else than the standard price. Logged spellings of the standard one are left out.
SERVICE_TIERS = ("batch", "flex", "priority", "fast")

Rates = dict[str, int | None]
Price = dict[str, object]

# The data of the installed package, never the newer ones its updater would fetch from the network.
_SNAPSHOT = DataSnapshot(providers=PROVIDERS, from_auto_update=False)


@dataclass(frozen=True)
class Offer:
    """A price and when it holds: [valid_from, valid_to) days and [from_minute, to_minute) of the UTC day.

    `listed_from` is the day since which the list vouches for it: a request before is priced with a later price.
    """

    price: Price
    valid_from: date | None = None
    valid_to: date | None = None
    listed_from: date | None = None
    from_minute: int = 0
    to_minute: int = DAY
    source: str = "catalog"


def price_struct(base: Rates, tiers: list[tuple[int, Rates]] | None = None) -> Price:
    """The struct that sql/macros/prices.sql reads."""
    (start, tier), (start2, tier2) = [*(tiers or []), (None, None), (None, None)][:2]
    return {"base": base, "tier_start": start, "tier": tier, "tier2_start": start2, "tier2": tier2}


def find(price_list: str, model_ref: str) -> ModelInfo | None:
    """The listing of a provider (or of those whose models it serves) that genai-prices' own matcher finds."""
    try:
        return _SNAPSHOT.find_provider_model(model_ref, None, price_list, None)[1]
    except LookupError:
        return None


def listings(price_list: str) -> list[ModelInfo]:
    """Everything a provider lists, then what it serves at another provider's price (Azure: OpenAI's, ...)."""
    provider = _provider(price_list)
    others = [_provider(other) for other in provider.fallback_model_providers or ()]
    return [model for listing in (provider, *others) for model in listing.models]


@cache
def _provider(price_list: str) -> Provider:
    return next(provider for provider in PROVIDERS if provider.id == price_list)


def offers(price_list: str, model: ModelInfo, service_tier: str | None) -> list[Offer]:
    """The offers of one listing in order, none overlapping; none at all where it lists no price for the tier."""
    if service_tier not in SERVICE_TIERS:
        return [offer for day, until in _spans(_starts(model)) for offer in _within(model, day, until, None)]
    context = {"processing": "batch"} if service_tier == "batch" else {"service_tier": service_tier}
    variants = [variant for variant in model.price_variants or () if variant.when == context]
    if not variants or not any(model is own for own in _provider(price_list).models):
        return []
    first = min((_start(variant) or date.min for variant in variants), default=date.min)
    spans = [(max(day or first, first), day, until) for day, until in _spans(_starts(model, variants))]
    return [
        replace(offer, listed_from=seen if seen > date.min else HISTORY_FROM, valid_from=day)
        for seen, day, until in spans
        for offer in _within(model, seen, until, context)
    ]


def _start(dated: object) -> date | None:
    constraint = getattr(dated, "constraint", None)
    return constraint.start_date if isinstance(constraint, StartDateConstraint) else None


def _starts(model: ModelInfo, variants: list[PriceVariant] | None = None) -> list[date]:
    listed = [] if isinstance(model.prices, ModelPrice) else model.prices
    return sorted({start for dated in (*listed, *(variants or ())) if (start := _start(dated))})


def _spans(starts: list[date]) -> Iterator[tuple[date | None, date | None]]:
    return pairwise([None, *starts, None])


def _within(model: ModelInfo, day: date | None, until: date | None, context: dict[str, str] | None) -> list[Offer]:
    """What holds from `day` (NULL: the first listed price) on, by hour of the day where that matters."""
    model = _with_windows_of(model, day)
    found: list[Offer] = []
    for start, end in pairwise([0, *_window_edges(model), DAY]):
        at = datetime.combine(day or date(1970, 1, 1), time(start // 60, start % 60), UTC)
        price = _price(model.get_prices(at, context))
        if price is None:
            continue
        if found and found[-1].price == price and found[-1].to_minute == start:
            found[-1] = replace(found[-1], to_minute=end)
        else:
            found.append(Offer(price, day, until, day or HISTORY_FROM, start, end))
    return found


def _with_windows_of(model: ModelInfo, day: date | None) -> ModelInfo:
    """The model without hours of the day that a later price began.

    A listing cannot date its peak hours (genai-prices issue 582), so they would also raise prices from before they
    existed; they are listed after the dated price they belong to.
    """
    if isinstance(model.prices, ModelPrice):
        return model
    kept, begun = [], date.min
    for price in model.prices:
        begun = _start(price) or begun
        if not isinstance(price.constraint, TimeOfDateConstraint) or begun <= (day or date.min):
            kept.append(price)
    return replace(model, prices=kept)


def _window_edges(model: ModelInfo) -> list[int]:
    listed = [] if isinstance(model.prices, ModelPrice) else model.prices
    windows = [price.constraint for price in listed if isinstance(price.constraint, TimeOfDateConstraint)]
    edges = {_minute(edge) for window in windows for edge in (window.start_time, window.end_time)}
    return sorted(edges - {0})


def _minute(at: time) -> int:
    moment = datetime.combine(date(1970, 1, 2), at if at.tzinfo else at.replace(tzinfo=UTC))
    return int(((moment - datetime(1970, 1, 1, tzinfo=UTC)) % timedelta(days=1)).total_seconds()) // 60


def _price(listed: ModelPrice) -> Price | None:
    """The listed price as a struct; None where all of it is 0, which genai-prices writes for "no price known".

    None too beyond two tiers, more than any listing has: no price is better than a wrong one.
    """
    values = {name: getattr(listed, key) for name, key in CLASSES.items()}
    if values["reasoning"] is None:
        values["reasoning"] = values["output"]
    starts = sorted(
        {tier.start for value in values.values() if isinstance(value, TieredPrices) for tier in value.tiers}
    )
    base = {name: _at(value, 0) for name, value in values.items()}
    tiers = [(start, {name: _at(value, start + 1) for name, value in values.items()}) for start in starts]
    known = [rate for rates in (base, *(rates for _, rates in tiers)) for rate in rates.values()]
    return price_struct(base, tiers) if any(known) and len(tiers) <= 2 else None


def _at(value: Decimal | TieredPrices | None, input_tokens: int) -> int | None:
    if isinstance(value, TieredPrices):
        reached = [tier.price for tier in value.tiers if input_tokens > tier.start]
        value = reached[-1] if reached else value.base
    return None if value is None else round(value * PICO)


def days(dated: list[Offer]) -> list[list[Offer]]:
    """A day's offers for each day its prices changed, the one that holds longest first."""
    changed: dict[date | None, list[Offer]] = {}
    for offer in dated:
        changed.setdefault(offer.valid_from, []).append(offer)
    return [sorted(day, key=lambda offer: -_minutes(day, offer)) for day in changed.values()]


def _minutes(day: list[Offer], offer: Offer) -> int:
    """How long this offer's price holds in a day."""
    return sum(other.to_minute - other.from_minute for other in day if other.price == offer.price)


def other_hours(longest: Offer, others: Iterable[Offer]) -> dict[str, object]:
    """Where a price holds in some hours alone: how many times as much input costs at most in the others, and when."""
    rates = [(_input(other), other) for other in others if other.price != longest.price]
    known = [(rate, other) for rate, other in rates if rate is not None]
    if not known or not _input(longest):
        return {"other_hours_ratio": None, "other_hours": None}
    dearest = max(rate for rate, _ in known)
    spans = sorted((other.from_minute, other.to_minute) for rate, other in known if rate == dearest)
    told = " and ".join(f"{_clock(start)} to {_clock(end)}" for start, end in spans)
    return {"other_hours_ratio": dearest / (_input(longest) or 1), "other_hours": f"{told} UTC"}


def _input(offer: Offer) -> int | None:
    base = offer.price["base"]
    return base["input"] if isinstance(base, dict) else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
