"""Columns of a table whose columns no page knows beforehand: drawn by type and by the unit in the name."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

column = st.column_config
SHARES = ("_share", "_rate", "_share_low", "_share_high", "_success_rate")


def columns(table: pa.Table, meanings: Mapping[str, str]) -> dict[str, Any]:
    """One definition per column; its meaning, where one is known, is its help."""
    return {field.name: _column(field, meanings.get(field.name)) for field in table.schema}


def _column(field: pa.Field, meaning: str | None) -> Any:
    name, kind = field.name, field.type
    if pa.types.is_boolean(kind):
        return column.CheckboxColumn(name, help=meaning)
    if pa.types.is_list(kind):
        return column.ListColumn(name, help=meaning)
    if pa.types.is_timestamp(kind):
        return column.DatetimeColumn(name, help=meaning, format="D MMM YYYY, HH:mm")
    if pa.types.is_date(kind):
        return column.DateColumn(name, help=meaning, format="D MMM YYYY")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.NumberColumn(name, help=meaning, format=_format(name, kind))
    return column.TextColumn(name, help=meaning)


def _format(name: str, kind: pa.DataType) -> Any:
    """As many decimals as the SQL gives, with its unit."""
    dollar = "$" if "usd" in name else ""
    if pa.types.is_decimal(kind):
        return f"{dollar}%.{kind.scale}f"
    if name.endswith(SHARES):
        return "percent"
    if pa.types.is_integer(kind):
        return "localized" if name.endswith(("_count", "_tokens", "_n")) else "%d"
    return f"{dollar}%.6g"
