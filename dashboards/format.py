"""Numbers, instants and untrusted names as text a person reads; unknown is always a dash."""

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

UNKNOWN = "\N{EN DASH}"
FREE = "free"
STEPS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))

Number: TypeAlias = int | float | Decimal | None


def compact(value: Number) -> str:
    """Three significant digits and K, M, B or T: 8263000000000 is 8.26T."""
    if value is None:
        return UNKNOWN
    for step, letter in STEPS:
        # 999 950 is 1M, not 1000K: the step begins where three digits would round up to it.
        if abs(value) >= step * 0.9995:
            return f"{_three_digits(float(value) / step)}{letter}"
    return _three_digits(float(value))


def _three_digits(value: float) -> str:
    text = f"{value:.{2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def few(min_users: int) -> str:
    """A count of people that is hidden: <5."""
    return f"<{min_users}"


def too_few(count: Number) -> str:
    """In place of a figure that so few samples do not tell: too few (7)."""
    return f"too few ({compact(count)})"


def usd(value: Number) -> str:
    """A sum of money: $6.88M, $412, $0.031."""
    if value is None:
        return UNKNOWN
    if 0 < value < 1:
        return f"${_under_one(value)}"
    return f"-${compact(-value)}" if value < 0 else f"${compact(value)}" if value >= 1000 else f"${value:,.2f}"


def _under_one(value: Decimal | float) -> str:
    """Three significant digits, and never fewer than two decimals: 0.50, 0.031, 0.000421."""
    whole, _, digits = f"{value:.{2 - math.floor(math.log10(value))}f}".partition(".")
    return f"{whole}.{digits.rstrip('0').ljust(2, '0')}"


def price(value: Number) -> str:
    """Dollars per million tokens: two decimals, three under $0.1, never $0.00; nothing to pay is free."""
    if value is None:
        return UNKNOWN
    if value == 0:
        return FREE
    if 0 < value < 0.0005:
        return "<$0.001"
    return f"${value:,.{3 if value < 0.1 else 2}f}"


def price_hours(ratio: float | None) -> str | None:
    """Of a list price that holds in some hours of the day alone: how many times as much it is in the others."""
    if ratio is None:
        return None
    return f"peak {ratio:.3g}x" if ratio > 1 else f"off-peak {ratio:.3g}x" if ratio < 1 else "by the hour"


def seconds(value: Number) -> str:
    """0.52 s."""
    return UNKNOWN if value is None else f"{value:.2f} s"


def speed(value: Number) -> str:
    """Tokens per second: 81 tok/s."""
    return UNKNOWN if value is None else f"{value:.0f} tok/s"


def percent(share: Number, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage; what is not quite all never reads 100 %."""
    if share is None:
        return UNKNOWN
    text = f"{share:.{decimals}%}"
    return f">99.{'9' * decimals}%" if share < 1 and text.startswith("100.") else text


def whole_percent(value: Number) -> str:
    """A percentage already from 0 to 100: 92%."""
    if value is None:
        return UNKNOWN
    return ">99%" if 99.5 <= value < 100 else f"{value:.0f}%"


def change(ratio: Number) -> str | None:
    """A signed change: +6.0%. None where there is nothing to compare."""
    return None if ratio is None else f"{ratio:+.1%}"


def points(value: Number) -> str | None:
    """A signed change in percentage points: +0.10 pp."""
    return None if value is None else f"{value:+.2f} pp"


def day(value: date) -> str:
    """16 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def weekday(value: date) -> str:
    """Monday, 23 Nov."""
    return f"{value:%A}, {value.day} {value:%b}"


def hour(value: datetime, today: datetime) -> str:
    """14:00 UTC; with its day when that is another than today's."""
    return f"{'' if value.date() == today.date() else f'{value.day} {value:%b}, '}{value:%H:%M} UTC"


def instant(value: datetime) -> str:
    """23 Nov 2026, 02:10 UTC."""
    return f"{day(value)}, {value:%H:%M} UTC"


def age(span: timedelta) -> str:
    """How long ago: just now, 12 min ago, 3 h ago, 5 days ago."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def plain(name: str | None) -> str:
    """A name from a log without control or direction-changing characters, so it cannot disguise itself."""
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf"} else c for c in name or UNKNOWN)


def escaped(name: str | None) -> str:
    """A name from a log for a place that renders Markdown: every mark is shown, none is obeyed."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", plain(name))


def short(model_id: str) -> str:
    """`author/model` without its author, for a crowded chart."""
    return plain(model_id.partition("/")[2] or model_id)
