"""Columns of the tables, one definition each, so a figure looks alike wherever it stands."""

import re
from collections.abc import Sequence
from typing import Any

import free
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
import wire
from format import UNKNOWN

column = st.column_config
ROW_HEIGHT = 38

AMOUNT = {"tokens": "Tokens", "requests": "Requests", "spend": "Spend", "users": "Users"}


def show(
    table: pa.Table, columns: dict[str, Any], key: str, alt: str, opens: bool = False, rows: int = 20
) -> int | None:
    """Draw the named columns; the index of a clicked row where a row opens something."""
    drawn = _drawn(table.select(list(columns)), columns)
    drawn, columns = free.said(drawn, columns)
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-cell"} if opens else {}
    event = st.dataframe(
        drawn,
        column_config=columns,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * min(len(drawn), rows) + 36,
        placeholder=UNKNOWN,
        key=key,
        alt=alt,
        **options,
    )
    cells = event.selection.cells if opens else []
    return cells[0][0] if cells else None


def _drawn(table: pa.Table, columns: dict[str, Any]) -> pa.Table:
    """Decimals as floats: the browser draws these, it does not add them up. Nearly 100 % is never rounded to it."""
    for index, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(index, field.name, pc.cast(table[field.name], pa.float64()))
        if field.name.endswith("_percent"):
            table = table.set_column(index, field.name, _not_quite_whole(table[field.name], columns[field.name]))
    return wire.lean(table)


def _not_quite_whole(values: pa.ChunkedArray, shown: Any) -> pa.ChunkedArray:
    """Percentages under 100 that their column's format would round up, cut to its last digit below."""
    decimals = re.search(r"%\.(\d)f%%", shown["type_config"].get("format") or "")
    if not decimals:
        return values
    below = 100 - 10 ** -int(decimals[1])
    rounds_up = pc.and_(pc.less(values, 100.0), pc.greater(values, below))
    return pc.if_else(rounds_up, below, values)


def few_line(min_users: int) -> str:
    """What a table with that column says below."""
    return f"<{min_users}: fewer than {min_users} users, or hidden so that no such count is given back; not ranked."


def few() -> Any:
    """Beside a count of people, in a column of its own so that counts sort as numbers: which are hidden."""
    return column.TextColumn("Few", width=46, help="So few users, or hidden so that no such count is given back")


def rank() -> Any:
    return column.NumberColumn("#", width=34, format="%d", alignment="left", help="Rank on the whole board")


def model() -> Any:
    return column.TextColumn("Model", width=198)


def author() -> Any:
    return column.TextColumn("Author", width=110)


def amount(unit: str, values: Sequence[Any] = ()) -> Any:
    """What a board ranks by."""
    if unit == "spend":
        return column.NumberColumn("Spend", width=82, format=_money([float(value) for value in values if value]))
    return column.NumberColumn(AMOUNT[unit], width=70, format="compact")


def _money(sums: Sequence[float]) -> str:
    """Cents where sums are small enough for them to tell models apart, three digits where cents would say 0."""
    if not sums or min(sums) >= 1:
        return "$%,.0f" if max(sums, default=0) >= 1000 else "$%.2f"
    return "$%.3g" if min(sums) < 0.01 or max(sums) < 1 else "$%,.2f"


def moved() -> Any:
    """Rank moves as pills in the theme's own green, red and blue, so they follow light and dark."""
    ups, downs = [f"▲ {n}" for n in range(1, 100)], [f"▼ {n}" for n in range(1, 100)]
    return column.MultiselectColumn(
        "Δ",
        width=56,
        options=[*ups, *downs, "NEW"],
        color=["green"] * len(ups) + ["red"] * len(downs) + ["blue"],
        help="Places gained or lost against the window before",
    )


def share(largest: float | None, unit: str = "tokens") -> Any:
    """Part of all traffic; of users it is reach, since one person may use several models."""
    is_reach = unit == "users"
    return column.ProgressColumn(
        "Reach" if is_reach else "Share",
        width=120,
        format="%.1f%%",
        min_value=0,
        max_value=largest or 1,
        color="primary",
        help="Of all active users; one person may use several models" if is_reach else "Of all traffic",
    )


