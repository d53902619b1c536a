"""Leaderboard: which models carry our traffic, and what moved."""

import charts
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
import tables
import weeks

UNITS = {"tokens": "Tokens", "requests": "Requests", "spend": "Spend", "users": "Users"}
VIEWS = {"all": "All models", "rising": "Rising", "falling": "Falling", "new": "New"}
MOST = {"tokens": "most tokens", "requests": "most requests", "spend": "highest spend", "users": "most users"}
CHARTED = 7
# What a log too short, or a period without intervals, tells of no model.
COMPARED = ("drawn_moved", "drawn_rank_range", "change_percent")


def kpis(edition: published.Edition, period: str) -> list[frame.Card]:
    """All traffic of the period; coverage stands under every dollar."""
    total = edition.row("totals", period=period) or edition.row("totals_running") or {}
    weeks = edition.rows("totals_weekly").to_pydict()
    priced = f"{text.percent(total.get('pricing_coverage_share'))} priced"
    return [
        frame.Card(
            "Tokens",
            text.compact(total.get("total_tokens")),
            text.change(total.get("total_tokens_change")),
            "normal",
            weeks["total_tokens"],
            f"{text.percent(total.get('usage_coverage_share'))} counted",
            "Input and output, each in its provider's own tokenizer; below, how many successful requests say theirs",
        ),
        frame.Card(
            "Spend",
            text.usd(total.get("spend_usd")),
            text.change(total.get("spend_usd_change")),
            "off",
            weeks["spend_usd"],
            priced,
            "What the calls cost, failed ones included; below, how much of all tokens has a known cost",
        ),
        frame.Card(
            "Effective $/M",
            text.price(total.get("effective_usd_per_mtok")),
            text.change(total.get("effective_usd_per_mtok_change")),
            "inverse",
            weeks["effective_usd_per_mtok"],
            priced,
            "Cost over tokens of the same requests, per million; below, how much of all tokens has a known cost",
        ),
        frame.Card(
            "Median TTFT",
            text.seconds(total.get("ttft_p50_s")),
            text.change(total.get("ttft_p50_s_change")),
            "inverse",
            weeks["ttft_p50_s"],
            f"{text.compact(total['ttft_n'])} streams" if total.get("ttft_n") else "no streams timed",
            "Time to the first token, streamed requests only",
        ),
        frame.Card(
            "Success rate",
            text.percent(total.get("request_success_rate"), 2),
            text.points(total.get("success_change_pp")),
            "normal",
            weeks["request_success_rate"],
            f"of {text.compact(total.get('request_success_n'))} requests",
            "Requests that ended ok, of those ok or failed",
        ),
    ]


def chart(edition: published.Edition, models: list[str], unit: str, everyone: bool) -> None:
    """The first seven of these models week by week, the rest as Other."""
    charted, shown = models[:CHARTED], tuple(models)
    claimed = edition.rows("color_slots", kind="model").to_pylist()
    slots = palette.slots_of(charted, [(row["entity_id"], row["slot"]) for row in claimed])
    stack = edition.rows("weekly_stack", unit=unit, everyone=everyone, shown=shown, charted=tuple(charted))
    axis = weeks.Weeks.of(edition.rows("weeks").to_pylist())
    marks = weeks.marks_of(stack.to_pylist(), charted, slots, axis, amount_text(unit))
    with st.container(border=True):
        frame.heading(f"{UNITS[unit]} per week", f"top {len(charted)} models" + ("" if everyone else " of those shown"))
        others = [("Other", palette.OTHER_SLOT)] if any(mark["entity_id"] == "other" for mark in marks) else []
        frame.legend([*((model, slots[model]) for model in charted), *others])
        if unit == "users":
            spec = charts.weekly_lines(axis, "Model")
            few_left_out = f"A week of fewer than {(edition.row('publication') or {})['min_users']} users is left out."
            st.caption(f"One person who uses two models is in both lines, so users are not stacked. {few_left_out}")
        else:
            spec = charts.weekly_bars(axis, "$" if unit == "spend" else "", "Model")
        alt = f"{UNITS[unit]} per week of the top {len(charted)} models and all others"
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt=alt, key="weekly")


def amount_text(unit: str) -> weeks.Formatter:
    return text.usd if unit == "spend" else text.compact


def columns(board: pa.Table, unit: str, longest: float | None) -> dict[str, object]:
    """The ranked figure third, so a phone shows it without scrolling; moves and ranges where there are any."""
    shown = {
        "rank": tables.rank(),
        "model_id": tables.model(),
        "value": tables.amount(unit, board["value"].to_pylist()),
        **few(board),
        "drawn_moved": tables.moved(),
        "share_percent": tables.share(longest, unit),
        "drawn_rank_range": tables.rank_range(),
        "change_percent": tables.change(),
        "drawn_trend": tables.trend(max(map(len, board["drawn_trend"].to_pylist()), default=0)),
        "effective_usd_per_mtok": tables.price(),
        "priced_percent": tables.priced(),
        "ttft_p50_s": tables.p50(),
        "ttft_p95_s": tables.p95(),
        "output_speed_p50": tables.speed(),
        "success_percent": tables.success(),
    }
    told = {name for name in COMPARED if any(value not in (None, []) for value in board[name].to_pylist())}
    return {name: column for name, column in shown.items() if name not in COMPARED or name in told}


