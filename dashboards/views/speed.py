"""Latency & reliability: who is slow, who fails, and what got worse."""

import charts_speed
import downloads
import filters
import format as text
import frame
import health_days
import palette
import published
import pyarrow as pa
import speed_marks
import streamlit as st
import tables

GROUPS = {"model": "Model", "provider": "Provider", "both": "Both"}
COUNTED = {"model": "model", "provider": "provider", "both": "endpoint"}
MINIMUMS = {"0": "Any", "20": "20", "100": "100", "1000": "1K", "10000": "10K"}
FILTERS = ["group", "min", "streamed", "provider"]
DRAWN = 20
NOTED = 5


def kpis(edition: published.Edition, period: str) -> list[frame.Card]:
    """All traffic of the period, each figure with its interval or what it rests on."""
    now = edition.row("speed_kpis", period=period) or {}
    weeks = edition.rows("speed_weeks").to_pydict()
    streams = f"{text.compact(now['ttft_n'])} streams" if now.get("ttft_n") else "no streams timed"
    return [
        frame.Card(
            "TTFT p50",
            text.seconds(now.get("ttft_p50_s")),
            text.change(now.get("ttft_p50_s_change")),
            "inverse",
            weeks["ttft_p50_s"],
            f"{speed_marks.between(now.get('ttft_p50_s_low'), now.get('ttft_p50_s_high'))} · {streams}",
            "Median time to the first token of streams, with its 95 % interval",
        ),
        frame.Card(
            "TTFT p95",
            text.seconds(now.get("ttft_p95_s")),
            None,
            "inverse",
            weeks["ttft_p95_s"],
            speed_marks.between(now.get("ttft_p95_s_low"), now.get("ttft_p95_s_high")),
            "One stream in twenty waits longer than this for its first token",
        ),
        frame.Card(
            "Output speed",
            text.speed(now.get("output_speed_p50")),
            text.change(now.get("output_speed_p50_change")),
            "normal",
            weeks["output_speed_p50"],
            f"9 in 10 reach {text.speed(now.get('output_speed_p10_slow'))}",
            "Median tokens per second of streams after the first token",
        ),
        frame.Card(
            "Success",
            text.percent(now.get("request_success_rate"), 2),
            text.points(now.get("success_change_pp")),
            "normal",
            weeks["request_success_rate"],
            speed_marks.rescued(now.get("rescued_share"), now.get("rescued_n")),
            "Requests that ended ok, of those ok or failed; below, first attempts that failed and were made good",
        ),
        frame.Card(
            "Rate-limited",
            text.percent(now.get("error_rate_rate_limit"), 2),
            None,
            "inverse",
            weeks["rate_limited_share"],
            f"of {text.compact(now.get('error_rate_n'))} attempts",
            "Attempts that were refused for their rate; they count neither for nor against uptime",
        ),
    ]


def notes(edition: published.Edition) -> None:
    """What got worse in the latest week than in the model's own four weeks before."""
    worse = [speed_marks.note(row) for row in edition.rows("speed_regressions").to_pylist()]
    judged = edition.row("speed_judged") or {}
    if worse:
        rest = f"\n- and {len(worse) - NOTED} more" if len(worse) > NOTED else ""
        listed = "\n".join(f"- {line}" for line in worse[:NOTED])
        st.warning(
            f"Worse in the latest week than in their own four weeks before:\n{listed}{rest}",
            icon=":material/trending_down:",
        )
    elif judged.get("judged_count"):
        st.success(
            f"No model got slower or less reliable in the latest week than in its own four weeks before "
            f"({judged['judged_count']} judged, {judged['unjudged_count']} with too few requests).",
            icon=":material/check_circle:",
        )


def colors(edition: published.Edition, group: str, drawn: list[dict]) -> dict[str, int]:
    """Who ever claimed a colour keeps it or, of two with the same one, takes a free one; the rest have none."""
    claimed = [(row["entity_id"], row["slot"]) for row in edition.rows("color_slots", kind=group).to_pylist()]
    entities = [row["provider_name"] if group == "provider" else row["model_id"] for row in drawn]
    slots = palette.slots_of([entity for entity in entities if entity in dict(claimed)], claimed)
    return {entity: slot for entity, slot in slots.items() if slot != palette.OTHER_SLOT}


def latency(edition: published.Edition, rows: list[dict], group: str) -> None:
    """Median to 95th percentile, quickest first; who cannot be drawn is named."""
    timed = [row for row in rows if row["ttft_p50_s"] is not None]
    few = [row for row in rows if row["drawn_is_few"]]
    busiest = sorted(timed, key=lambda row: -row["request_count"])[:DRAWN]
    slots = {} if group == "both" else colors(edition, group, busiest)
    with st.container(border=True, height="stretch"):
        frame.heading("Time to first token, p50 to p95", "seconds, log scale; quickest first")
        if not timed:
            st.caption("Nobody here has enough streams to time: a median needs 8.")
        else:
            marks = [speed_marks.latency_mark(row, group, slots) for row in timed if row in busiest]
            seconds = [value for mark in marks for value in (mark["low"], mark["p95"] or mark["high"])]
            st.vega_lite_chart(
                pa.Table.from_pylist(marks),
                charts_speed.ranges(frame.ink(), seconds, len(marks), 210 if group == "both" else 150),
                key="ranges",
                alt=f"Median and 95th percentile of time to first token of {len(marks)}, quickest first",
            )
        more = len(timed) - DRAWN
        told = [f"the {DRAWN} with most requests; {more} more are in the table"] if more > 0 else []
        if few:
            named = ", ".join(f"{speed_marks.name_of(row, group)} ({row['drawn_ttft_n']})" for row in few[:8])
            told.append(f"too few streams: {named}" + (f" and {len(few) - 8} more" if len(few) > 8 else ""))
        if told:
            st.caption(text.escaped(". ".join(line[0].upper() + line[1:] for line in told) + "."))


