"""A mapping as SQL text, the first half: the select that reads a log's fields.

Paths, words and constants are the only texts of a user's in it, and all go through `quoted`. What they mean is in
mapping_meaning.py, and the rest of the way is written in sql/sources/mapped.
"""

import pyarrow as pa

from pipeline.mapping_columns import REQUIRED
from pipeline.mapping_paths import TEXT, Node
from pipeline.mappings import Mapping


def quoted(text: str, mark: str) -> str:
    """A text as an SQL literal (mark ') or identifier (mark "): DuckDB's have no escapes but the doubled mark."""
    return mark + text.replace(mark, mark * 2) + mark


def literal(value: object) -> str:
    """A constant: true, false, a number or a quoted text."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else quoted(str(value), "'")


def name(text: str) -> str:
    """An identifier."""
    return quoted(text, '"')


def type_of(node: Node) -> str:
    """The SQL type of a field: every leaf is text, so that a bad cell costs its row only."""
    if isinstance(node, dict):
        return f"struct({', '.join(f'{name(key)} {type_of(child)}' for key, child in node.items())})"
    if isinstance(node, list):
        return f"{type_of(node[0])}[]"
    return f"map(varchar, {type_of(node[0])})" if isinstance(node, tuple) else "varchar"


def read_json(mapping: Mapping) -> str:
    """Read the fields of JSON records; only a sifted copy knows where they stood."""
    types = {field: TEXT if field in mapping.json_text else node for field, node in mapping.fields.items()}
    columns = ["'podium_source_row': 'bigint'"]
    columns += [f"{literal(field)}: {literal(type_of(node))}" for field, node in types.items()]
    return "from read_json($path, format = $format, compression = $compression, columns = {" + ", ".join(columns) + "})"


def read_parquet(mapping: Mapping, types: dict[str, pa.DataType]) -> str:
    """Read the fields of a Parquet file as text; one with parts as JSON."""
    fields = [f"{_parquet_text(each, types.get(each))} as {name(each)}" for each in mapping.fields]
    return f"select {', '.join(['cast(null as bigint) as podium_source_row', *fields])} from read_parquet($path)"


def _parquet_text(field: str, type_: pa.DataType | None) -> str:
    if type_ is None:
        return "cast(null as varchar)"
    return f"cast({f'to_json({name(field)})' if pa.types.is_nested(type_) else name(field)} as varchar)"


def keys(mapping: Mapping) -> list[str]:
    """The fields of which a sound record has one at least."""
    tops = dict.fromkeys(path[0] for column in REQUIRED for path in mapping.rules[column].paths)
    return [f"cast({name(str(top))} as varchar)" for top in tops]