def few(rows: pa.Table) -> dict[str, object]:
    """The column of hidden counts, where there is one."""
    return {"drawn_few": tables.few()} if any(rows["drawn_few"].to_pylist()) else {}


def open_model(model: str) -> None:
    """The model's page, whose link keeps this board's filters for the way back."""
    st.switch_page("views/model.py", query_params={**filters.board(), "model": model})


def published_types(board: pa.Table, unit: str) -> pa.Table:
    """The ranked value as a number: what it counts is whole, money is beside it to the last digit (`spend_usd`)."""
    place = board.column_names.index("value")
    kind = pa.float64() if unit == "spend" else pa.int64()
    return board.set_column(place, "value", pc.cast(board["value"], kind))


def unknown_weights(edition: published.Edition, **chosen: str | None) -> None:
    """What 'Open weights' hides for want of knowing."""
    hidden = edition.row("board_unknown_weights", **chosen) or {}
    if hidden.get("model_count"):
        count, share = hidden["model_count"], hidden["share"]
        part = "" if share is None else f" ({share:.0%} of {chosen['unit']})".replace("%", " %")
        models, are = ("model", "is") if count == 1 else ("models", "are")
        st.caption(f":material/visibility_off: {count} {models} of unknown licence {are} hidden{part}.")


def running_week(edition: published.Edition, unit: str) -> None:
    """What there is before the first whole week: the running one, drawn and listed but not ranked."""
    st.info(frame.no_week(edition) + " This is the running week so far.", icon=":material/hourglass_top:")
    rows = edition.rows("running_models", unit=unit)
    chart(edition, rows["model_id"].to_pylist(), unit, everyone=True)
    frame.heading("So far this week", f"{MOST[unit]} first, not ranked")
    shown = {
        "model_id": tables.model(),
        "value": tables.amount(unit, rows["value"].to_pylist()),
        **few(rows),
        "effective_usd_per_mtok": tables.price(),
        "priced_percent": tables.priced(),
        "ttft_p50_s": tables.p50(),
        "success_percent": tables.success(),
        "request_success_n": tables.ended(),
    }
    clicked = tables.show(rows, shown, "running", f"Models of the running week by {unit}, unranked", opens=True)
    if clicked is not None:
        open_model(rows["model_id"][clicked].as_py())


edition = published.current()
# The browser's way back from a model leaves the model in the link.
st.query_params.pop("model", None)
heading = st.container()
cards = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    unit = filters.choose("Rank by", "by", UNITS, "tokens")
    period, view, author, query, is_open = "1w", "all", None, "", False
    if edition.row("window", period="1d"):  # nothing to choose among before the first whole day
        period = frame.choose_period(edition, period)
    if edition.row("window", period=period):
        view = filters.menu("Show", "view", VIEWS, view, 112)
        author_names = edition.rows("authors", period=period, unit=unit)["author"].to_pylist()
        author = filters.pick("Author", "author", author_names, "All authors", 116)
        query = filters.search("Search", "q", "Model name", 118)
        is_open = filters.switch("Open weights", "open")
if is_open:
    unknown_weights(edition, period=period, unit=unit, author=author, q=query, view=view)

with heading:
    frame.header(
        edition,
        "Model rankings",
        "all traffic",
        ["rankings.leaderboard", "rankings.totals", "rankings.weekly"],
        period,
    )
with cards:
    frame.cards(kpis(edition, period))

board = edition.rows("board", period=period, unit=unit, author=author, q=query, open=is_open, view=view)
size = edition.row("board_size", period=period, unit=unit) or {}
model_count = size.get("model_count") or 0
is_whole = author is None and not query and not is_open and view == "all"
shown_count = board.num_rows - pc.sum(board["drawn_is_other"].cast("int8")).as_py() if board.num_rows else 0

if shown_count:
    ranked = board.filter(pc.invert(board["drawn_is_other"]))
    chart(edition, ranked["model_id"].to_pylist(), unit, is_whole)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        frame.heading(f"{shown_count} of {model_count} models", "click a row to open the model")
        about = downloads.about(edition, "leaderboard", period, unit=unit, filters=st.query_params.to_dict())
        downloads.button(edition, published_types(board, unit), f"leaderboard-{unit}-{period}", about)
    clicked = tables.show(
        board, columns(board, unit, size.get("largest_share_percent")), "board", f"Models ranked by {unit}", opens=True
    )
    if few(board):
        st.caption(tables.few_line((edition.row("publication") or {})["min_users"]))
    if size["tied_first_count"] > 1:
        st.caption(
            f"{size['tied_first_count']} models are statistically tied for first: the 95 % intervals of their shares "
            "overlap. Range says which ranks each takes in 95 % of draws of users."
        )
    if clicked is not None and not board["drawn_is_other"][clicked].as_py():
        open_model(board["model_id"][clicked].as_py())
elif model_count:
    frame.nothing_here(
        f"None of the {model_count} models on this board passes the filters.", ["author", "q", "open", "view"]
    )
elif edition.row("totals_running"):
    running_week(edition, unit)
else:
    frame.no_data(f"No {unit} were logged in {frame.window(edition, period) or 'this period'}.", "podium refresh")
