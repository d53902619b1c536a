"""What is shown, as CSV, Parquet or JSON: the same rows and columns, money and tokens to the last digit."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import streamlit as st
from published import Edition

# A spreadsheet runs a cell that begins like this; a leading apostrophe makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def button(edition: Edition, table: pa.Table, name: str, about: dict[str, object]) -> None:
    """A Download popover for the rows on the page, without the columns only the page draws; made when asked for."""
    stem = f"podium-{name}-v{edition.version}"
    table = table.drop_columns([c for c in table.column_names if c.startswith("drawn_") or c.endswith("_percent")])
    with st.popover("Download", icon=":material/download:", type="tertiary"):
        for label, extension, mime, made in (
            ("CSV", "csv", "text/csv", lambda: as_csv(table)),
            ("Parquet", "parquet", "application/vnd.apache.parquet", lambda: as_parquet(table)),
            ("JSON", "json", "application/json", lambda: as_json(table, about)),
        ):
            st.download_button(
                label,
                made,
                f"{stem}.{extension}",
                mime,
                on_click="ignore",
                width="stretch",
                key=f"{stem}-{extension}",
            )


def about(edition: Edition, board: str, period: str | None, **more: object) -> dict[str, object]:
    """What a downloaded JSON says of itself: which figures, of which days, as of when."""
    publication = edition.row("publication") or {}
    dates = (edition.row("window", period=period) or {}) if period else {}
    told = {name: publication.get(name) for name in ("as_of", "is_simulated", "reporting_timezone")}
    span = {name: dates.get(name) for name in ("start_date", "end_date")}
    return {"board": board, "version": edition.version, **told, **span, **more}


def as_csv(table: pa.Table) -> bytes:
    """Comma separated, no cell a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue().encode()


def as_parquet(table: pa.Table) -> bytes:
    """zstd-compressed Parquet with the table's own types."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def as_json(table: pa.Table, about: dict[str, object]) -> bytes:
    """`{"meta": ..., "data": [...]}`; decimals and token totals as strings, so no reader rounds them."""
    rows = [{name: _exact(name, value) for name, value in row.items()} for row in table.to_pylist()]
    return json.dumps({"meta": about, "data": rows}, default=_text, ensure_ascii=False, indent=1).encode()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, list):
        return json.dumps(value, default=_text, ensure_ascii=False)
    return _text(value) if isinstance(value, Decimal) else value


def _exact(name: str, value: object) -> object:
    return str(value) if isinstance(value, int) and name.endswith("_tokens") else value


def _text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
