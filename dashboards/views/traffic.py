"""Traffic: what the requests are for, how long they are, which apps send them, what a session costs."""

import charts_share
import charts_traffic
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import streamlit as st
import tables

DIMENSIONS = {"category": "Category", "app": "App", "region": "Region"}
UNITS = {"tokens": "Tokens", "requests": "Requests", "spend": "Spend"}
WHY_EMPTY = {
    "category": "No request of this period says what it was for: send a category with your requests' metadata.",
    "app": "No request of this period names its app.",
    "region": "No request of this period names the region it was served in.",
}
CHARTED = 7
AREA_HEIGHT = 470  # as high as the two charts beside it


def kpis(edition: published.Edition, period: str) -> list[frame.Card]:
    """What the requests were like; how many say so stands below."""
    row = edition.row("traffic_kpis", period=period) or {}
    counted = f"{text.percent(row.get('length_coverage_share'))} counted"
    return [
        frame.Card(
            "Prompt",
            text.compact(row.get("prompt_tokens_per_request")),
            text.change(row.get("prompt_change")),
            "off",
            row.get("prompts") or [],
            counted,
            "Mean input tokens of a request that did not fail",
        ),
        frame.Card(
            "Answer",
            text.compact(row.get("completion_tokens_per_request")),
            text.change(row.get("completion_change")),
            "off",
            row.get("completions") or [],
            counted,
            "Mean output tokens of a request that did not fail, reasoning included",
        ),
        frame.Card(
            "Reasoning",
            text.percent(row.get("reasoning_share")),
            text.points(row.get("reasoning_change_pp")),
            "off",
            row.get("reasoning_shares") or [],
            f"known for {text.percent(row.get('reasoning_coverage_share'))}",
            "The part of the output tokens that went into reasoning, where the log says it",
        ),
        frame.Card(
            "Tool calls",
            text.percent(row.get("tool_call_share")),
            text.points(row.get("tool_call_change_pp")),
            "off",
            row.get("tool_call_shares") or [],
            f"known for {text.percent(row.get('finish_coverage_share'))}",
            "Requests that ended by calling a tool. No gateway logs whether the call was well-formed",
        ),
        frame.Card(
            "Streamed",
            text.percent(row.get("stream_share")),
            text.points(row.get("stream_change_pp")),
            "off",
            row.get("stream_shares") or [],
            f"known for {text.percent(row.get('stream_coverage_share'))}",
        ),
    ]


def mix_chart(edition: published.Edition, dimension: str, unit: str, charted: list[str]) -> None:
    """Shares week by week."""
    slots = palette.slots_of(charted, [])
    rows = edition.rows("traffic_mix_weekly", dimension=dimension, unit=unit, charted=tuple(charted)).to_pylist()
    labels = list(dict.fromkeys(row["week"] for row in rows))
    marks = charts_share.area_marks(rows, slots)
    if not marks:
        return
    with st.container(border=True):
        scope = "of what is classified" if dimension == "category" else "whole weeks only"
        frame.heading(f"{DIMENSIONS[dimension]} by {UNITS[unit].lower()}", scope)
        frame.legend(charts_share.area_legend(marks, slots))
        spec = charts_share.share_area(labels, frame.ink(), DIMENSIONS[dimension], AREA_HEIGHT)
        alt = f"Share of {unit} by {dimension}, week by week"
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt=alt, key="mix")


def lengths(edition: published.Edition) -> None:
    """Mean prompt and answer, week by week."""
    rows = [row for row in edition.rows("traffic_lengths").to_pylist() if row["value"]]
    labels = list(dict.fromkeys(row["week"] for row in rows))
    marks = [
        row | {"value_text": text.compact(row["value"]), "is_last": row["week"] == labels[-1], "week_start": None}
        for row in rows
    ]
    with st.container(border=True):
        frame.heading("Length", "mean tokens per request, log axis")
        spec = charts_traffic.length_lines(labels, frame.ink())
        alt = "Mean prompt and answer length, week by week"
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt=alt, key="lengths")


