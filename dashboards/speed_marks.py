"""Rows of the Latency & reliability page on their way into charts, notes and the table: names and texts, no figures."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import format as text
import pyarrow as pa
import tables
import wire
from published import Edition

MEASURES = {
    "ttft_p50_s": "TTFT p50",
    "ttft_p95_s": "TTFT p95",
    "output_speed_p50": "output speed",
    "request_success_rate": "success",
}
LABELLED_DAYS = 14
FLOOR = f"{text.UNKNOWN} under 20"
BAD, CROSS = 0.95, "\N{MULTIPLICATION SIGN}"


def name_of(row: Mapping[str, Any], group: str) -> str:
    """What the row is about, as a chart's axis says it."""
    model, provider = text.short(row["model_id"]), text.plain(row["provider_name"])
    return {"model": model, "provider": provider}.get(group, f"{model} · {provider}")


def between(low: float | None, high: float | None) -> str:
    """An interval of seconds: 0.98 to 1.04 s."""
    return text.UNKNOWN if low is None or high is None else f"{low:.2f} to {text.seconds(high)}"


def latency_mark(row: Mapping[str, Any], group: str, slots: Mapping[str, int]) -> dict[str, Any]:
    """A row of the range chart."""
    entity = row["provider_name"] if group == "provider" else row["model_id"]
    return {
        "label": name_of(row, group),
        "name": text.plain(row["provider_name"]) if group == "provider" else text.plain(row["model_id"]),
        "slot": slots.get(entity, 0),
        "p50": row["ttft_p50_s"],
        "low": row["ttft_p50_s_low"],
        "high": row["ttft_p50_s_high"],
        "p95": row["ttft_p95_s"],
        "p50_text": text.seconds(row["ttft_p50_s"]),
        "interval_text": between(row["ttft_p50_s_low"], row["ttft_p50_s_high"]),
        "p95_text": few_or(row["ttft_p95_s"], row["ttft_n"]),
        "n_text": text.compact(row["ttft_n"]),
    }


def rescued(share: float | None, count: int | None) -> str:
    """Under success: how many of the first tries that failed were made good."""
    if not count:
        return "no failed first try known"
    if share is None:
        return f"failed first tries: {text.too_few(count)}"
    return f"{text.percent(share)} of {text.compact(count)} failed first tries rescued"


def few_or(seconds: float | None, count: int) -> str:
    """Seconds, or that there are too few samples for them."""
    return text.too_few(count) if seconds is None else text.seconds(seconds)


@dataclass(frozen=True)
class Days:
    """The heatmap's cells, its days, oldest first, and how many providers it has."""

    marks: pa.Table
    days: tuple[str, ...]
    provider_count: int


@lru_cache(maxsize=8)
def days_of(edition: Edition, period: str) -> Days:
    """Thousands of cells, where there are many providers: made once."""
    rows = edition.rows("speed_days", period=period).to_pylist()
    days = dict.fromkeys(row["day"] for row in sorted(rows, key=lambda row: row["start_date"]))
    marks = pa.Table.from_pylist([day_mark(row, len(days)) for row in rows])
    if rows:  # a rate is a colour here, and its text says it whole
        place = marks.column_names.index("rate")
        marks = marks.set_column(place, "rate", marks["rate"].cast(pa.float64()).cast(pa.float32(), safe=False))
    return Days(wire.lean(marks), tuple(days), len({row["provider_name"] for row in rows}))


def day_mark(row: Mapping[str, Any], day_count: int) -> dict[str, Any]:
    """A cell of the heatmap; what a colour says, its text or mark says, too."""
    rate = row["rate"]
    return {
        "day": row["day"],
        "provider_name": row["provider_name"],
        "rate": rate,
        "rate_text": text.too_few(row["n"]) if rate is None else text.percent(rate, 2),
        "n_text": text.compact(row["n"]) + (" requests" if row["is_of_requests"] else ""),
        "mark_text": _day_text(row, day_count),
    }


def _day_text(row: Mapping[str, Any], day_count: int) -> str:
    """What stands in a cell: percent where there is room, else a cross for a bad day; a point where too few tell."""
    if row["rate"] is None:
        return "·"
    if day_count > LABELLED_DAYS:
        return CROSS if row["rate"] < BAD else ""
    return _bad_percent(row["rate"]) if row["rate"] < BAD else text.whole_percent(row["rate_percent"])


