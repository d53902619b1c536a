"""Ready-made questions: what is asked, the answer, its SQL and how to ask it elsewhere. No SQL is typed here."""

import downloads
import filters
import format as text
import frame
import generic
import published
import pyarrow as pa
import streamlit as st
import tables

MOST_ROWS = 500


def listing(questions: list[dict[str, str]], wanted: str) -> None:
    """All questions, or those with a word; a click opens one."""
    shown = [row for row in questions if wanted.lower() in " ".join(row.values()).lower()]
    if not shown:
        frame.nothing_here("No question has that in it.", ["q"])
        return
    frame.heading("Questions", f"{len(shown)} of {len(questions)}; click one for its answer")
    rows = pa.Table.from_pylist([{"question": row["question"], "name": row["name"]} for row in shown])
    columns = {"question": tables.text("Question", 640), "name": tables.text("Name", 220)}
    clicked = tables.show(rows, columns, "questions", "Ready-made questions", opens=True, rows=len(shown))
    if clicked is not None:
        st.query_params["question"] = shown[clicked]["name"]
        st.rerun()


def answer(edition: published.Edition, asked: dict[str, str]) -> None:
    """One question with its answer."""
    name = asked["name"]
    rows = edition.answer(name)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        is_cut = rows.num_rows > MOST_ROWS
        rest = f"first {MOST_ROWS:,} of {rows.num_rows:,} rows; the download has all" if is_cut else ""
        frame.heading(text.escaped(asked["question"]), rest)
        downloads.button(edition, rows, name.replace("_", "-"), downloads.about(edition, name, None, sql=asked["sql"]))
    st.caption(text.escaped(asked["answer"]))
    if rows.num_rows:
        shown = rows.slice(0, MOST_ROWS)
        alt = f"Answer to: {asked['question']}"
        tables.show(shown, generic.columns(shown, meanings(edition)), f"answer-{name}", alt)
    else:
        st.info("The answer has no rows.", icon=":material/check:")
    frame.heading("SQL", f"to change: {text.escaped(asked['change'])}")
    st.code(asked["sql"], language="sql", wrap_lines=True)
    st.caption("In a terminal, as a table, CSV or JSON; any DuckDB from 1.1 on can ask current.duckdb the same:")
    st.code(f"podium sql --query {name} --format csv", language="bash", wrap_lines=True)


def meanings(edition: published.Edition) -> dict[str, str]:
    """Column name -> what it means, where the file says so."""
    told = edition.rows("dictionary_columns", table=None).to_pylist()
    return {row["column_name"]: row["meaning"] for row in told if row["meaning"]}


edition = published.current()
frame.header(edition, "Questions", "ready-made SQL over the published file", ["meta.method"])
questions = edition.rows("questions").to_pylist()
by_name = {row["name"]: row for row in questions}
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    labels = {"": "All questions"} | {name: row["question"] for name, row in by_name.items()}
    chosen = filters.menu("Question", "question", labels, "", 520)
    wanted = filters.search("Search", "q", "Word in a question or its SQL", 260) if not chosen else ""
if chosen:
    answer(edition, by_name[chosen])
else:
    listing(questions, wanted)
