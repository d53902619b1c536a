"""What every page shares: title, freshness, method, link, cards, legends and empty states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import filters
import palette
import published
import sparklines
import streamlit as st
from format import age, day, escaped, hour, instant, plain, weekday
from published import Edition

STATIC = Path(__file__).parent / "static"
PERIODS = {"1d": "Day", "1w": "Week", "4w": "4 weeks", "1mo": "Month", "12w": "12 weeks"}
WEEKS = {name: label for name, label in PERIODS.items() if name.endswith("w")}
# What the figures mean, each with the file that says it exactly.
METHOD = {
    "Periods": (
        "whole days, weeks (Monday to Sunday) and calendar months, from midnight in {zone} on; the running week is "
        "drawn lighter, and a month's change is of its mean per day",
        "periods",
    ),
    "Tokens": (
        "input and output, each in its provider's own tokenizer; what the gateway answered from its own cache is out",
        "volume",
    ),
    "Price": (
        "what the calls cost over the tokens of the same calls, per million; unknown is a dash, never $0",
        "price",
    ),
    "Success": ("requests that ended ok, of those that ended ok or in error", "reliability"),
}
# An hourly refresh that missed one run is late; a day without one is stale.
LATE_AFTER, STALE_AFTER = timedelta(hours=2), timedelta(hours=24)

_copy_link = st.components.v2.component(
    "podium_copy_link",
    html=(STATIC / "copy_link.html").read_text(),
    css=(STATIC / "copy_link.css").read_text(),
    js=(STATIC / "copy_link.js").read_text(),
)


@dataclass(frozen=True)
class Card:
    """One KPI card: a figure, how it moved, its twelve weeks, and what it rests on."""

    label: str
    value: str
    delta: str | None
    delta_color: str
    weeks: Sequence[float | None]
    footnote: str = ""
    help_text: str | None = None


def style() -> None:
    """The style sheet, and the theme's chart colours as classes for legends."""
    st.html(STATIC / "podium.css")
    st.html(palette.style_sheet())


def ink() -> palette.Ink:
    """The theme's text and background for marks Vega-Lite paints by itself."""
    colors = palette.colors("dark" if st.context.theme.type == "dark" else "light")
    return palette.Ink(colors["textColor"], colors["backgroundColor"])


def header(edition: Edition, title: str, scope: str, tables: Sequence[str], period: str | None = None) -> None:
    """Title and caption on the left; freshness, method and link on the right."""
    publication = edition.row("publication") or {}
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="header"):
        with st.container(gap=None, width="content", key="title"):
            st.title(title, anchor=False)
            st.caption(" · ".join(part for part in (_window(edition, period), scope, _as_of(publication)) if part))
        with st.container(horizontal=True, width="content", vertical_alignment="center", key="tools"):
            if publication.get("is_simulated"):
                st.badge(
                    "Simulated traffic",
                    icon=":material/science:",
                    color="violet",
                    help="Some or all of these requests were invented by Podium's simulator.",
                )
            _freshness(publication)
            _method(edition, tables)
            _copy_link(key="copy-link", height="content", width="content")
    _refusal(edition)


def _refusal(edition: Edition) -> None:
    """Say that newer figures exist but failed their audit; the last good ones stay."""
    failed = published.refused_after(edition)
    if failed:
        names = ", ".join(f"{escaped(name)} ({count})" for name, count in failed.items())
        st.warning(
            f"A newer version failed its audit and was not published; this is the last good one. Failed: {names}.",
            icon=":material/gpp_bad:",
        )


def window(edition: Edition, period: str | None) -> str:
    """The dates a period covers, in words; the running week where no whole one is logged yet."""
    if period is None:
        return ""
    dates = edition.row("window", period=period)
    if dates is None:
        running = edition.row("window", period="to_date")
        return f"Week of {day(running['start_date'])}, to date" if running else ""
    if period == "1w":
        return f"Week of {day(dates['start_date'])}{_coverage(dates)}"
    if period == "1d":
        return f"{weekday(dates['start_date'])} {dates['start_date'].year}"
    if period == "1mo":
        return f"{dates['start_date']:%B %Y}{_coverage(dates)}"
    return f"{PERIODS[period]}, {day(dates['start_date'])} to {day(dates['last_date'])}{_coverage(dates)}"


def _window(edition: Edition, period: str | None) -> str:
    """The same with the timezone whose days they are, where that is not UTC."""
    told, there = window(edition, period), zone(edition)
    return told if there == "UTC" or not told else f"{told} ({there})"


def _coverage(dates: dict[str, Any]) -> str:
    """How much of a period is logged, where that is not all of it."""
    if not dates["is_short"]:
        return ""
    since = f"since {dates['logged_since'].day} {dates['logged_since']:%b}"
    if dates["period"] not in ("4w", "12w"):
        return f": {dates['coverage_days']} of {dates['period_days']} days logged, {since}"
    # These end with the latest week, so that they fill up.
    grain = "week" if dates["is_in_weeks"] else "day"
    count = dates[f"coverage_{grain}s"]
    return f": {count} {grain}{'' if count == 1 else 's'} of data so far, {since}"


def zone(edition: Edition) -> str:
    """The reporting timezone: where the days, weeks and months of every figure begin."""
    return (edition.row("publication") or {}).get("reporting_timezone") or "UTC"


def choose_period(edition: Edition, default: str) -> str:
    """The periods the log covers a part of, as buttons; the default always is one of them."""
    logged = {name: label for name, label in PERIODS.items() if name == default or edition.row("window", period=name)}
    return filters.choose("Period", "period", logged, default)


