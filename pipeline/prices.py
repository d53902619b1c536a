"""What a model costs at a provider at a time: the user's own prices, else the provider's list price, else nothing."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import cast

import duckdb
import pyarrow as pa

from pipeline import names, price_list, reference
from pipeline.price_list import PICO, Offer, Rates
from pipeline.settings import SQL

RATES = pa.struct([(name, pa.int64()) for name in price_list.CLASSES])
PRICE = pa.struct(
    [("base", RATES), ("tier_start", pa.int64()), ("tier", RATES), ("tier2_start", pa.int64()), ("tier2", RATES)]
)
INSTANT = pa.timestamp("us", tz="UTC")
Key = tuple[str, str | None, str, str | None]
KEY = ("model_id", "model_raw", "provider_name", "service_tier")

OFFERS = pa.schema(
    [(name, pa.string()) for name in KEY]
    + [("valid_from", INSTANT), ("valid_to", INSTANT), ("from_minute", pa.int32()), ("to_minute", pa.int32())]
    + [("listed_from", INSTANT), ("price", PRICE), ("price_source", pa.string())]
)

FIRST, LAST = date(1970, 1, 1), date(9999, 1, 1)

USD_COLUMNS = {
    "input": "input_usd_per_mtok",
    "output": "output_usd_per_mtok",
    "cache_read": "cache_read_usd_per_mtok",
    "cache_write": "cache_write_usd_per_mtok",
}

LIST_PRICES = pa.schema(
    [("model_id", pa.string()), ("provider_name", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32())]
    + [(column, reference.PRICE) for column in USD_COLUMNS.values()]
    + [("tier_start", pa.int64())]
    + [(f"tier_{column}", reference.PRICE) for column in USD_COLUMNS.values()]
    + [("other_hours_ratio", pa.float64()), ("other_hours", pa.string()), ("price_source", pa.string())]
)


@dataclass(frozen=True)
class PriceBook:
    """Where prices are looked up: price list by provider, names for the matching, and the user's own prices."""

    price_lists: dict[str, str]
    known: names.Catalogue
    own: dict[tuple[str, str | None], list[Offer]]
    by_model_id: dict[str, dict[str, price_list.ModelInfo]] = field(default_factory=dict)
    known_offers: dict[Key, list[Offer]] = field(default_factory=dict, init=False)


def resolve(con: duckdb.DuckDBPyConnection, keys: pa.Table) -> pa.Table:
    """The price of each key: `keys`' columns + price, price_source, is_price_backdated; as many rows as keys.

    keys: model_id, model_raw, provider_name VARCHAR, slot TIMESTAMPTZ (`price_slot(start_time)`), and, where known,
    service_tier VARCHAR. price is the struct that `list_cost_usd` and `cache_savings_usd` take, NULL = unpriced;
    price_source is 'user_table' or 'catalog'; is_price_backdated: the slot is older than the price is listed.
    """
    if "service_tier" not in keys.column_names:
        keys = keys.append_column("service_tier", pa.nulls(keys.num_rows, pa.string()))
    con.register("price_asked", keys)
    con.register("price_offers", _offer_table(con.table("price_asked").project(", ".join(KEY)).distinct()))
    try:
        return con.sql((SQL / "landing" / "resolved_prices.sql").read_text(encoding="utf-8")).to_arrow_table()
    finally:
        con.unregister("price_asked")
        con.unregister("price_offers")


def price_book() -> PriceBook:
    """The shipped price lists and names, and the user's own prices."""
    return _price_book(reference.fingerprint())


@lru_cache(maxsize=2)
def _price_book(_fingerprint: str) -> PriceBook:
    providers = reference.rows("providers")
    lists = {str(row["provider_name"]): str(row["price_list"]) for row in providers if row["price_list"]}
    return PriceBook(price_lists=lists, known=names.catalogue(), own=_own_prices())


def offers(book: PriceBook, key: Key) -> list[Offer]:
    """Everything that was ever charged for one key, in time order, no two at one instant.

    The user's price holds from its valid_from on. What the price list says still counts before it; where the list
    says nothing, the user's first price does, marked as backdated.
    """
    if key not in book.known_offers:
        book.known_offers[key] = _offers(book, key)
    return book.known_offers[key]


def _offers(book: PriceBook, key: Key) -> list[Offer]:
    model_id, _, provider, _ = key
    own = book.own.get((model_id, provider)) or book.own.get((model_id, None)) or []
    listed = _free(model_id, provider) or _listed_offers(book, key)
    if not own:
        return listed
    start = own[0].valid_from
    if start is None:
        return own
    before = [_until(offer, start) for offer in listed if (offer.valid_from or date.min) < start]
    return [*before, *own] if before else [replace(own[0], valid_from=None), *own[1:]]