def success(edition: published.Edition, period: str) -> str | None:
    """Answered calls per provider and day (week, over many); the provider of a clicked cell."""
    rows = edition.rows("speed_days", period=period)
    grain = rows["grain"][0].as_py() if rows.num_rows else "day"
    with st.container(border=True):
        rest = f"by provider and {grain}, the worse the bolder"
        health_days.titled(edition, rows, f"success-{period}", "Answered calls", rest)
        shown = speed_marks.days_of(edition, period)
        event = st.vega_lite_chart(
            shown.marks,
            charts_speed.heatmap(frame.ink(), shown.days, shown.provider_count, grain),
            on_select="rerun",
            selection_mode="picked",
            key="days",
            alt=f"Share of calls answered, {shown.provider_count} providers by {len(shown.days)} {grain}s",
        )
        st.caption(
            "Attempts that ended ok, of ok and failed ones without rate limits: a failure is its provider's own even "
            f"where another one rescued the request. {speed_marks.marks_line(len(shown.days))} "
            f"Click a {grain} for its provider's models."
        )
    picked = event.selection.get("picked") or []
    return picked[0].get("provider_name") if picked else None


def profiles(edition: published.Edition, period: str) -> None:
    """Time to first token over the hours of the day, and over prompt sizes."""
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        frame.heading("By hour of the day", "UTC, TTFT p50; bars are 95 % intervals, ticks p95")
        profile(edition.rows("speed_hours", period=period), "hours", True)
    with right, st.container(border=True, height="stretch"):
        frame.heading("By prompt size", "input tokens, TTFT p50; bars are 95 % intervals, ticks p95")
        models = edition.rows("speed_models", period=period)["model_id"].to_pylist()
        model = filters.pick("Prompts to", "of", models, "All models", 300)
        profile(edition.rows("speed_prompts", period=period, model=model), "prompts", False)


def profile(rows: pa.Table, key: str, connected: bool) -> None:
    """Medians, intervals and 95th percentiles along an axis, or why there are none."""
    marks = [speed_marks.profile_mark(row) for row in rows.to_pylist()]
    if not marks:
        st.caption("Too few streams to time: a median needs 8.")
        return
    seconds = [value for mark in marks for value in (mark["low_s"], mark["p95_s"] or mark["high_s"])]
    st.vega_lite_chart(
        pa.Table.from_pylist(marks),
        charts_speed.profile(frame.ink(), [mark["label"] for mark in marks], seconds, connected),
        key=key,
        alt=f"Median time to first token at {len(marks)} places of the axis",
    )


edition = published.current()
heading, top = st.container(), st.container()
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    period = frame.choose_period(edition, "1w")
    group = filters.choose("Group by", "group", GROUPS, "model")
    minimum = filters.menu("At least, requests", "min", MINIMUMS, "0", 130)
    names = edition.rows("speed_providers", period=period)["provider_name"].to_pylist()
    provider = filters.pick("Provider", "provider", names, "All providers", 170)
    streamed = filters.switch("Streamed only", "streamed")
with heading:
    tables_read = ["speed", "outcomes", "success_over_time", "speed_by_hour", "speed_by_prompt", "regressions"]
    frame.header(edition, "Latency & reliability", "all traffic", [f"rankings.{name}" for name in tables_read], period)
if edition.row("window", period=period) is None:
    frame.no_data(frame.no_week(edition))
    st.stop()
with top:
    notes(edition)
    frame.cards(kpis(edition, period))

board = edition.rows(
    "speed_board", period=period, group=group, provider=provider, minimum=int(minimum), streamed=streamed
)
if not board.num_rows:
    frame.nothing_here("Nothing in this period passes the filters.", FILTERS)
    st.stop()
latency(edition, board.to_pylist(), group)
picked = success(edition, period)
# A click stays picked until the next one: only a new one filters, or the filter could not be cleared.
if picked != st.session_state.get("speed picked"):
    st.session_state["speed picked"] = picked
    if picked:
        filters.ask_for("provider", picked)
        st.rerun()
profiles(edition, period)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
    count = f"{board.num_rows} {COUNTED[group]}{'' if board.num_rows == 1 else 's'}"
    frame.heading(count, f"at {text.escaped(provider)}" if provider else "quickest first token first")
    about = downloads.about(edition, "speed", period, group=group, filters=st.query_params.to_dict())
    downloads.button(edition, board, f"speed-{group}-{period}", about)
clicked = tables.show(
    speed_marks.with_samples(board),
    speed_marks.columns(group),
    "speed",
    f"Speed and reliability by {GROUPS[group].lower()}",
    opens=group != "provider",
)
if clicked is not None:
    st.switch_page("views/model.py", query_params={"model": board["model_id"][clicked].as_py(), "period": period})
