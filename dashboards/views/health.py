"""Data health: is it complete, is it current, and does it add up."""

from datetime import date

import filters
import format as text
import frame
import health_days
import published
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
import tables

OUTCOMES = {"landed": "green", "duplicate": "gray", "replayed": "blue", "quarantined": "red"}


def verdict(checks: pa.Table) -> None:
    """One line when all is green, the failures first when not."""
    broken = checks.filter(pc.invert(checks["is_ok"]))
    warned = broken.filter(pc.equal(broken["severity"], "warn"))
    failed = broken.filter(pc.not_equal(broken["severity"], "warn"))
    if not checks.num_rows:
        st.info("No check has run on this version.", icon=":material/rule:")
    if failed.num_rows:
        st.error(
            f"{failed.num_rows} of {checks.num_rows} checks found rows that break their claim.",
            icon=":material/error:",
        )
    if warned.num_rows:
        claims = ", ".join(text.escaped(claim) for claim in warned["claim"].to_pylist())
        st.warning(
            f"{warned.num_rows} of {checks.num_rows} checks warn, and this is not so: {claims}.",
            icon=":material/warning:",
        )
    if checks.num_rows and not broken.num_rows:
        last = text.instant(pc.max(checks["checked_at"]).as_py())
        st.success(f"All {checks.num_rows} checks passed on this very file · {last}", icon=":material/check_circle:")


def refused(edition: published.Edition) -> None:
    """What did not land lately, beside checks that cannot tell of it."""
    counts = edition.row("health_refused") or {}
    parts = [
        f"{counts[name]:,} {word if counts[name] == 1 else word + 's'}"
        for name, word in (("file_count", "file"), ("row_count", "row"))
        if counts.get(name)
    ]
    if parts:
        were = "was" if sum(counts.values()) == 1 else "were"
        st.warning(
            f"{' and '.join(parts)} {were} refused in the last 7 days: see [Quarantine](#quarantine).",
            icon=":material/block:",
        )


def equation(rows: pa.Table) -> None:
    """Rows in are rows landed, duplicate or quarantined: per source and in total."""
    frame.heading("Nothing lost", "rows in = landed + duplicate + quarantined")
    total = rows.filter(rows["is_total"]).to_pylist()[0]
    with st.container(border=True):
        st.html(
            frame.equation(
                "rows",
                total["rows_in"],
                total["rows_landed"],
                total["rows_duplicate"],
                total["rows_quarantined"],
                total["rows_add_up"],
            )
        )
        st.html(
            frame.equation(
                "files",
                total["file_count"],
                total["landed_file_count"],
                total["duplicate_file_count"],
                total["quarantined_file_count"],
                total["files_add_up"],
            )
        )
    tables.show(
        rows,
        {
            "source": tables.text("Source", 130),
            "rows_in": tables.count("Rows in"),
            "rows_landed": tables.count("Landed"),
            "rows_duplicate": tables.count("Duplicate"),
            "rows_quarantined": tables.count("Quarantined"),
            "rows_add_up": tables.tick("Adds up"),
            "file_count": tables.count("Files"),
            "landed_file_count": tables.count("Files landed"),
            "duplicate_file_count": tables.count("Delivered twice"),
            "quarantined_file_count": tables.count("Files refused"),
        },
        "equation",
        "Rows in, landed, duplicate and quarantined per source",
    )


def quarantine(edition: published.Edition, source: str | None, day: str | None) -> None:
    """Why rows wait, and what they look like without prompts or people."""
    reasons = edition.rows("health_reasons", source=source, day=day)
    st.html('<span id="quarantine"></span>')
    frame.heading("Quarantine", "refused rows and files wait here, each with its reason")
    if not reasons.num_rows:
        st.caption(":material/check: Nothing is in quarantine.")
        return
    columns = {
        "reason": tables.text("Reason", 160),
        "row_count": tables.count("Rows"),
        "source": tables.text("Source", 130),
        "file_count": tables.count("Files"),
        "whole_file_count": tables.count("Whole files", "Files refused as a whole"),
        "last_received_at": tables.moment("Last received"),
    }
    clicked = tables.show(
        reasons, columns, "reasons", "Quarantined rows by reason; a row shows its samples", opens=True
    )
    reason = None if clicked is None else reasons["reason"][clicked].as_py()
    with st.expander(
        "Samples" + (f": {text.escaped(reason)}" if reason else ", click a reason to narrow them"),
        icon=":material/search:",
    ):
        samples = edition.rows("health_samples", source=source, day=day, reason=reason)
        widths = {
            "reason": 120,
            "column_name": 120,
            "detail": 260,
            "sample": 300,
            "source": 110,
            "source_file": 220,
        }
        labels = {"column_name": "Column", "source_file": "File"}
        shown = {name: tables.text(labels.get(name, name.capitalize()), width) for name, width in widths.items()}
        tables.show(samples, shown | {"source_row": tables.count("Row")}, "samples", "Quarantined rows", rows=12)