def sizes(edition: published.Edition, period: str) -> None:
    """How large prompts are."""
    rows = edition.rows("traffic_context", period=period).to_pylist()
    marks = [
        {
            "size": f"≤ {text.compact(row['prompt_tokens_to'])}",
            "share": row["request_share"],
            "share_text": text.percent(row["request_share"]),
            "count_text": text.compact(row["request_count"]),
        }
        for row in rows
    ]
    with st.container(border=True):
        frame.heading("Prompt size", "requests by input tokens")
        spec = charts_traffic.size_bars(frame.ink())
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt="Requests by size of their prompt", key="sizes")


def board(edition: published.Edition, rows: pa.Table, period: str, dimension: str, unit: str) -> None:
    """The table of a dimension, and its download."""
    known = text.percent(rows["coverage_share"][0].as_py())
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        frame.heading(DIMENSIONS[dimension], f"known for {known} of {unit}")
        told = downloads.about(edition, "mix", period, dimension=dimension, unit=unit)
        downloads.button(edition, rows, f"traffic-{dimension}-{unit}-{period}", told)
    largest = max((value for value in rows["share_percent"].to_pylist() if value is not None), default=None)
    shown = {
        "rank": tables.rank(),
        "dimension_value": tables.text(DIMENSIONS[dimension], 180),
        "share_percent": tables.share(largest, unit),
        "drawn_moved": tables.moved(),
        "value": tables.amount(unit, rows["value"].to_pylist()),
        "change_percent": tables.change(),
        "model_count": tables.count("Models"),
        "first_model": tables.text("First model, by tokens", 220),
    }
    tables.show(rows, shown, "mix-table", f"{DIMENSIONS[dimension]} by share of {unit}", rows=12)


def sessions(edition: published.Edition) -> None:
    """What a session costs, app by app."""
    apps = edition.rows("traffic_apps")["app_name"].to_pylist()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="sessions"):
        frame.heading("Cost of a session", "median, last 30 whole days; one app never mixed with another")
        app = filters.pick("App", "app", apps, "All apps", 180)
    if not apps:
        st.caption(
            "No app has eight sessions with a known cost: sessions come from gen_ai.conversation.id and the like."
        )
        return
    rows = edition.rows("traffic_sessions", app=app)
    if not rows.num_rows:
        frame.nothing_here("No session of this app has a known cost.", ["app"])
        return
    shown = {
        "app_name": tables.text("App", 130),
        "model_id": tables.model(),
        "session_cost_p50_usd": tables.small_dollars("Median"),
        "turn_bucket": tables.text("Turns", 70),
        "session_count": tables.count("Sessions"),
        "priced_percent": tables.priced(),
    }
    tables.show(rows, shown, "sessions-table", "Median cost of a session by app, model and turns", rows=10)


edition = published.current()
heading = st.container()
cards = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    dimension = filters.choose("By", "dimension", DIMENSIONS, "category")
    unit = filters.choose("Share of", "measure", UNITS, "tokens")
    period = frame.choose_period(edition, "1w")
with heading:
    behind = ["rankings.mix", "rankings.traffic_shape", "rankings.context_size", "rankings.session_cost"]
    frame.header(edition, "Traffic", "what the requests are like", behind, period)
if edition.row("window", period=period) is None:
    frame.no_data(frame.no_week(edition))
    st.stop()
with cards:
    frame.cards(kpis(edition, period))
rows = edition.rows("traffic_mix", period=period, dimension=dimension, unit=unit)
charted = [row["dimension_value"] for row in rows.to_pylist() if row["rank"] is not None][:CHARTED]
few_users = "(few users)" in rows["dimension_value"].to_pylist()
k = (edition.row("publication") or {}).get("min_users")
wide, narrow = st.columns([3, 2])
with wide:
    if charted:
        mix_chart(edition, dimension, unit, charted)
    else:
        frame.no_data(WHY_EMPTY[dimension] if not few_users else f"No app of this period is used by {k} people.")
with narrow:
    sizes(edition, period)
    lengths(edition)
if charted:
    board(edition, rows, period, dimension, unit)
    if few_users:
        st.caption(f"(few users): apps that fewer than {k} people each use, and perhaps one more; unranked.")
sessions(edition)