def list_price_table() -> pa.Table:
    """Table `reference.list_prices`: dated prices of the catalogue's models at the providers that list them.

    Standard tier; of prices by the hour the one that holds longest, and how the others differ from it;
    provider_name NULL = the user's price at any.
    """
    book = price_book()
    pairs = {(model_id, name) for name in book.price_lists for model_id in _by_model_id(book, name)}
    pairs |= {(model_id, provider) for model_id, provider in book.own if provider}
    rows = [
        _list_row(model_id, provider, *day)
        for model_id, provider in sorted(pairs)
        for day in price_list.days(offers(book, (model_id, None, provider, None)))
    ]
    anywhere = [
        _list_row(model_id, None, offer)
        for (model_id, provider), dated in sorted(book.own.items(), key=lambda item: item[0][0])
        if provider is None
        for offer in dated
    ]
    return pa.Table.from_pylist(rows + anywhere, schema=LIST_PRICES)


def _offer_table(asked: duckdb.DuckDBPyRelation) -> pa.Table:
    book = price_book()
    rows = [
        dict(zip(KEY, key, strict=True)) | _offer_row(offer) for key in asked.fetchall() for offer in offers(book, key)
    ]
    return pa.Table.from_pylist(rows, schema=OFFERS)


def _offer_row(offer: Offer) -> dict[str, object]:
    return {
        "valid_from": _midnight(offer.valid_from or FIRST),
        "valid_to": _midnight(offer.valid_to or LAST),
        "listed_from": _midnight(offer.listed_from or FIRST),
        "from_minute": offer.from_minute,
        "to_minute": offer.to_minute,
        "price": offer.price,
        "price_source": offer.source,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _own_prices() -> dict[tuple[str, str | None], list[Offer]]:
    """The user's price table: by model and provider (None: any), each price until the next one begins."""
    found: dict[tuple[str, str | None], list[Offer]] = {}
    for row in reference.rows("prices"):
        rates: Rates = {name: _pico(row[column]) for name, column in USD_COLUMNS.items()}
        price = price_list.price_struct(rates | {"reasoning": rates["output"]})
        start = cast("date | None", row["valid_from"])
        provider = cast("str | None", row["provider_name"])
        offer = Offer(price, valid_from=start, listed_from=start, source="user_table")
        found.setdefault((str(row["model_id"]), provider), []).append(offer)
    return {key: _in_turn(dated) for key, dated in found.items()}


def _in_turn(dated: list[Offer]) -> list[Offer]:
    dated = sorted(dated, key=lambda offer: offer.valid_from or date.min)
    ends = [*(offer.valid_from for offer in dated[1:]), None]
    return [replace(offer, valid_to=end) for offer, end in zip(dated, ends, strict=True)]


def _pico(usd_per_mtok: object) -> int | None:
    return int(usd_per_mtok * PICO) if isinstance(usd_per_mtok, Decimal) else None


def _until(offer: Offer, day: date) -> Offer:
    return replace(offer, valid_to=min(offer.valid_to or day, day))


def _free(model_id: str, provider: str) -> list[Offer]:
    """OpenRouter's :free variants cost nothing by what they are, listed or not any more."""
    if provider != "openrouter" or not model_id.endswith(":free"):
        return []
    return [Offer(price_list.price_struct(dict.fromkeys(price_list.CLASSES, 0)))]


def _listed_offers(book: PriceBook, key: Key) -> list[Offer]:
    """The provider's own list price; another provider's, or an aggregator's, is not what was charged."""
    model_id, model_raw, provider, service_tier = key
    of = book.price_lists.get(provider)
    if of is None:
        return []
    refs = names.without_prefixes(book.known, model_raw.casefold()) if model_raw else ()
    found = next((model for ref in refs if (model := price_list.find(of, ref))), None)
    listing = found or _by_model_id(book, provider).get(model_id)
    return price_list.offers(of, listing, service_tier) if listing else []


def _by_model_id(book: PriceBook, provider: str) -> dict[str, price_list.ModelInfo]:
    """A provider's listings by canonical id: its own spelling of the id first, else the one listed first."""
    if provider in book.by_model_id:
        return book.by_model_id[provider]
    of = book.price_lists[provider]
    found = book.by_model_id.setdefault(provider, {})
    for listing in price_list.listings(of):
        model_id = names.model_id(book.known, listing.id, provider)
        slug = model_id.partition("/")[2]
        if model_id in book.known.model_ids and (model_id not in found or price_list.find(of, slug) is listing):
            found[model_id] = listing
    return found


def _list_row(model_id: str, provider: str | None, offer: Offer, *others: Offer) -> dict[str, object]:
    price = offer.price
    return {
        "model_id": model_id,
        "provider_name": provider,
        "valid_from": offer.valid_from,
        "valid_to": offer.valid_to,
        **_usd(price["base"], ""),
        "tier_start": price["tier_start"],
        **_usd(price["tier"], "tier_"),
        **price_list.other_hours(offer, others),
        "price_source": offer.source,
    }


def _usd(rates: object, prefix: str) -> dict[str, Decimal | None]:
    listed = rates if isinstance(rates, dict) else {}
    return {
        prefix + column: None if (pico := listed.get(name)) is None else Decimal(pico) / PICO
        for name, column in USD_COLUMNS.items()
    }