def checks_table(checks: pa.Table) -> None:
    """Every check of the file, red first."""
    frame.heading("Checks", "run on this very file before it was published")
    tables.show(
        checks,
        {
            "outcome": tables.outcome("Result", {"ok": "green", "warning": "orange", "failed": "red"}),
            "claim": tables.text("Claim", 220),
            "violation_count": tables.count("Violations"),
            "table_name": tables.text("Table", 170),
            "description": tables.text("What it says", 560),
        },
        "checks",
        "Checks of the published file, failures first",
        rows=12,
    )


def freshness(edition: published.Edition, source: str | None) -> None:
    """How far each source and table reaches."""
    rows = edition.rows("health_freshness", source=source)
    health_days.titled(edition, rows, "freshness", "Freshness", "how far each source and table reaches", source=source)
    columns = {
        "name": tables.text("Source or table", 168),
        "hours_behind": tables.hours("Behind"),
        "reaches_to": tables.moment("Reaches to, UTC"),
        "kind": tables.text("Kind", 70),
    }
    tables.show(rows, columns, "freshness", "Freshness per source and table")


def coverage(edition: published.Edition, source: str | None, day: str | None) -> None:
    """What is known of what was logged."""
    frame.heading("Coverage", "what is known of what was logged")
    rows = edition.rows("health_coverage", source=source, day=day)
    if not rows.num_rows:
        st.caption("No request started on this day.")
        return
    columns = {"source": tables.text("Source", 116)}
    columns |= {name: tables.coverage(label, hint) for name, (label, hint) in health_days.COVERAGE.items()}
    tables.show(rows, columns | {"request_count": tables.count("Requests")}, "coverage", "Coverage per source")


def batches(edition: published.Edition, source: str | None, day: str | None) -> None:
    """The latest files and what became of them."""
    rows = edition.rows("health_batches", source=source, day=day)
    health_days.titled(edition, rows, "batches", "Batches", "the latest files", source=source, day=day)
    tables.show(
        rows,
        {
            "received_at": tables.moment("Received, UTC"),
            "drawn_status": tables.outcome("Result", OUTCOMES),
            "rows_in": tables.count("Rows in"),
            "rows_landed": tables.count("Landed"),
            "rows_duplicate": tables.count("Duplicate"),
            "rows_quarantined": tables.count("Quarantined"),
            "source": tables.text("Source", 120),
            "source_file": tables.text("File", 220),
            "drawn_why": tables.text("Why refused", 200),
        },
        "batches",
        "The latest hundred batches",
        rows=12,
    )


edition = published.current()
frame.header(
    edition,
    "Data health",
    "is it complete, is it current, does it add up",
    [
        "meta.batches",
        "meta.quarantine",
        "meta.checks",
        "rollups.log_totals_hourly",
        "rollups.uncounted_daily",
        "rollups.arrival_daily",
        "rollups.reconciliation_daily",
    ],
)
checks = edition.rows("health_checks")
verdict(checks)
refused(edition)
with st.container(horizontal=True, vertical_alignment="top", key="filters"):
    source = filters.pick("Source", "source", edition.rows("sources")["source"].to_pylist(), "All sources", 260)
    chosen: date | None = filters.day("Day", "day")
day = chosen.isoformat() if chosen else None

counted = edition.rows("health_equation", source=source, day=day)
if counted.num_rows:
    equation(counted)
    health_days.equation(edition, source, day)
    health_days.uncounted(edition, source, day)
    quarantine(edition, source, day)
    coverage(edition, source, day)
    health_days.coverage(edition, source, day)
    left, right = st.columns(2)
    with left:
        health_days.lateness(edition, source, day)
    with right:
        freshness(edition, source)
    health_days.reconciliation(edition, source, day)
    checks_table(checks)
    batches(edition, source, day)
else:
    frame.nothing_here("No file was received for this source on this day.", ["source", "day"])
