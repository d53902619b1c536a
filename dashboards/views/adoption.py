"""Adoption: who took a model up, who stayed, and what they used before."""

from collections.abc import Sequence
from typing import Any

import cells
import charts
import charts_adoption
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import streamlit as st
import tables
import weeks

GRAINS = {"week": "Week", "month": "Month"}
# How long a look back each grain takes: the cards' period, and the weeks on each side of a model's appearance.
LOOKS = {"week": ("1w", 1), "month": ("4w", 4)}
ANY_MODEL = "(all)"
CHARTED = 7
ARRIVED = 4
LISTED = 14


def share_card(told: dict[str, Any], label: str, name: str, hint: str) -> frame.Card:
    """A share of users with its interval, or that too few are in it."""
    share = told.get(name)
    few = f"fewer than {told['min_users']} users"
    interval = f"{text.percent(told.get(f'{name}_low'))} to {text.percent(told.get(f'{name}_high'))}"
    return frame.Card(label, text.percent(share), None, "off", [], few if share is None else interval, hint)


def mean_card(told: dict[str, Any], label: str, name: str, hint: str) -> frame.Card:
    """A median over users, with how many they are."""
    value, users = told.get(name), told.get("multi_homing_n")
    few = f"fewer than {told['min_users']} users"
    shown = text.UNKNOWN if value is None else f"{value:.1f}"
    return frame.Card(label, shown, None, "off", [], few if users is None else f"{users:,} users", hint)


def cards(edition: published.Edition, told: dict[str, Any]) -> None:
    """How many users there are, and how many models each keeps to."""
    weekly = edition.rows("totals_weekly").to_pydict()["active_user_count"]
    base = "Of users with five requests or more; below, the 95 % interval"
    frame.cards(
        [
            frame.Card(
                "Active users",
                text.compact(told["active_user_count"]),
                text.change(told["active_user_count_change"]),
                "normal",
                weekly,
                f"{text.percent(told['user_coverage_share'])} of requests name one",
                "Distinct users that the log names, by pseudonym",
            ),
            share_card(told, "Several models", "multi_homing_share", base),
            mean_card(
                told,
                "Models per user",
                "effective_models_per_user",
                "As many equally used models are as mixed as the median user's requests",
            ),
            share_card(told, "Several authors", "author_multi_homing_share", base),
            mean_card(told, "Authors per user", "effective_authors_per_user", "The same over the models' authors"),
        ]
    )


def users(edition: published.Edition, model: str | None, models: Sequence[str], told: dict[str, Any]) -> None:
    """Known users per week of the models with most of them; of the chosen one too."""
    charted = [*([model] if model else []), *(name for name in models if name != model)][:CHARTED]
    claimed = edition.rows("color_slots", kind="model").to_pylist()
    slots = palette.slots_of(charted, [(row["entity_id"], row["slot"]) for row in claimed])
    axis = weeks.Weeks.of(edition.rows("weeks").to_pylist())
    rows = edition.rows("adoption_users", charted=tuple(charted)).to_pylist()
    marks = weeks.marks_of(rows, charted, slots, axis, text.compact)
    with st.container(border=True):
        frame.heading("Users per week", f"the {len(charted)} models with most users")
        frame.legend([(name, slots[name]) for name in charted])
        st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            charts.weekly_lines(axis, "Model"),
            key="users",
            alt=f"Known users per week of {len(charted)} models",
        )
        st.caption(f"A week of fewer than {told['min_users']} users is left out. One person may be in several lines.")


def retention(edition: published.Edition, grain: str, model: str | None) -> None:
    """Who of a cohort is still active on the model."""
    subject = text.escaped(model) if model else "any model"
    table = edition.rows("adoption_retention", grain=grain, model=model or ANY_MODEL)
    rows = table.to_pylist()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="retention"):
        frame.heading("Who stays", f"users by their first {grain} with {subject}, and how many are active later")
        if rows:
            about = downloads.about(edition, "retention", None, grain=grain, model=model or ANY_MODEL)
            downloads.button(edition, table.drop_columns(["min_users"]), f"retention-{grain}", about)
    if not rows:
        frame.nothing_here(f"No user the log names used {subject} in a complete {grain}.", ["model", "by"])
        return
    marks = [cells.stayed(row, grain) for row in rows]
    cohorts = list(dict.fromkeys(mark["row_text"] for mark in marks))
    with st.container(border=True):
        st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            charts_adoption.retention(frame.ink(), cohorts, max(row["age"] for row in rows) + 1, GRAINS[grain]),
            key="heatmap",
            alt=f"Share of each cohort active so many {grain}s after its first; {len(cohorts)} cohorts",
        )
        st.caption(retention_notes(edition, rows, grain, model))


