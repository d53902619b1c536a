"""What is left of a JSON log once broken records are put aside: only the fields a source reads, each of its type.

A file waits as a whole instead, in the archive and in meta.batches, where more than MANY of its records and more than
the sound ones are broken, or more than MOST: two million broken lines pack into 8 KB and would fill the quarantine.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from pipeline.json_files import Record
from pipeline.request_log import REJECT_SCHEMA, FileRejected

MANY = 10_000
MOST = 100_000
TRUTHS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}

Shape = str | dict[str, "Shape"] | list["Shape"] | tuple["Shape"]


class Misfit(Exception):
    """A value of another type than the log defines."""

    def __init__(self, reason: str = "wrong_type") -> None:
        super().__init__(reason)
        self.reason, self.column = reason, ""


@dataclass
class Sieve:
    """Refused records, column by column, and how many were kept."""

    kept: int = 0
    refused: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in REJECT_SCHEMA.names})

    def refuse(self, row: int, reason: str, column: str | None, detail: str) -> None:
        """Note one refused record; raises FileRejected when they are too many to hold."""
        values = (row, reason, column, detail, None)
        for name, value in zip(REJECT_SCHEMA.names, values, strict=True):
            self.refused[name].append(value)
        if len(self.refused["reason"]) > MOST:
            refuse_hopeless(self.rejects(), self.kept)

    def rejects(self) -> pa.Table:
        """The refused records, as a source hands them on."""
        return pa.table(self.refused, schema=REJECT_SCHEMA)


def refuse_hopeless(rejects: pa.Table, sound: int, stride: int = 1) -> None:
    """Raise FileRejected where so many records are broken that the file is no log (see above).

    Of more than MOST rejects, MOST + 1 are enough. The order of the records does not matter. `stride` is json_log's.
    """
    broken = rejects.num_rows
    if broken <= MOST and (broken <= MANY or broken <= sound):
        return
    count = f"more than {MOST:,}" if broken > MOST else f"{broken:,} of {broken + sound:,}"
    first = min(rejects.select(["source_row", "detail"]).to_pylist(), key=lambda row: row["source_row"])
    detail = f"{count} records are broken; the first is record {first['source_row'] // stride}: {first['detail']}"
    raise FileRejected("corrupt", detail)


def sift(records: Iterable[Record], types: dict[str, DuckDBPyType], lenient: frozenset[str], target: Path) -> Sieve:
    """Write the sound records to `target` as JSON lines with the columns of `types`.

    Column podium_source_row says where each stood. A `lenient` column of a wrong type becomes null instead of costing
    the row. Raises FileRejected where the records can not be read at all.
    """
    shapes = {name: shape(type_) for name, type_ in types.items()}
    sieve = Sieve()
    with target.open("w", encoding="ascii") as lines:
        for record in records:
            if record.value is None:
                sieve.refuse(record.row, record.reason, None, record.detail)
                continue
            try:
                slim = _slim(record.value, shapes, lenient)
            except Misfit as misfit:
                sieve.refuse(record.row, misfit.reason, misfit.column, f"{misfit.column} is not what the log defines")
                continue
            lines.write(json.dumps(slim | {"podium_source_row": record.row}) + "\n")
            sieve.kept += 1
    return sieve


def _slim(value: dict[str, Any], shapes: dict[str, Shape], lenient: frozenset[str]) -> dict[str, Any]:
    slim: dict[str, Any] = {}
    for name, expected in shapes.items():
        try:
            slim[name] = conform(value.get(name), expected)
        except Misfit as misfit:
            if name not in lenient:
                misfit.column = name
                raise
    return slim


def shape(type_: DuckDBPyType) -> Shape:
    """A DuckDB type as nested dicts, lists, (what a map leads to,) and the leaves 'text', 'number' and 'flag'."""
    if type_.id in ("struct", "list", "map"):
        children = {name: shape(child) for name, child in type_.children if isinstance(child, DuckDBPyType)}
        if type_.id == "map":
            return (children["value"],)
        return children if type_.id == "struct" else list(children.values())
    return {"varchar": "text", "boolean": "flag"}.get(type_.id, "number")


def conform(value: object, expected: Shape) -> object:
    """The value cut down to the expected shape, cast as DuckDB would; raises Misfit where it can not be."""
    if value is None:
        return None
    if isinstance(expected, dict):
        if not isinstance(value, dict):
            raise Misfit
        return {name: conform(value.get(name), child) for name, child in expected.items()}
    if isinstance(expected, tuple):
        if not isinstance(value, dict):
            raise Misfit
        return {_text(key): conform(item, expected[0]) for key, item in value.items()}
    if isinstance(expected, list):
        if not isinstance(value, list):
            raise Misfit
        return [conform(item, expected[0]) for item in value]
    return {"text": _text, "flag": _flag, "number": _number}[expected](value)


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Misfit("bad_utf8") from None
    return text


def _flag(value: object) -> bool:
    if isinstance(value, bool | int | float):
        return bool(value)
    if isinstance(value, str) and value.lower() in TRUTHS:
        return TRUTHS[value.lower()]
    raise Misfit


def _number(value: object) -> float:
    if not isinstance(value, int | float | str):
        raise Misfit
    try:
        return float(value)
    except ValueError:
        raise Misfit from None
    except OverflowError:
        return float("inf")
