"""Cost vs quality, part Price and usage: the four quadrants, and how price and usage go together over models."""

import charts_price
import downloads
import filters
import format as text
import frame
import palette
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
import tables
from published import Edition

UNITS = {"tokens": "Tokens", "requests": "Requests", "users": "Users"}
QUADRANTS = {
    "all": "All",
    "Premium": "Premium",
    "Mass-market": "Mass-market",
    "Specialised": "Specialised",
    "Niche": "Niche",
}
TABLES = ["rankings.quadrants", "rankings.market_price_slope", "rankings.price_usage"]
COLORED = 7


def draw(edition: Edition, period: str) -> None:
    """The map, its table, and the grid of slopes."""
    with st.container(horizontal=True, vertical_alignment="top", key="usage-filters"):
        unit = filters.choose("Usage in", "by", UNITS, "tokens")
        quadrant = filters.choose("Quadrant", "quadrant", QUADRANTS, "all")
    rows = edition.rows("quadrants", period=period, unit=unit)
    if not rows.num_rows:
        st.caption(f"No model has both a price above zero and known {unit} in this period.")
        return
    listed = rows.to_pylist()
    opened = chart(edition, listed, unit, quadrant)
    st.caption(medians_line(listed[0], unit) + left_out_line(edition, period, unit))
    shown = rows if quadrant == "all" else rows.filter(pc.equal(rows["quadrant"], quadrant))
    opened = board(edition, shown, period, unit, quadrant) or opened
    slopes(edition, period)
    if opened:
        st.switch_page("views/model.py", query_params={"model": opened, "period": period})


def chart(edition: Edition, rows: list[dict], unit: str, quadrant: str) -> str | None:
    """Draw the models; the one of a clicked dot."""
    authors = list(dict.fromkeys(row["author"] for row in rows if row["author"]))[:COLORED]
    claimed = edition.rows("color_slots", kind="author").to_pylist()
    slots = palette.slots_of(authors, [(row["entity_id"], row["slot"]) for row in claimed])
    marks = [
        {
            "model_id": text.plain(row["model_id"]),
            "slot": slots.get(row["author"], palette.OTHER_SLOT),
            "effective_usd_per_mtok": row["effective_usd_per_mtok"],
            "value": row["value"],
            "quadrant": row["quadrant"],
            "is_lit": quadrant in ("all", row["quadrant"]),
            "price_text": f"{text.price(row['effective_usd_per_mtok'])} ({text.whole_percent(row['priced_percent'])}"
            " of tokens priced)",
            "value_text": text.compact(row["value"]),
        }
        for row in rows
    ]
    medians = rows[0]["median_usd_per_mtok"], rows[0]["median_value"]
    spec = charts_price.price_usage(frame.ink(), [row["effective_usd_per_mtok"] for row in rows], medians, UNITS[unit])
    with st.container(border=True):
        others = [("Other", palette.OTHER_SLOT)] if any(m["slot"] == palette.OTHER_SLOT for m in marks) else []
        frame.legend([*slots.items(), *others])
        event = st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            spec,
            on_select="rerun",
            selection_mode="picked",
            key="quadrants",
            alt=f"Effective price against {unit} of {len(marks)} models; dashed lines are the medians",
        )
    picked = event.selection.get("picked") or []
    return picked[0].get("model_id") if picked else None


def medians_line(row: dict, unit: str) -> str:
    return (
        f"Dashed: this log's own medians, {text.escaped(text.price(row['median_usd_per_mtok']))} per million tokens "
        f"and {text.compact(row['median_value'])} {unit}."
    )


def left_out_line(edition: Edition, period: str, unit: str) -> str:
    """A logarithm has no zero and no unknown, and few people are not told of."""
    counts = edition.row("quadrants_left_out", period=period, unit=unit) or {}
    parts = [f"{counts[f'{word}_count']} {word}" for word in ("unpriced", "free") if counts.get(f"{word}_count")]
    if counts.get("hidden_count"):
        parts.append(f"{counts['hidden_count']} of fewer than {counts['min_users']} users")
    return f" Not drawn: {', '.join(parts)}." if parts else ""


def board(edition: Edition, rows: pa.Table, period: str, unit: str, quadrant: str) -> str | None:
    """The models of the chosen quadrant; the one of a clicked row."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        frame.heading("All models" if quadrant == "all" else quadrant, f"{rows.num_rows}, most used first")
        about = downloads.about(edition, "quadrants", period, unit=unit, quadrant=quadrant)
        downloads.button(edition, rows, f"quadrants-{unit}-{period}", about)
    if not rows.num_rows:
        frame.nothing_here("No model is in this quadrant.", ["quadrant"])
        return None
    clicked = tables.show(
        rows,
        {
            "model_id": tables.model(),
            "quadrant": tables.text("Quadrant", 110),
            "effective_usd_per_mtok": tables.price(),
            "priced_percent": tables.priced(),
            "value": tables.amount(unit),
        },
        "quadrant-board",
        "Models by price and usage, most used first",
        opens=True,
        rows=10,
    )
    return None if clicked is None else rows["model_id"][clicked].as_py()


def slopes(edition: Edition, period: str) -> None:
    """The whole grid, folded away, with what it must not be read as."""
    rows = edition.rows("price_slopes", period=period)
    with st.expander("Does more use go with lower prices? The grid of slopes", icon=":material/grid_on:"):
        st.caption(
            "Association, not effect: models differ in much besides their price, and tokens are also what the "
            "effective price is divided by. Each row is the slope of ln usage on ln price over models: at -0.5 a model "
            "1 % cheaper has 0.5 % more use. Read all rows: where they disagree, the log gives no answer. Intervals "
            "are 95 % (HC1). Weighted by usage, a few large models decide: “count as” says how many."
        )
        downloads.button(edition, rows, f"price-slopes-{period}", downloads.about(edition, "price_slopes", period))
        tables.show(
            rows,
            {
                "unit": tables.text("Usage in", 80),
                "price_axis": tables.text("Price", 84),
                "drawn_weighting": tables.text("Weighted", 84),
                "model_count": tables.count("Models"),
                "effective_n": tables.decimal("Count as", "How many equally weighted models would tell as much"),
                "r": tables.decimal("r", "Correlation of ln price and ln usage", 2),
                "slope": tables.decimal("Slope", "Of ln usage on ln price", 2),
                "drawn_interval": tables.text("95 % interval", 120),
                "drawn_verdict": tables.text("In words", 200),
            },
            "slopes",
            "Slope of usage on price by unit, price and weighting, with intervals",
            rows=12,
        )
