"""A mapping as SQL text, the first half: the select that reads a log's fields.

Paths, words and constants are the only texts of a user's in it, and all go through `quoted`. What they mean is in
mapping_meaning.py, and the rest of the way is written in sql/sources/mapped.
"""

from collections.abc import Iterator

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


def misshapen(field: str, node: Node) -> str:
    """Whether a part on the way of some path is of another type, which a cast would make unknown."""
    checks = [
        f"len(list_filter({found}, lambda part: is_misshapen(part, {literal(opens)}))) > 0"
        if is_many
        else f"is_misshapen({found}, {literal(opens)})"
        for found, opens, is_many in _parts(node, f"try_cast({name(field)} as json)", "$")
    ]
    return f"coalesce({' or '.join(checks)}, false)"


def _parts(node: Node, whole: str, path: str) -> Iterator[tuple[str, str, bool]]:
    """Each object and list of a field: its JSON, what that begins with, and whether there is a list of them."""
    if node != TEXT:
        yield f"json_extract({whole}, {literal(path)})", "[" if isinstance(node, list) else "{", "[*]" in path
    if isinstance(node, list):
        yield from _parts(node[0], whole, f"{path}[*]")
    elif isinstance(node, dict):
        for key, child in node.items():
            step = key.replace("\\", "\\\\").replace('"', '\\"')
            if key != "*":  # which DuckDB 2.0 takes for every key, in quotes too
                yield from _parts(child, whole, f'{path}."{step}"')


def keys(mapping: Mapping) -> list[str]:
    """The fields of which a sound record has one at least."""
    tops = dict.fromkeys(path[0] for column in REQUIRED for path in mapping.rules[column].paths)
    return [f"cast({name(str(top))} as varchar)" for top in tops]
