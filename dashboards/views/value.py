"""Cost vs quality: what is dominated, and what nothing cheaper beats."""

import charts
import downloads
import filters
import format as text
import frame
import palette
import price_endpoints
import price_tables
import price_usage
import published
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
import tables

COLORED = 7
DOMINATED = "in which another model costs no more, scores no less and is better on one"
ENOUGH = 5
PARTS = {"quality": "Quality", "prices": "Prices", "endpoints": "Endpoints", "usage": "Price and usage"}
SCOPES = {
    "quality": "bubble area is tokens",
    "prices": "paid beside list",
    "endpoints": "providers of one model",
    "usage": "price beside usage",
}
PRICE_PARTS = {"prices": price_tables, "endpoints": price_endpoints, "usage": price_usage}
MINIMUMS = {"0": "Any", "1000000": "1M", "100000000": "100M", "1000000000": "1B"}


def mark(row: dict, slots: dict[str, int], lit: set[str], wide: set[str], narrow: set[str]) -> dict[str, object]:
    """A point with its colour, its label's fate and its tooltip."""
    label = text.short(row["model_id"])
    priced = text.whole_percent(row["priced_percent"])
    interval = "" if row["quality_low"] is None else f" ({row['quality_low']:.1f} to {row['quality_high']:.1f})"
    return {
        "model_id": row["model_id"],
        "label": label,
        "slot": slots.get(row["author"], palette.OTHER_SLOT),
        "effective_usd_per_mtok": float(row["effective_usd_per_mtok"]),
        "quality_score": float(row["quality_score"]),
        "total_tokens": float(row["total_tokens"] or 0),
        "is_on_frontier": row["is_on_frontier"],
        "frontier_order": row["frontier_order"],
        "is_lit": not lit or row["author"] in lit,
        "is_labelled": label in wide,
        "is_labelled_narrow": label in narrow,
        "price_text": f"{text.price(row['effective_usd_per_mtok'])} ({priced} of tokens priced)",
        "quality_text": f"{row['quality_score']:.1f}{interval}",
        "tokens_text": text.compact(row["total_tokens"]),
        "dominated_text": dominated(row["p_dominated"]),
    }


def dominated(part: float | None) -> str:
    """How sure a model's place is, as its tooltip says it."""
    return text.UNKNOWN if part is None else f"in {text.percent(part)} of draws"


def chart(edition: published.Edition, rows: list[dict], authors: list[str], lit: list[str]) -> str | None:
    """Draw the bubbles; the model of a clicked one."""
    colored = [*lit, *(author for author in authors if author not in lit)][: max(COLORED, 0)]
    claimed = edition.rows("color_slots", kind="author").to_pylist()
    slots = palette.slots_of(colored, [(row["entity_id"], row["slot"]) for row in claimed])
    frontier = [
        (text.short(row["model_id"]), float(row["effective_usd_per_mtok"]), float(row["quality_score"]))
        for row in rows
        if row["is_on_frontier"]
    ]
    prices, scores = (
        [float(row["effective_usd_per_mtok"]) for row in rows],
        [float(row["quality_score"]) for row in rows],
    )
    spec = charts.cost_quality(bool(lit), frame.ink(), prices, scores)
    wide, narrow = charts.labelled(frontier, spec, 1100), charts.labelled(frontier, spec, 260)
    marks = [mark(row, slots, set(lit), wide, narrow) for row in rows]
    with st.container(border=True):
        others = [("Other", palette.OTHER_SLOT)] if any(item["slot"] == palette.OTHER_SLOT for item in marks) else []
        frame.legend([*((author, slots[author]) for author in colored), *others])
        event = st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            spec,
            on_select="rerun",
            selection_mode="picked",
            key="bubbles",
            alt=f"Price against quality of {len(marks)} models; a dashed line joins those nothing cheaper beats",
        )
    picked = event.selection.get("picked") or []
    return picked[0].get("model_id") if picked else None


def source_line(edition: published.Edition, benchmark: str, row: dict) -> str:
    """Where the scores come from and when they were measured."""
    sources = edition.rows("quality_source", benchmark=benchmark).to_pylist()
    named = ", ".join(
        " ".join(
            filter(
                None,
                [
                    s["source_repo"],
                    (s["source_commit"] or "")[:7],
                    f"({s['licence']})" if s["licence"] else "",
                ],
            )
        )
        for s in sources
    )
    first, last = row["first_measured_on"], row["last_measured_on"]
    dates = (
        "" if first is None else f", measured {text.day(first)}" + ("" if first == last else f" to {text.day(last)}")
    )
    return text.escaped(f"Scores: {benchmark} from {named or 'your own file'}{dates}.")


