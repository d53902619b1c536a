"""Movers: what rose, what fell, how surely, and how much the order hangs on what is counted."""

from typing import Any

import charts_movers
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import streamlit as st
import tables

UNITS = {"tokens": "Tokens", "requests": "Requests", "spend": "Spend", "users": "Users"}
AT_MOST = 8
CHARTED = 7  # as many as there are colours: grey is Other
TABLES = ["rankings.movers", "rankings.intervals", "rankings.momentum", "rankings.rank_disagreement"]
CAPTIONS = {
    "trending": "above the mean of the three windows before",
    "momentum": "the last whole day over the mean day of up to 30; 1 is as usual",
    "new": "no traffic in the window before",
    "left": "traffic in the window before, none in this",
}
NOTHING = {
    "rising": "none rose.",
    "falling": "none fell.",
    "trending": "no model is above its mean of the three windows before.",
    "uncovered": "the log does not reach back over the three windows before this one yet.",
    "momentum": "no model of 7 days or more beat its mean day.",
    "new": "no model is new.",
    "left": "no model left.",
}


def mark(row: dict[str, Any]) -> dict[str, object]:
    """A changed model with its tooltip; without an interval its dot stands alone and hollow."""
    return {
        "model_id": row["model_id"],
        "label": text.short(row["model_id"]),
        "change": row["change"],
        "change_low": row["change_low"],
        "change_high": row["change_high"],
        "rises": row["change"] > 0,
        "is_clear": bool(row["has_clear_change"]),
        "change_text": text.change(row["change"]),
        "interval_text": row["drawn_interval"] or "too few users to tell",
        "clear_text": row["drawn_clear"] or text.UNKNOWN,
    }


def changes(rising: pa.Table, falling: pa.Table) -> None:
    """The first risers and fallers, each on its interval."""
    rows = [*rising.to_pylist(), *reversed(falling.to_pylist())]
    colors = palette.colors("dark" if st.context.theme.type == "dark" else "light")
    with st.container(border=True):
        frame.heading("Risers and fallers", "change against the window before, bars are 95 % intervals")
        spec = charts_movers.change_ranges(frame.ink(), colors["greenColor"], colors["redColor"], len(rows))
        alt = f"Change of the {len(rising)} fastest risers and the {len(falling)} fastest fallers with 95 % intervals"
        st.vega_lite_chart(pa.Table.from_pylist([mark(row) for row in rows]), spec, alt=alt, key="changes")
        st.caption("A hollow dot is no clear change: had other users been logged, it could as well be none.")


def listed(rows: pa.Table, title: str, caption: str, columns: dict[str, Any], key: str) -> None:
    """One list of models; a row opens its model, and one line says why there is none."""
    if not rows.num_rows:
        st.caption(f"**{title}**: {NOTHING[key]}")
        return
    frame.heading(title, caption)
    clicked = tables.show(rows, columns, key, f"{title}: {caption}", opens=True, rows=AT_MOST)
    if clicked is not None:
        model = rows["model_id"][clicked].as_py()
        st.switch_page("views/model.py", query_params={**filters.board(), "model": model})


def changed_columns(rows: pa.Table, unit: str) -> dict[str, Any]:
    return {
        "model_id": tables.model(),
        "change_percent": tables.change(),
        "drawn_interval": tables.text("95 % interval", 118),
        "drawn_clear": tables.text("Clear?", 76),
        "value": tables.amount(unit, rows["value"].to_pylist()),
    }


def lists(edition: published.Edition, unit: str, period: str, has_previous: bool, is_trend_known: bool) -> None:
    """Trending and momentum, who came and who left, the empty ones last; momentum alone needs no window before."""
    found = {name: edition.rows("movers", period=period, unit=unit, list=name) for name in CAPTIONS}
    columns: dict[str, dict[str, Any]] = {
        "trending": {
            "model_id": tables.model(),
            "trending": tables.amount(unit, found["trending"]["trending"].to_pylist())
            | {"label": "Above mean", "width": 92},
            "change_percent": tables.change(),
        },
        "momentum": {
            "model_id": tables.model(),
            "momentum": tables.column.NumberColumn("Momentum", width=84, format="%.2f"),
            "drawn_momentum_interval": tables.text("95 % interval", 100),
            "age_days": tables.column.NumberColumn("Days", width=56, help="Days it is the mean of"),
        },
        "new": {
            "model_id": tables.model(),
            "value": tables.amount(unit, found["new"]["value"].to_pylist()),
            **({"drawn_few": tables.few()} if any(found["new"]["drawn_few"].to_pylist()) else {}),
            "first_used_date": tables.date("First used"),
            "released_date": tables.date("Released"),
        },
        "left": {
            "model_id": tables.model(),
            "previous_value": tables.amount(unit, found["left"]["previous_value"].to_pylist()) | {"label": "Before"},
            "previous_rank": tables.column.NumberColumn("Was #", width=64, format="%d"),
        },
    }
    shown = [name for name in CAPTIONS if (unit != "users" if name == "momentum" else has_previous)]
    filled = [name for name in shown if found[name].num_rows]
    for pair in (filled[:2], filled[2:]):
        for place, name in zip(st.columns(len(pair), gap="large") if pair else (), pair, strict=True):
            with place:
                listed(found[name], name.capitalize(), CAPTIONS[name], columns[name], name)
    for name in (name for name in shown if name not in filled):
        why = "uncovered" if name == "trending" and not is_trend_known else name
        listed(found[name], name.capitalize(), CAPTIONS[name], columns[name], why)


