"""What SQL cannot say plainly: how far shares, ranks, changes and prices may be luck, found by drawing users anew.

A block bootstrap with Poisson weights: in each of 1,000 draws a user (a block) counts 0, 1, 2, ... times, as often as
drawing as many users with replacement would take that one. The weight depends on the block and the draw alone, and
values are whole numbers (money in thousand-millionths of a dollar) whose sums, up to $9 M, stay under 2^53, which
doubles add exactly in any order: the same traffic has the same intervals in whatever order it arrived.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from math import exp, factorial

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Row = dict[str, str | float | None]

DRAWS = 1000
FEWEST_BLOCKS = 20
# 2.5 % to 97.5 %: the 25th and the 975th of the ordered draws.
LOW, HIGH = DRAWS // 40 - 1, DRAWS - DRAWS // 40 - 1
PLACES = (1, 3, 5, 10)
SEED = np.uint64(0x9E3779B97F4A7C15)

TAKEN = (
    "struct(block ubigint, model integer, now double, before double)[]",
    "struct(model_id varchar, now double, before double, is_whole boolean)[]",
)
FLOATS = ("share_low", "share_high", *(f"p_rank_le_{k}" for k in PLACES), "ratio_low", "ratio_high")
COUNTS = ("rank_low", "rank_high")
GIVEN = f"struct(model_id varchar, {', '.join(f'{name} double' for name in (*FLOATS, *COUNTS))})[]"
COMPARED = (TAKEN[0], "struct(model_id varchar, now double, before double, merit double)[]")
VERDICTS = "struct(model_id varchar, p_dominated double)[]"
VERDICT = pa.struct([("model_id", pa.string()), ("p_dominated", pa.float64())])
ROW = pa.struct([("model_id", pa.string()), *((name, pa.float64()) for name in (*FLOATS, *COUNTS))])


@cache
def _poisson() -> Floats:
    """The Poisson value of every 16-bit number taken as a quantile."""
    reached = np.cumsum([exp(-1) / factorial(k) for k in range(12)])
    return np.searchsorted(reached, (np.arange(1 << 16) + 0.5) / (1 << 16)).astype(np.float64)


def weights(blocks: NDArray[np.uint64]) -> Floats:
    """How often each block counts in each draw, Poisson with mean 1: (blocks, DRAWS), from 16 hashed bits each."""
    hashed = _scrambled(_scrambled(blocks ^ SEED)[:, None] + np.arange(DRAWS // 4, dtype=np.uint64))
    return _poisson()[hashed.view(np.uint16)]


def _scrambled(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finisher of splitmix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@dataclass(frozen=True)
class Traffic:
    """One unit's values: a row per model, a column per block; and their true totals, with what no block holds.

    A total is NaN where it is unknown. `whole` is the row that is everything at once, where models may not be added
    up (people who use two of them); else the whole is their sum.
    """

    now: Floats
    before: Floats
    now_total: Floats
    before_total: Floats
    whole: int | None = None


def intervals(traffic: Traffic, times: Floats) -> dict[str, Floats]:
    """Ends of 95 % intervals of each model's share, rank and now / before, a value per model; NaN where too few tell.

    `times` are the blocks' weights. Traffic in no block is taken to vary as that in blocks does: a draw is scaled to
    the true total.
    """
    now = _drawn(traffic.now, traffic.now_total, times)
    before = _drawn(traffic.before, traffic.before_total, times)
    whole = np.nansum(now, axis=0) if traffic.whole is None else now[traffic.whole].copy()
    if traffic.whole is not None:
        now[traffic.whole] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        placed = _ends("share", now / whole) | _places(now)
        ratios = _ends("ratio", now / before)
    is_silent = (
        _is_small(traffic.now.sum(axis=0, keepdims=True) != 0) | ~traffic.now.any(axis=1) | np.isnan(now).all(axis=1)
    )
    is_few = _is_small((traffic.now != 0) | (traffic.before != 0))
    return _without(placed, is_silent) | _without(ratios, is_few | _is_half_held(traffic))


def dominated(spend_over_tokens: Traffic, merits: Floats, times: Floats) -> Floats:
    """Part of the draws in which another model costs no more per token, has no less merit, and is better on one.

    Spend is in thousand-millionths of a dollar. NaN where too few blocks paid for the model, or its cost is all in no
    block; in a draw without a token of it, a model neither wins nor loses.
    """
    spend = _drawn(spend_over_tokens.now, spend_over_tokens.now_total, times)
    tokens = _drawn(spend_over_tokens.before, spend_over_tokens.before_total, times)
    # Millionths of a dollar per million tokens: below it two equal prices differ by rounding alone.
    prices = np.divide(spend, tokens, out=np.full_like(spend, np.inf), where=tokens > 0).round(3)
    is_fixed = _is_half_held(spend_over_tokens)
    prices[is_fixed] = (spend_over_tokens.now_total / spend_over_tokens.before_total)[is_fixed, None]
    is_beaten = np.zeros(prices.shape, dtype=np.bool_)
    cheapest = np.full(DRAWS, np.inf)
    for merit in np.unique(merits)[::-1]:
        equals = merits == merit
        among = prices[equals].min(axis=0)
        is_beaten[equals] = (cheapest <= prices[equals]) | (among < prices[equals])
        cheapest = np.minimum(cheapest, among)
    is_beaten &= np.isfinite(prices)
    return np.where(_is_small(spend_over_tokens.before != 0) | is_fixed, np.nan, is_beaten.mean(axis=1))


def _is_half_held(traffic: Traffic) -> NDArray[np.bool_]:
    """Models of which no block holds one side of the ratio: that side would stay as it is while the other is drawn."""
    sides = ((traffic.now, traffic.now_total), (traffic.before, traffic.before_total))
    missing = [~held.any(axis=1) & (totals > 0) for held, totals in sides]
    return missing[0] | missing[1]


def _drawn(values: Floats, totals: Floats, times: Floats) -> Floats:
    """The sum of each model in each draw: (models, draws); what has no block is the same in all of them."""
    if np.isnan(totals).all():
        return np.full((len(totals), DRAWS), np.nan)
    held = values.sum(axis=1)
    factors = np.divide(totals, held, out=np.zeros_like(held), where=held != 0)
    return np.where(held[:, None] != 0, (values @ times) * factors[:, None], totals[:, None])


def _ends(name: str, drawn: Floats) -> dict[str, Floats]:
    """The ends of the middle 95 % of the draws; none where the upper one is a division by nothing."""
    ordered = np.partition(np.where(np.isfinite(drawn), drawn, np.inf), (LOW, HIGH), axis=1)
    low, high = ordered[:, LOW].copy(), ordered[:, HIGH].copy()
    return _without({f"{name}_low": low, f"{name}_high": high}, ~np.isfinite(high))


def _places(drawn: Floats) -> dict[str, Floats]:
    """Rank in each draw, largest first and equals in the models' order: its ends, and how often it is at most k."""
    order = np.argsort(-drawn, axis=0, kind="stable")
    ranks = np.empty_like(drawn)
    np.put_along_axis(ranks, order, np.arange(1.0, len(drawn) + 1)[:, None], axis=0)
    return _ends("rank", ranks) | {f"p_rank_le_{k}": (ranks <= k).mean(axis=1) for k in PLACES}