def left_out_line(edition: published.Edition, period: str, benchmark: str) -> str:
    """How many models the chart cannot place."""
    counts = edition.row("value_left_out", period=period, benchmark=benchmark) or {}
    parts = [
        f"{counts[name]} {word}"
        for name, word in (
            ("unscored_count", "without a score"),
            ("unpriced_count", "unpriced"),
            ("free_count", "free"),
        )
        if counts.get(name)
    ]
    told = f" Not drawn: {', '.join(parts)}." if parts else ""
    share = counts.get("scored_spend_share")
    return told + (f" Models with a score carry {text.percent(share)} of the spend." if share is not None else "")


edition = published.current()
heading = st.container()
controls = st.container(horizontal=True, vertical_alignment="top", key="filters")
with controls:
    part = filters.choose("Show", "show", PARTS, "quality")
    period = frame.choose_period(edition, "4w")
quality = ["rankings.value", "rankings.price", "reference.quality"]
behind = PRICE_PARTS[part].TABLES if part in PRICE_PARTS else quality
with heading:
    frame.header(edition, "Cost vs quality", SCOPES[part], behind, period)

if edition.row("window", period=period) is None:
    frame.no_data(frame.no_week(edition))
    st.stop()
if part in PRICE_PARTS:
    PRICE_PARTS[part].draw(edition, period)
    st.stop()
benchmarks = edition.rows("benchmarks", period=period).to_pylist()
if not benchmarks:
    frame.no_data(
        "No model with traffic has a quality score. Add your own to `reference/quality.csv` in Podium's data folder "
        "(benchmark, model_id, score, measured_on, source), then refresh.",
        "podium refresh",
    )
    st.stop()

with controls:
    names = [row["benchmark"] for row in benchmarks]
    benchmark = filters.pick("Score source", "score", names, names[0]) or names[0]
    authors = edition.rows("value_authors", period=period, benchmark=benchmark)["author"].to_pylist()
    lit = filters.pick_many("Highlight authors", "hl", authors, "All")
    busy = edition.row("value_defaults", period=period, benchmark=benchmark) or {}
    # A model tried a few times is noise; but a small log's chart is not emptied.
    usual = "1000000" if busy.get("model_count", 0) >= ENOUGH else "0"
    minimum = filters.choose("At least, tokens", "min", MINIMUMS, usual)

points = edition.rows("value_points", period=period, benchmark=benchmark, minimum=int(minimum))
if not points.num_rows:
    frame.nothing_here("No scored and priced model passes the filters.", ["score", "hl", "min"])
    st.stop()

opened = chart(edition, points.to_pylist(), authors, lit)
scored = next((row for row in benchmarks if row["benchmark"] == benchmark), benchmarks[0])
st.caption(source_line(edition, benchmark, scored) + left_out_line(edition, period, benchmark))

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
    title = st.container(width="content")
    with st.container(horizontal=True, width="content", vertical_alignment="center", key="value-tools"):
        every = filters.switch("Dominated, too", "all")
        about = downloads.about(edition, "value", period, benchmark=benchmark)
        downloads.button(edition, points, f"value-{period}", about)
with title:
    if every:
        frame.heading("Price and quality", "cheapest first")
    else:
        frame.heading("On the frontier", "nothing cheaper is better")
shown = points if every else points.filter(points["is_on_frontier"])
clicked = tables.show(
    shown,
    {
        "model_id": tables.model(),
        "effective_usd_per_mtok": tables.price(),
        "quality_score": tables.quality(pc.max(points["quality_score"]).as_py()),
        "drawn_quality_range": tables.text("95 % of score", 112),
        "dominated_percent": tables.percent("Dominated", f"Of 1,000 draws of users; {DOMINATED}", 1),
        "priced_percent": tables.priced(),
        "total_tokens": tables.amount("tokens"),
        "ttft_p50_s": tables.p50(),
        "output_speed_p50": tables.speed(),
        "success_percent": tables.success(),
        "request_success_n": tables.ended(),
    },
    "frontier",
    "Models with a price and a score, cheapest first" if every else "Models on the frontier, cheapest first",
    opens=True,
    rows=12,
)
st.caption(
    "Dominated: in how many of 1,000 draws of users another model costs no more, scores no less and is better on one. "
    f"Prices are drawn, scores are held. {text.UNKNOWN}: fewer than 20 users, or a day or month."
)
if clicked is not None:
    opened = shown["model_id"][clicked].as_py()
if opened:
    st.switch_page("views/model.py", query_params={"model": opened, "period": period})