def no_week(edition: Edition) -> str:
    """Why no week is ranked, and when it will be."""
    running = edition.row("window", period="to_date")
    there = zone(edition)
    first = ""
    if running:
        first = (
            f" The first ranking appears when the log reaches past {weekday(running['end_date'])} 00:00 {there}: "
            "when a request of after it has landed, and two hours have gone by."
        )
    return f"No whole week (Monday to Sunday, {there}) has been logged yet, so no week is ranked.{first}"


def _as_of(publication: dict[str, object]) -> str:
    as_of = publication.get("as_of")
    return f"as of {instant(as_of)}" if isinstance(as_of, datetime) else ""


def _freshness(publication: dict[str, object]) -> None:
    as_of, through = publication.get("as_of"), publication.get("data_through")
    if not isinstance(as_of, datetime):
        return
    old = datetime.now(UTC).replace(tzinfo=None) - as_of
    color, icon, word = (
        ("green", ":material/check_circle:", "")
        if old < LATE_AFTER
        else ("orange", ":material/schedule:", "Late: ")
        if old < STALE_AFTER
        else ("red", ":material/error:", "Stale: ")
    )
    reach = f"data up to {hour(min(through, as_of), as_of)}" if isinstance(through, datetime) else "no data"
    st.badge(
        f"{word}{reach}" if word else reach[:1].upper() + reach[1:],
        icon=icon,
        color=color,
        help=f"Updated {age(old)}. Every live source has delivered up to that hour. "
        f"Published version {publication['version']}, as of {instant(as_of)}.",
    )


def _method(edition: Edition, tables: Sequence[str]) -> None:
    described = _described(edition, tuple(tables))
    with st.popover("How is this computed?", icon=":material/info:", type="tertiary"):
        if any(table.startswith("rankings.") for table in tables):
            said = [
                f"- **{what}**: {how.format(zone=zone(edition))} (`sql/rankings/{file}.sql`)."
                for what, (how, file) in METHOD.items()
            ]
            st.markdown("\n".join(said))
        for table in tables:
            with st.expander(f"`{table}`"):
                st.caption(described[table])
                st.markdown(f"[Its SQL and checks](method?table={table})")
        st.caption("These tables are in the published file; ask them anything with `podium sql`.")


@lru_cache(maxsize=64)
def _described(edition: Edition, tables: tuple[str, ...]) -> Mapping[str, str]:
    """What each table says of itself."""
    rows = edition.rows("comments", tables=tables).to_pylist()
    return {table: "\n".join(_comment(row) for row in rows if row["table_name"] == table) for table in tables}


def _comment(row: dict[str, Any]) -> str:
    """A table's comment as a paragraph, a column's as a list's line."""
    comment = escaped_lines(row["comment"])
    return f"- `{row['column_name']}`: {comment}" if row["column_name"] else f"{comment}\n"


def escaped_lines(comment: str) -> str:
    """A comment on one Markdown line, its marks shown as typed."""
    return " ".join(escaped(line) for line in comment.splitlines())


def cards(shown: Sequence[Card]) -> None:
    """KPI cards, two across on a phone with the fifth over both, five across on a desk."""
    grid = st.grid(len(shown), min_column_width=150, key="kpis")
    for index, card in enumerate(shown):
        with (
            grid.cell(column_span=1),
            st.container(border=True, height="stretch", key=f"kpi-{index}", gap="xxsmall"),
        ):
            # A change that rounds to nothing has no direction to colour.
            moved = card.delta is not None and any(digit in card.delta for digit in "123456789")
            color, arrow = (card.delta_color, "auto") if moved else ("off", "off")
            st.metric(card.label, card.value, card.delta, delta_color=color, delta_arrow=arrow, help=card.help_text)
            st.html(sparklines.sparkline(card.weeks, f"{card.label}, last {len(card.weeks)} weeks"))
            st.caption(escaped(card.footnote) if card.footnote else " ")


def legend(entries: Sequence[tuple[str, int]]) -> None:
    """A wrapping line of dots and names; names are shown as text whatever they hold."""
    spans = "".join(f'<span><i class="slot-{slot}"></i>{escape(plain(name))}</span>' for name, slot in entries)
    st.html(f'<div class="podium-legend">{spans}</div>')


def equation(what: str, total: int, landed: int, duplicate: int, quarantined: int, holds: bool) -> str:
    """`total = landed + duplicate + quarantined` in words a reader can check, as HTML."""
    parts = " + ".join(
        f"<b>{count:,}</b> {word}"
        for count, word in ((landed, "landed"), (duplicate, "duplicate"), (quarantined, "quarantined"))
    )
    sign, tone = ("=", "holds") if holds else ("≠", "broken")
    return f'<p class="podium-equation {tone}"><b>{total:,}</b> {what} in <span>{sign}</span> {parts}</p>'


def heading(strong: str, rest: str = "") -> None:
    """A section's title: its subject bold, its qualification plain."""
    st.markdown(f"#### **{strong}**" + (f" · {rest}" if rest else ""))


def nothing_here(sentence: str, names: Sequence[str]) -> None:
    """An empty result: why, and the one button out of it."""
    empty(sentence, "Clear filters", filters.clear, names, ":material/filter_alt_off:")


def empty(sentence: str, way_out: str, on_click: Callable[..., None], given: object, icon: str) -> None:
    """An icon, a sentence that names the cause, one button."""
    with st.container(border=True, horizontal_alignment="center", key="empty"):
        st.markdown(f"### {icon}", width="content")
        st.markdown(sentence, width="content", text_alignment="center")
        st.button(way_out, on_click=on_click, args=(given,))


def no_data(sentence: str, command: str | None = None) -> None:
    """No data at all: why, and the command that mends it where one does."""
    with st.container(border=True, horizontal_alignment="center", key="empty"):
        st.markdown("### :material/inbox:", width="content")
        st.markdown(sentence, width="content", text_alignment="center")
        if command:
            st.code(command, language=None, width="content")
