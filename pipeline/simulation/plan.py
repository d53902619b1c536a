"""What one simulated day is like before any request: volume, arrivals, shares, prices, speeds and failures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from pipeline.simulation import calibration as c
from pipeline.simulation.draws import Array, Draws, Picker
from pipeline.simulation.pricing import PriceTable, price_table
from pipeline.simulation.world import HOURS, World

DAY_S = 86_400


@dataclass(frozen=True, eq=False)
class DayPlan:
    """The truth of one UTC day; `ttft_p50_s` and `output_speed_p50` already hold the day's swing and slowdown."""

    day: date
    routes: Picker
    arrivals: Array
    prices: PriceTable
    failure_rate: Array
    ttft_p50_s: Array
    output_speed_p50: Array

    @property
    def start_us(self) -> int:
        """Midnight in epoch microseconds."""
        return epoch_us(datetime.combine(self.day, time(), UTC))


@dataclass(frozen=True)
class Portion:
    """`requests` of one day, arriving between two quantiles of its arrivals."""

    day: date
    begin: float
    end: float
    requests: int


def epoch_us(instant: datetime) -> int:
    """Whole microseconds since 1970."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def plan_day(world: World, day: date) -> DayPlan:
    """Depends on the world and the day alone, never on the window asked for."""
    swing = Draws(0x90D3, day.toordinal())
    count = len(world.endpoints)
    ttft = np.exp(swing.normal("ttft", count) * c.TTFT_DAY_SD_LN / np.sqrt(2))
    speed = np.exp(swing.normal("speed", count) * c.SPEED_DAY_SD_LN / np.sqrt(2))
    return DayPlan(
        day,
        Picker(world.endpoint_share(day).reshape(1, -1)),
        arrivals(day),
        price_table(world, day),
        world.failure_rate(day),
        world.ttft_p50_s * ttft * world.slowdown(day),
        world.output_speed_p50 * speed,
    )


def arrivals(day: date) -> Array:
    """Cumulative share of the day's requests at each of its 24 hour marks (25 values, 0 to 1)."""
    weights = c.HOUR_WEIGHT * np.exp(0.1 * Draws(0x90D4, day.toordinal()).normal("hours", HOURS))
    return np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])


def portions(world: World, start: datetime, end: datetime, requests: int) -> list[Portion]:
    """Exactly `requests` over [start, end): by weekday, growth, the day's own swing and the part of it asked for."""
    first, days = start.date(), (end - timedelta(microseconds=1)).date().toordinal() - start.date().toordinal() + 1
    dates = [first + timedelta(days=offset) for offset in range(days)]
    spans = [(_quantile(day, start), _quantile(day, end)) for day in dates]
    weights = np.array([_volume(world, day) * (hi - lo) for day, (lo, hi) in zip(dates, spans, strict=True)])
    marks = np.rint(np.cumsum(weights) / weights.sum() * requests).astype(int)
    counts = np.diff(marks, prepend=0)
    return [Portion(day, *span, int(n)) for day, span, n in zip(dates, spans, counts, strict=True) if n]


def _quantile(day: date, instant: datetime) -> float:
    seconds = (instant - datetime.combine(day, time(), UTC)).total_seconds()
    return float(np.interp(seconds / 3600, np.arange(HOURS + 1), arrivals(day)))


def _volume(world: World, day: date) -> float:
    weekend = c.WEEKEND_FACTOR if day.weekday() >= 5 else 1.0
    noise = float(Draws(0x90D5, day.toordinal()).normal("volume", 1)[0])
    weeks = (day - world.anchor).days / 7
    return weekend * float(np.exp(c.GROWTH_PER_WEEK * weeks + c.DAY_VOLUME_SD_LN * noise))