def _is_small(held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.count_nonzero(held, axis=1) < FEWEST_BLOCKS


def _without(found: dict[str, Floats], hidden: NDArray[np.bool_]) -> dict[str, Floats]:
    return {name: np.where(hidden, np.nan, values) for name, values in found.items()}


@contextmanager
def taught(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """SQL on this connection may call `bootstrap(cells, models)`: one struct of interval ends per model.

    And `dominated(cells, models)`, whose `now` is spend, `before` tokens: how often each model is.
    """
    con.create_function("bootstrap", _bootstrap, [*TAKEN], GIVEN, type="arrow")  # pyright: ignore[reportCallIssue, reportArgumentType]
    con.create_function("dominated", _dominated, [*COMPARED], VERDICTS, type="arrow")  # pyright: ignore[reportCallIssue, reportArgumentType]
    try:
        yield
    finally:
        con.remove_function("bootstrap")
        con.remove_function("dominated")


def _bootstrap(cells: pa.ChunkedArray, models: pa.ChunkedArray) -> pa.Array:
    """The function's values: models numbered from 1 in each row, cells of a model and a block at most once."""
    blocks = _blocks(cells)
    times = weights(blocks)
    rows = (_rows(row.values, among.values, blocks, times) for row, among in zip(cells, models, strict=True))
    return pa.array(list(rows), type=pa.list_(ROW))


def _dominated(cells: pa.ChunkedArray, models: pa.ChunkedArray) -> pa.Array:
    """That function's values, of the same cells; models carry their merit."""
    blocks = _blocks(cells)
    times = weights(blocks)
    told = []
    for row, among in zip(cells, models, strict=True):
        merits = among.values.field("merit").to_numpy()
        parts = dominated(_traffic(row.values, among.values, blocks), merits, times)
        names = among.values.field("model_id").to_pylist()
        told.append(
            [
                {"model_id": name, "p_dominated": None if np.isnan(part) else float(part)}
                for name, part in zip(names, parts, strict=True)
            ]
        )
    return pa.array(told, type=pa.list_(VERDICT))


def _blocks(cells: pa.ChunkedArray) -> NDArray[np.uint64]:
    return np.unique(np.concatenate([row.values.field("block").to_numpy() for row in cells]))


def _rows(cells: pa.StructArray, models: pa.StructArray, blocks: NDArray[np.uint64], times: Floats) -> list[Row]:
    names = models.field("model_id").to_pylist()
    whole = np.flatnonzero(models.field("is_whole").to_numpy(zero_copy_only=False))
    traffic = replace(_traffic(cells, models, blocks), whole=int(whole[0]) if len(whole) else None)
    found = intervals(traffic, times)
    columns = {name: [None if np.isnan(end) else float(end) for end in ends] for name, ends in found.items()}
    return [{"model_id": name, **{c: ends[n] for c, ends in columns.items()}} for n, name in enumerate(names)]


def _traffic(cells: pa.StructArray, models: pa.StructArray, blocks: NDArray[np.uint64]) -> Traffic:
    shape = (len(models), len(blocks))
    cell = (cells.field("model").to_numpy() - 1) * len(blocks) + np.searchsorted(blocks, cells.field("block"))

    def spread(name: str) -> Floats:
        spread_out = np.zeros(shape)
        spread_out.put(cell, cells.field(name).to_numpy())
        return spread_out

    def totals(name: str) -> Floats:
        return models.field(name).to_numpy(zero_copy_only=False)

    return Traffic(now=spread("now"), before=spread("before"), now_total=totals("now"), before_total=totals("before"))
