"""The dictionary: every table and column of the published file, with its type, unit and meaning."""

import downloads
import filters
import format as text
import frame
import published
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
import tables


def holding(rows: pa.Table, wanted: str) -> pa.Table:
    """The rows that hold a text in any of their cells."""
    if not wanted:
        return rows
    found = pa.array([False] * rows.num_rows)
    for name in ("table_name", "column_name", "unit", "meaning"):
        if name in rows.column_names:
            matches = pc.match_substring(rows[name], wanted, ignore_case=True)
            found = pc.or_(found, pc.fill_null(matches, False))
    return rows.filter(found)


edition = published.current()
frame.header(edition, "Dictionary", "every table and column of the published file", ["meta.publication"])
listed = edition.rows("dictionary_tables")
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    table = filters.pick("Table", "table", listed["table_name"].to_pylist(), "All tables", 320)
    wanted = filters.search("Search", "q", "Word in a name or meaning", 260)
columns = holding(edition.rows("dictionary_columns", table=table), wanted)
if not columns.num_rows:
    frame.nothing_here("No column has that in its name or meaning.", ["table", "q"])
    st.stop()
if table:
    [told] = [row for row in listed.to_pylist() if row["table_name"] == table]
    st.caption(text.escaped(told["meaning"]))
    st.page_link("views/method.py", label="Its SQL and checks", query_params={"table": table})
else:
    shown = holding(listed, wanted)
    if shown.num_rows:
        frame.heading("Tables", f"{shown.num_rows} of {listed.num_rows}; click one for its columns")
        drawn = {
            "table_name": tables.text("Table", 240),
            "meaning": tables.text("What one row is", 640),
            "row_count": tables.count("Rows"),
            "column_count": tables.count("Columns"),
        }
        clicked = tables.show(shown, drawn, "tables", "Tables of the published file", opens=True, rows=12)
        if clicked is not None:
            st.query_params["table"] = shown["table_name"][clicked].as_py()
            st.rerun()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
    frame.heading("Columns", f"{columns.num_rows:,}")
    downloads.button(edition, columns, "dictionary", downloads.about(edition, "dictionary", None))
named = {} if table else {"table_name": tables.text("Table", 200)}
# The meaning second, so that a phone shows its beginning.
described = {
    "column_name": tables.text("Column", 200),
    "meaning": tables.text("Meaning", 730 if table else 530),
    "unit": tables.text("Unit", 150),
    "data_type": tables.text("Type", 120),
}
tables.show(columns, named | described, "columns", "Columns of the published file with unit, meaning and type")
