"""Prices in tables: where one of them is nothing at all, the column says free and not $0.000."""

import re
from typing import Any

import pyarrow as pa
import streamlit as st
from format import FREE

PRICE = re.compile("usd_per_|^session_cost")


def said(table: pa.Table, columns: dict[str, Any]) -> tuple[pa.Table, dict[str, Any]]:
    """The table and its columns; prices with a zero among them are text, as a number has one format for all."""
    for name in filter(PRICE.search, columns):
        values = table[name].to_pylist()
        if 0 in values:
            place = table.column_names.index(name)
            table = table.set_column(place, name, _texts(values, columns[name]["type_config"]["format"]))
            columns = columns | {name: _as_text(columns[name])}
    return table, columns


def _texts(values: list[float | None], written: str) -> pa.Array:
    """Padded on the left, so that they sort as the prices do: free before all that cost something."""
    texts = [None if value is None else FREE if value == 0 else written % value for value in values]
    width = max(len(text) for text in texts if text)
    return pa.array([text and text.rjust(width + (text == FREE)) for text in texts], pa.string())


def _as_text(shown: dict[str, Any]) -> Any:
    kept = {name: shown[name] for name in ("label", "width", "help")}
    return st.column_config.TextColumn(alignment="right", **kept)