def _bad_percent(rate: float) -> str:
    """A bad day's percent, with a decimal, cut off, where rounding would make it a good one: 94.6%."""
    whole = f"{rate:.0%}"
    return whole if whole != f"{BAD:.0%}" else f"{math.floor(rate * 1000) / 10:.1f}%"


def marks_line(day_count: int) -> str:
    """What the marks in the cells mean; no cross is drawn where percents are."""
    cross = "" if day_count <= LABELLED_DAYS else f" {CROSS}: under 95 %."
    return f"What stands out least is 100 %, most 90 % or less.{cross} A point: too few calls (under 20)."


def profile_mark(row: Mapping[str, Any]) -> dict[str, Any]:
    """A place of the hour or prompt-size chart."""
    return {
        **{name: row[name] for name in ("label", "p50_s", "low_s", "high_s", "p95_s")},
        "p50_text": text.seconds(row["p50_s"]),
        "interval_text": between(row["low_s"], row["high_s"]),
        "p95_text": few_or(row["p95_s"], row["n"]),
        "n_text": text.compact(row["n"]),
    }


def note(row: Mapping[str, Any]) -> str:
    """**model**: TTFT p50 up 40 % against its last four weeks (0.62 s to 0.87 s, 1.2K samples)."""
    measure, change = row["measure"], row["change"]
    if measure == "request_success_rate":
        written, moved = (lambda value: text.percent(value, 2)), f"{abs(change) * 100:.1f} percentage points"
    else:
        written, moved = text.speed if measure == "output_speed_p50" else text.seconds, f"{abs(change):.0%}"
    way = "up" if change > 0 else "down"
    now, before = written(row["value"]), written(row["before_value"])
    count = text.compact(row["sample_count"])
    return (
        f"**{text.escaped(row['model_id'])}**: {MEASURES[measure]} {way} {moved} against its last four weeks "
        f"({before} to {now}, {count} {'requests' if measure == 'request_success_rate' else 'streams'})"
    )


def with_samples(board: pa.Table) -> pa.Table:
    """The table's text column: how many streams, or that they are too few."""
    told = [
        text.UNKNOWN if not count else text.too_few(count) if few else text.compact(count)
        for count, few in zip(board["drawn_ttft_n"].to_pylist(), board["drawn_is_few"].to_pylist(), strict=True)
    ]
    return board.append_column("drawn_streams", pa.array(told, pa.string()))


def columns(group: str) -> dict[str, Any]:
    """The table's columns, what is asked about first."""
    whose = {
        "model": {"model_id": tables.model()},
        "provider": {"provider_name": tables.text("Provider", 150)},
        "both": {"model_id": tables.model() | {"width": 190}, "provider_name": tables.text("Provider", 116)},
    }[group]
    requests = {} if group == "both" else {"request_count": tables.count("Requests") | {"width": 78}}
    return whose | {
        "ttft_p50_s": tables.p50(),
        "ttft_p95_s": tables.p95(),
        "drawn_streams": tables.text("Streams", 88),
        "output_speed_p50": tables.speed(),
        "success_percent": tables.success(),
        "request_success_n": tables.ended() | {"width": 66},
        "uptime_percent": _percent(
            "Uptime", f"Attempts that ended ok, of ok and failed ones; rate limits left out; {FLOOR}"
        ),
        "rate_limited_percent": _percent("Rate-lim.", "Attempts refused for their rate, of all"),
        "first_failed_percent": _percent("1st failed", f"First choices that failed, of those the log knows; {FLOOR}"),
        "rescued_percent": _percent("Rescued", f"Failed first choices whose request ended ok all the same; {FLOOR}"),
        "fallback_percent": _percent("Fallback", "Requests answered by another model than asked for"),
        "duration_p50_s": tables.seconds("Duration", "Median, answered calls"),
        **requests,
    }


def _percent(label: str, help_text: str) -> Any:
    return tables.column.NumberColumn(label, width=70, format="%.2f%%", help=help_text)