def retention_notes(edition: published.Edition, rows: list[dict[str, Any]], grain: str, model: str | None) -> str:
    """What the cells do not say by themselves."""
    parts = ["Rows: first day of the cohort and its users. Who returns counts again, so a row may rise."]
    if any(row["is_hidden"] for row in rows):
        k = rows[0]["min_users"]
        parts.append(f"<{k}: fewer than {k} users, or hidden beside such a cell so that it can not be worked out.")
    if rows[0]["is_from_log_start"]:
        parts.append(f"The first row was there when the log began: not all of its users were new that {grain}.")
    early = edition.rows("adoption_foundational", model=model or ANY_MODEL).to_pylist()
    if grain == "month" and early:
        named = ", ".join(row["cohort"] for row in early)
        parts.append(f"Foundational, staying longer than all who came later: {named}.")
    return " ".join(text.escaped(part) for part in parts)


def substitution(edition: published.Edition, window_weeks: int, told: dict[str, Any]) -> None:
    """What moved to the models that appeared, from which models."""
    span = "1 week" if window_weeks == 1 else f"{window_weeks} weeks"
    arrived = edition.rows("adoption_arrivals", weeks=window_weeks).to_pylist()[:ARRIVED]
    to = tuple(row["model_id"] for row in arrived)
    table = edition.rows("adoption_substitution", weeks=window_weeks, to=to, listed=LISTED)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="moved"):
        frame.heading("What moved with a new model", f"tokens of its users, {span} before and after it appeared")
        if arrived:
            about = downloads.about(edition, "substitution", None, window_weeks=window_weeks)
            downloads.button(edition, table, f"substitution-{window_weeks}w", about)
    if not arrived:
        st.caption(
            f":material/hourglass_empty: No model appeared that {told['min_users']} users took up"
            f" and that the log covers {span} before and after."
        )
        return
    names = {row["model_id"]: text.short(row["model_id"]) for row in arrived}
    marks = [cells.moved(row, names) for row in table.to_pylist()]
    left = list(dict.fromkeys(mark["from_text"] for mark in marks))
    most = max((mark["share"] for mark in marks if not mark["is_other"]), default=1)
    with st.container(border=True):
        st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            charts_adoption.substitution(frame.ink(), left, list(names.values()), most),
            key="substitution",
            alt=f"Tokens that moved from {len(left)} models to {len(names)} that appeared",
        )
        people = ", ".join(
            f"{names[row['model_id']]} {'released' if row['is_release'] else 'first seen'}"
            f" {text.day(row['appeared_date'])}, {row['user_count']} users"
            for row in arrived
        )
        st.caption(
            text.escaped(
                f"Of users who took it up and were there before: {people}. A user's gains are matched with the same"
                " user's losses in proportion: moved with, not because of. Percent: part of what the model gained."
                f" Other: the rest, and all that fewer than {told['min_users']} users left."
            )
        )


def board(edition: published.Edition, grain: str) -> None:
    """Every model with enough users, and how many of those who came stayed."""
    rows = edition.rows("adoption_board", grain=grain)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        frame.heading(f"{rows.num_rows} models", "click a row to see its cohorts")
        downloads.button(edition, rows, f"adoption-{grain}", downloads.about(edition, "adoption", "1w", grain=grain))
    hint = f"Of all cohorts old enough that may be told, active on the model so many {grain}s on"
    columns = {
        "model_id": tables.model(),
        "active_user_count": tables.count("Users", "Known users in the latest complete week"),
        "new_user_count": tables.count("New", f"Whose first {grain} with the model the latest complete one was"),
        **{f"stay_{age}_percent": tables.coverage(f"After {age}", hint) for age in (1, 2, 3)},
        "cohort_user_count": tables.count("Of users", "What the share after 1 is of"),
    }
    # An age that no cohort has reached yet is no column.
    columns = {name: shown for name, shown in columns.items() if rows[name].null_count < rows.num_rows}
    clicked = tables.show(rows, columns, "models", "Models by users, with how many stayed", opens=True, rows=12)
    if clicked is not None:
        st.switch_page("views/adoption.py", query_params={"model": rows["model_id"][clicked].as_py(), "by": grain})


edition = published.current()
heading = st.container()
controls = st.container(horizontal=True, vertical_alignment="top", key="filters")
with controls:
    grain = filters.choose("By", "by", GRAINS, "week")
    models = edition.rows("adoption_models")["model_id"].to_pylist()
    model = filters.pick("Cohort model", "model", models, "Any model", 320)
period, window_weeks = LOOKS[grain]
with heading:
    frame.header(
        edition,
        "Adoption",
        "users that the log names",
        ["rankings.weekly", "rankings.retention", "rankings.cohorts", "rankings.substitution", "rankings.multi_homing"],
        period,
    )
told = edition.row("adoption_homing", period=period)
if told is None:
    frame.no_data(frame.no_week(edition))
elif told["has_hidden_users"]:
    frame.no_data(f"Fewer than {told['min_users']} users are known of this period or of a part of it: none are told.")
elif not told["active_user_count"]:
    frame.no_data("No request of this period names its user, so nothing can be said of people.")
else:
    cards(edition, told)
    users(edition, model if model in models else None, models, told)
    retention(edition, grain, model)
    substitution(edition, window_weeks, told)
    board(edition, grain)