def change(help_text: str = "Against the window before") -> Any:
    return column.NumberColumn("Change", width=84, format="%+.1f%%", help=help_text)


def moved_points() -> Any:
    return column.NumberColumn("Δ share", width=84, format="%+.2f pp", help="Against the window before")


def rank_range() -> Any:
    """Where the rank could as well be, were other users logged."""
    return column.TextColumn(
        "Range", width=62, help="95 % interval of the rank: drawing the users anew puts the model between these ranks"
    )


def trend(week_count: int) -> Any:
    """As many weeks as the log has of the twelve."""
    label = "1 week" if week_count == 1 else f"{week_count} weeks"
    return column.AreaChartColumn(label, width=110, color="blue", y_min=0)


def price() -> Any:
    return column.NumberColumn(
        "$/M eff.",
        width=74,
        format="$%.3f",
        help=f"Cost over tokens of the same requests; {UNKNOWN} is unpriced, not free",
    )


def dollars_per_mtok(label: str, help_text: str) -> Any:
    return column.NumberColumn(label, width=76, format="$%.3f", help=help_text)


def small_dollars(label: str) -> Any:
    return column.NumberColumn(label, width=82, format="$%.5f")


def percent(label: str, help_text: str, decimals: int = 0) -> Any:
    return column.NumberColumn(label, width=74, format=f"%.{decimals}f%%", help=help_text)


def decimal(label: str, help_text: str, decimals: int = 1) -> Any:
    return column.NumberColumn(label, width=76, format=f"%.{decimals}f", help=help_text)


def priced() -> Any:
    return column.NumberColumn("Priced", width=70, format="%.0f%%", help="Share of tokens whose cost is known")


def p50() -> Any:
    return column.NumberColumn("TTFT p50", width=84, format="%.2f s", help="Median time to first token, streams only")


def p95() -> Any:
    return column.NumberColumn("p95", width=76, format="%.2f s", help="95th percentile of time to first token")


def seconds(label: str, help_text: str) -> Any:
    return column.NumberColumn(label, width=76, format="%.2f s", help=help_text)


def speed() -> Any:
    return column.NumberColumn("Tok/s", width=66, format="%.0f", help="Median output speed of streams")


def success() -> Any:
    return column.NumberColumn(
        "Success", width=84, format="%.2f%%", help=f"Requests ended ok over ok and failed; {UNKNOWN} under 20 of them"
    )


def ended() -> Any:
    """What a success rate is of."""
    return count("Ended", "Requests that ended ok or failed, of which Success is")


def quality(largest: float) -> Any:
    return column.ProgressColumn(
        "Quality", width=86, format="%.1f", min_value=0, max_value=max(largest, 1), color="primary"
    )


def count(label: str, help_text: str | None = None) -> Any:
    return column.NumberColumn(label, width=86, format="localized", help=help_text)


def text(label: str, width: int) -> Any:
    return column.TextColumn(label, width=width)


def moment(label: str) -> Any:
    return column.DatetimeColumn(label, width=150, format="D MMM YYYY, HH:mm")


def date(label: str) -> Any:
    return column.DateColumn(label, width=96, format="D MMM YYYY")


def late(label: str, help_text: str) -> Any:
    return column.NumberColumn(label, width=84, format="%.2f h", help=help_text)


def apart() -> Any:
    return column.NumberColumn(
        "Apart", width=76, format="%.2f%%", help="The largest difference of a figure, of the larger of the two"
    )


def dollars(label: str) -> Any:
    return column.NumberColumn(label, width=90, format="$%,.2f")


def tick(label: str) -> Any:
    return column.CheckboxColumn(label, width=76)


def hours(label: str) -> Any:
    return column.NumberColumn(label, width=80, format="%.1f h", help="Hours between what it covers and the as-of")


def coverage(label: str, help_text: str) -> Any:
    return column.ProgressColumn(
        label, width=100, format="%.1f%%", min_value=0, max_value=100, help=help_text, color="primary"
    )


def outcome(label: str, colors: dict[str, str]) -> Any:
    """A word as a pill in one of the theme's colours."""
    return column.MultiselectColumn(label, width=104, options=list(colors), color=list(colors.values()))
