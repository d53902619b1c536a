"""Compare: up to four models side by side, figure by figure and week by week."""

import charts_compare
import compare_table
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import streamlit as st
import weeks

MOST = len(charts_compare.GLYPHS)
# What the lines show: label, unit before and after the axis' numbers, how a value reads.
MEASURES = {
    "tokens": ("Tokens", "", "", text.compact),
    "spend": ("Spend", "$", "", text.usd),
    "ttft": ("TTFT p50", "", " s", text.seconds),
    "price": ("$/M", "$", "", text.price),
}
TABLES = ["volume", "price", "latency", "reliability", "feedback", "value", "weekly"]


def unknown(edition: published.Edition, asked: list[str], models: list[str]) -> None:
    """Names in the link that nothing was logged of, each with the nearest that was."""
    chosen = [name for name in asked if name in models]
    for name in [name for name in asked if name not in models][:MOST]:
        alike = edition.rows("nearest_models", model=name)["model_id"].to_pylist()
        with st.container(border=True, key=f"unknown-{name}", gap="xsmall"):
            st.markdown(f"No model *{text.escaped(name)}* was logged." + (" The nearest:" if alike else ""))
            for near in [near for near in alike if near not in chosen]:
                st.button(
                    text.escaped(near),
                    key=f"near-{name}-{near}",
                    type="tertiary",
                    icon=":material/add:",
                    on_click=filters.set_many,
                    args=("m", [*chosen, near][:MOST]),
                )


def figures(edition: published.Edition, models: list[str], slots: dict[str, int], period: str) -> None:
    """The table, and its download."""
    rows = edition.rows("compare", models=tuple(models), period=period)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        frame.heading("Figures", frame.window(edition, period))
        about = downloads.about(edition, "compare", period, models=models)
        downloads.button(edition, rows, f"compare-{period}", about)
    if not rows.num_rows:
        quiet = f"None of these models had traffic in this period: {frame.window(edition, period)}."
        frame.empty(quiet, "Show 12 weeks", filters.set_period, "12w", ":material/event_busy:")
        return
    st.html(compare_table.html(rows.to_pylist(), models, slots))
    st.caption(
        "Bold with a word is the best of those known; “within error” where another's 95 % interval reaches it. "
        "Tokens are each provider's own: between models of different makers they tell size, not more."
    )


def lines(edition: published.Edition, models: list[str], slots: dict[str, int]) -> None:
    """One measure of every model, week by week."""
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="week"):
            frame.heading("Week by week")
            measure = filters.choose(
                "Lines", "lines", {name: label for name, (label, *_) in MEASURES.items()}, "tokens"
            )
        label, before, after, written = MEASURES[measure]
        glyphs = dict(zip(models, charts_compare.GLYPHS, strict=False))
        st.html(f'<div class="podium-legend">{"".join(compare_table.names(models, slots))}</div>')
        axis = weeks.Weeks.of(edition.rows("weeks").to_pylist())
        weekly = edition.rows("compare_weekly", models=tuple(models), measure=measure).to_pylist()
        marks = [
            mark | {"glyph": glyphs[mark["entity_id"]]} for mark in weeks.marks_of(weekly, models, slots, axis, written)
        ]
        st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            charts_compare.overlaid(axis, before, after),
            key="lines-chart",
            alt=f"{label} of {len(models)} models, week by week",
        )


edition = published.current()
asked = list(dict.fromkeys(filters.asked_many("m")))
every = edition.rows("models")["model_id"].to_pylist()
heading = st.container()
told = st.container()
with st.container(horizontal=True, vertical_alignment="top", key="filters"):
    chosen = filters.pick_many("Models", "m", every, "Choose two to four", MOST)
    period = frame.choose_period(edition, "4w")
with heading:
    frame.header(edition, "Compare", "side by side", [f"rankings.{name}" for name in TABLES], period)
with told:
    unknown(edition, asked, every)
if edition.row("window", period=period) is None:
    frame.no_data(frame.no_week(edition))
    st.stop()
if len(chosen) < 2:
    missing = "Choose one more model" if chosen else "Choose two models or more"
    st.info(f"{missing} to see them side by side, up to {MOST}.", icon=":material/compare_arrows:")
    st.stop()
claimed = edition.rows("color_slots", kind="model").to_pylist()
slots = palette.slots_of(chosen, [(row["entity_id"], row["slot"]) for row in claimed])
figures(edition, chosen, slots, period)
lines(edition, chosen, slots)
