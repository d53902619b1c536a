"""Method: what each figure is, the SQL it is made with, what to beware of, what changed and who is cited."""

from typing import Any
from urllib.parse import quote

import filters
import format as text
import frame
import published
import pyarrow as pa
import streamlit as st
import tables

CAVEATS = {
    "Tokens": "are counted by each provider's own tokenizer: across providers a magnitude, not a measure. Cached input "
    "is part of input, reasoning part of output.",
    "Unknown": "is never 0. A figure whose parts are not known is a dash and has no rank; how much is known stands "
    "beside it as coverage.",
    "Dollars": "are what provider or gateway recorded, else your own price, else the list price of the day. Unpriced "
    "is not free; free is an explicit 0.",
    "Weeks": "run from Monday to Sunday, UTC, and are ranked once whole. Late rows restate a week.",
    "Errors": "of attempts are lower bounds: a gateway logs only part of what it tried. Success counts requests, as "
    "their users met them.",
    "Latency": "is of streams and attempts on the model's own clock. Percentiles are exact to 1 %, and null where too "
    "few samples tell.",
    "Quality": "figures are published ones, cited, or your own traffic's scores; benchmarks are never mixed.",
    "People": "are keyed pseudonyms; figures of fewer than five people are not shown where they could be told apart.",
}


def one(edition: published.Edition, name: str) -> None:
    """A table, formula or check: definition, columns, SQL, formulas, lineage, checks."""
    made = edition.row("method_one", name=name)
    if made is None:
        columns = edition.rows("dictionary_columns", table=name)
        if columns.num_rows:
            st.caption("These facts are not computed: they ship with Podium, or are yours; or they are its own record.")
            measures(columns)
        else:
            frame.nothing_here(f"No table, formula or check is called *{text.escaped(name)}*.", ["table"])
        return
    frame.heading(text.escaped(name), made["kind"])
    st.markdown(text.escaped(made["comment"]))
    columns = edition.rows("dictionary_columns", table=name)
    if columns.num_rows:
        measures(columns)
    frame.heading("SQL", f"`{made['file']}`")
    st.code(made["sql"], language="sql", wrap_lines=True)
    for formula in edition.rows("method_formulas", names=tuple(made["formulas"])).to_pylist():
        with st.expander(f"Formula `{formula['table_name']}`"):
            st.caption(text.escaped(formula["comment"]))
            st.code(formula["sql"], language="sql", wrap_lines=True)
    links("Made from", made["reads"])
    links("Read by", edition.rows("method_readers", name=name)["table_name"].to_pylist())
    checked(edition.rows("method_checks", name=name))


def measures(columns: pa.Table) -> None:
    """Every column with its unit and its formula in words, none cut short."""
    with st.container(border=True):
        st.markdown("\n".join(measured(row) for row in columns.to_pylist()))


def measured(row: dict[str, Any]) -> str:
    unit = f" · {text.escaped(row['unit'])}" if row["unit"] else ""
    meaning = f": {text.escaped(row['meaning'])}" if row["meaning"] else ""
    return f"- **{text.escaped(row['column_name'])}**{unit}{meaning}"


def links(label: str, names: list[str]) -> None:
    """Tables beside this one, each a link to its own method."""
    if names:
        st.markdown(f"**{label}** {' · '.join(map(linked, names))}")


def linked(name: str) -> str:
    """A name that opens its own method, escaped for Markdown and for a link."""
    return f"[{text.escaped(name)}](method?table={quote(name, safe='')})"


def checked(rows: pa.Table) -> None:
    if rows.num_rows:
        frame.heading("Checks", "run on this very version before it was published")
        shown = {
            "is_ok": tables.tick("Holds"),
            "description": tables.text("Claim", 760),
            "severity": tables.text("Severity", 90),
            "violation_count": tables.count("Violations"),
        }
        tables.show(rows, shown, "checks", "Checks of this table")


def listing(edition: published.Edition, wanted: str) -> None:
    """What is computed, or what of it holds a word; a click opens one."""
    found = edition.rows("method", q=wanted)
    if not found.num_rows:
        frame.nothing_here("No table, formula or check holds that.", ["q"])
        return
    frame.heading("What is computed", f"{found.num_rows} tables, formulas and checks; click one for its SQL")
    shown = {
        "table_name": tables.text("Name", 300),
        "kind": tables.text("Kind", 120),
        "comment": tables.text("What it is", 780),
    }
    clicked = tables.show(found, shown, "listing", "Tables, formulas and checks", opens=True, rows=14)
    if clicked is not None:
        st.query_params["table"] = found["table_name"][clicked].as_py()
        st.rerun()


def caveats() -> None:
    frame.heading("Read this beside the figures")
    with st.container(border=True):
        st.markdown("\n".join(f"- **{what}** {how}" for what, how in CAVEATS.items()))


def changes(edition: published.Edition) -> None:
    frame.heading("Changes of method", "newest first; versions published before followed the rule before")
    with st.container(border=True):
        for row in edition.rows("method_changes").to_pylist():
            where = f" ({linked(row['table_name'])})" if row["table_name"] else ""
            when = text.day(row["changed_on"])
            st.markdown(f"{when} · **{text.escaped(row['subject'])}**{where}: {text.escaped(row['change_made'])}")


def citations(edition: published.Edition) -> None:
    frame.heading("Sources and licences")
    with st.container(border=True):
        st.markdown("\n".join(cited(row) for row in edition.rows("method_citations").to_pylist()))


def cited(row: dict[str, Any]) -> str:
    """One source as a list's line: for what, under which licence, and how many figures are from it."""
    licence = f" ({text.escaped(row['licence'])})" if row["licence"] else ""
    figures = ""
    if row["figure_count"]:
        commit = text.escaped(row["source_commit"][:12])
        figures = f" {row['figure_count']} figures, the newest of {text.day(row['newest_figure'])}, commit {commit}."
    note = f" {text.escaped(row['note'])}." if row["note"] else ""
    return f"- **{text.escaped(row['cited'])}**{licence}: {text.escaped(row['used_for'])}.{note}{figures}"


edition = published.current()
frame.header(edition, "Method", "what every figure is, and the SQL it is made with", ["meta.method"])
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    names = edition.rows("method", q="")["table_name"].to_pylist()
    name = filters.pick("Table, formula or check", "table", names, "All of them", 360)
    wanted = filters.search("Search", "q", "Word in a name, comment or SQL", 280) if not name else ""
if name:
    one(edition, name)
else:
    listing(edition, wanted)
    caveats()
    changes(edition)
    citations(edition)