def small_bases(edition: published.Edition, unit: str, period: str) -> None:
    """Changes of what was hardly used before: told apart, never sorted by."""
    rows = edition.rows("movers", period=period, unit=unit, list="small")
    if not rows.num_rows:
        return
    with st.expander(f"{rows.num_rows} models on a small base", icon=":material/blur_on:"):
        st.caption("Under 1 M tokens, 100 requests or 5 users in the window before: their change says little.")
        shown = {
            "model_id": tables.model(),
            "value": tables.amount(unit, rows["value"].to_pylist()),
            "change_percent": tables.change(),
        }
        tables.show(rows, shown, "small", "Models on a small base, largest first")


def unit_orders(edition: published.Edition, unit: str, period: str) -> None:
    """How the unit changes the order: places of the first seven by each unit, and how alike two orders are."""
    rows = edition.rows("unit_ranks", period=period, unit=unit).to_pylist()
    models = list(dict.fromkeys(row["model_id"] for row in rows))[:CHARTED]
    claimed = edition.rows("color_slots", kind="model").to_pylist()
    slots = palette.slots_of(models, [(row["entity_id"], row["slot"]) for row in claimed])
    marks = [
        {
            "unit": UNITS[row["unit"]],
            "model_id": row["model_id"],
            "label": text.short(row["model_id"]),
            "slot": slots[row["model_id"]],
            "place": row["drawn_place"],
            "rank_text": row["few"] or (text.UNKNOWN if row["rank"] is None else str(row["rank"])),
        }
        for row in rows
        if row["model_id"] in slots
    ]
    with st.container(border=True):
        frame.heading("What is counted changes the order", f"the first {len(models)} by {unit}, by each unit")
        spec = charts_movers.unit_slopes(ordered(unit), UNITS[unit], frame.ink())
        alt = f"Ranks of the first {len(models)} models by {unit} in each of the four units"
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt=alt, key="units")
        pairs = edition.rows("unit_pairs", period=period)
        columns = {"unit": tables.text("By", 90)} | {name: tables.text(UNITS[name], 110) for name in UNITS}
        tables.show(pairs, columns, "pairs", "Agreement of each two units")
        st.caption(
            "Kendall's tau-b over the first ten of either unit (1: the same order, 0: unrelated, -1: reversed) · "
            "models among the first ten of both."
        )


def ordered(chosen: str) -> list[str]:
    """The chosen unit last, so that names stand at the lines' ends."""
    return [*(UNITS[unit] for unit in UNITS if unit != chosen), UNITS[chosen]]


edition = published.current()
st.query_params.pop("model", None)
heading = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    unit = filters.choose("Count", "by", UNITS, "tokens")
    period = "1w"
    if edition.row("window", period=period):
        period = filters.choose("Period", "period", frame.WEEKS, period)
with heading:
    frame.header(edition, "Movers", "all traffic", TABLES, period)

window = edition.row("window", period=period)
everything = edition.rows("movers", period=period, unit=unit, list="all")
rising = edition.rows("movers", period=period, unit=unit, list="rising")
falling = edition.rows("movers", period=period, unit=unit, list="falling")

if window is None:
    frame.no_data(frame.no_week(edition))
elif not everything.num_rows:
    frame.no_data(f"No {unit} were logged in {frame.window(edition, period)}.", "podium refresh")
else:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        if window["has_previous"]:
            frame.heading(f"{rising.num_rows} rose, {falling.num_rows} fell", f"of {everything.num_rows} models")
        else:
            frame.heading(f"{everything.num_rows} models")
        about = downloads.about(edition, "movers", period, unit=unit, filters=st.query_params.to_dict())
        downloads.button(edition, everything, f"movers-{unit}-{period}", about)
    if not window["has_previous"]:
        st.info(
            "The log does not cover the window before, so nothing is said to have moved.", icon=":material/history:"
        )
    elif rising.num_rows or falling.num_rows:
        changes(rising.slice(0, AT_MOST), falling.slice(0, AT_MOST))
        left, right = st.columns(2, gap="large")
        with left:
            listed(rising, "Rising", "most first", changed_columns(rising, unit), "rising")
        with right:
            listed(falling, "Falling", "most first", changed_columns(falling, unit), "falling")
    is_trend_known = everything["trending"].null_count < everything.num_rows
    lists(edition, unit, period, window["has_previous"], is_trend_known)
    small_bases(edition, unit, period)
    unit_orders(edition, unit, period)
