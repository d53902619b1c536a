"""Data health by day: what came and where it went, what is known of it, how late it was, and what two sources say."""

import downloads
import frame
import published
import pyarrow as pa
import streamlit as st
import tables
from format import UNKNOWN

COVERAGE = {
    "usage_percent": ("Usage known", "Successful requests with token counts"),
    "priced_percent": ("Priced", "Tokens whose cost is known, free ones included"),
    "cost_percent": ("Cost known", "Successful requests whose cost is known"),
    "ttft_percent": ("TTFT known", "Streams with a real time to first token"),
    "attempt_percent": (
        "Attempts listed",
        f"Rows that are one upstream call each; {UNKNOWN}: the log lists requests, and what they took is unknown",
    ),
    "name_percent": ("Model named", "Rows whose model the catalogue knows"),
    "user_percent": ("User known", "Rows that say who asked"),
}


def titled(edition: published.Edition, rows: pa.Table, name: str, strong: str, rest: str, **asked: str | None) -> None:
    """A section's title with the rows' download beside it."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"{name}-top"
    ):
        frame.heading(strong, rest)
        downloads.button(edition, rows, name, downloads.about(edition, name, None, **asked))


def equation(edition: published.Edition, source: str | None, day: str | None) -> None:
    """Per source and day: rows in are rows landed, duplicate or quarantined, and what is left over."""
    rows = edition.rows("health_equation_daily", source=source, day=day)
    titled(edition, rows, "landing-daily", "By day", "the day files came, UTC", source=source, day=day)
    tables.show(
        rows,
        {
            "received_date": tables.date("Received"),
            "source": tables.text("Source", 110),
            "rows_add_up": tables.tick("Adds up"),
            "rows_in": tables.count("Rows in"),
            "rows_landed": tables.count("Landed"),
            "rows_duplicate": tables.count("Duplicate"),
            "rows_quarantined": tables.count("Quarantined"),
            "difference_count": tables.count("Difference", "Rows in less landed, duplicate and quarantined: 0"),
            "file_count": tables.count("Files"),
            "quarantined_file_count": tables.count("Files refused"),
            "replay_count": tables.count("Replays", "Refused rows or files judged again by podium replay"),
        },
        "equation-daily",
        "Rows in, landed, duplicate and quarantined per source and day",
        rows=8,
    )


def coverage(edition: published.Edition, source: str | None, day: str | None) -> None:
    """Per source and day: what is known of what was logged."""
    rows = edition.rows("health_coverage_daily", source=source, day=day)
    if not rows.num_rows:
        return
    rest = f"the day calls started, {frame.zone(edition)}"
    titled(edition, rows, "coverage-daily", "Coverage by day", rest, source=source, day=day)
    columns = {"event_date": tables.date("Day"), "source": tables.text("Source", 110)}
    columns |= {name: tables.coverage(label, hint) for name, (label, hint) in COVERAGE.items()}
    tables.show(
        rows,
        columns | {"request_count": tables.count("Requests")},
        "coverage-daily",
        "Coverage per source and day",
        rows=8,
    )


def uncounted(edition: published.Edition, source: str | None, day: str | None) -> None:
    """Rows that landed and do not count, as other rows tell the same: nothing where there are none."""
    rows = edition.rows("health_uncounted", source=source, day=day)
    if not rows.num_rows:
        return
    titled(edition, rows, "uncounted", "Landed, not counted", "other rows tell the same", source=source, day=day)
    tables.show(
        rows,
        {
            "source": tables.text("Source", 130),
            "nested_count": tables.count("Nested", "Calls with another call inside them, which counts"),
            "superseded_count": tables.count("Superseded", "Versions of a row that give way to another one"),
        },
        "uncounted",
        "Landed rows that are not counted, per source",
    )


def lateness(edition: published.Edition, source: str | None, day: str | None) -> None:
    """How long after a call its row arrived."""
    rows = edition.rows("health_lateness", source=source, day=day)
    if not rows.num_rows:
        return
    titled(edition, rows, "lateness", "Lateness", "from a call's end to its log's arrival", source=source, day=day)
    tables.show(
        rows,
        {
            "source": tables.text("Source", 130),
            "lateness_p50_hours": tables.late("p50", "Half of the rows arrived within this time"),
            "lateness_p95_hours": tables.late("p95", "19 of 20 rows arrived within this time"),
            "within_hour_percent": tables.coverage("Within 1 h", "Rows that arrived within an hour"),
            "within_day_percent": tables.coverage("Within 24 h", "Rows that arrived within a day"),
            "row_count": tables.count("Rows"),
        },
        "lateness",
        "Hours from the end of a call to the arrival of its row, per source",
    )


def reconciliation(edition: published.Edition, source: str | None, day: str | None) -> None:
    """What two sources say of the same traffic, where setting `reconcile` names a pair."""
    rows = edition.rows("health_reconciliation", source=source, day=day)
    if not rows.num_rows:
        return
    rest = "two sources of the same traffic, held against each other"
    titled(edition, rows, "reconciliation", "Reconciliation", rest, source=source, day=day)
    tables.show(
        rows,
        {
            "event_date": tables.date("Day"),
            "is_within": tables.tick("Agrees"),
            "difference_percent": tables.apart(),
            "source": tables.text("Counted", 130),
            "reference_source": tables.text("Held against", 130),
            "request_count": tables.count("Requests"),
            "reference_request_count": tables.count("… reference"),
            "total_tokens": tables.count("Tokens"),
            "reference_total_tokens": tables.count("… reference"),
            "cost_usd": tables.dollars("Cost"),
            "reference_cost_usd": tables.dollars("… reference"),
        },
        "reconciliation",
        "Requests, tokens and cost of each pair of sources per day",
        rows=8,
    )
