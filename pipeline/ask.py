"""`podium sql`: one read-only statement over the published file, its answer as a table, CSV or JSON."""

import csv
import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TextIO

import duckdb

from pipeline import publish, warehouse
from pipeline.settings import SQL, PodiumError

READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
CHUNK = 2_000
ANSWERS = SQL / "ask"
TABLES = re.compile(r"\s*show\s+(all\s+)?tables\s*;?\s*", re.I)
DESCRIBED = re.compile(r"\s*(?:describe|desc|show)\s+(?:table\s+)?(\w+\.\w+)\s*;?\s*", re.I)
WHERE_TO_LOOK = "Tables: podium sql 'show all tables'; columns: podium sql 'describe rankings.price'"
# Depth, not a wall: whoever runs this has a shell anyway. A slip of theirs still can not write or leave the file.
LOCKS = {"temp_directory": "", "allow_community_extensions": False, "enable_external_access": False}


@contextmanager
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only and locked, with Podium's formulas as macros."""
    version = publish.current()
    if version is None:
        raise PodiumError("nothing has been published yet; run: podium refresh (or, to try Podium: podium demo)")
    with warehouse.connect(version.path, read_only=True) as con:
        for name, value in LOCKS.items():
            con.execute(f"set {name} = $value", {"value": value})
        con.execute("set lock_configuration = true")
        yield con


def heading(con: duckdb.DuckDBPyConnection, question: str) -> str:
    """What one row of the table is, if the question is `describe` and a table of the published file."""
    described = DESCRIBED.fullmatch(question)
    if not described:
        return ""
    found = warehouse.run_file(con, ANSWERS / "heading.sql", name=described[1]).fetchall()
    return found[0][0] or "" if found else ""


def ask(con: duckdb.DuckDBPyConnection, question: str) -> duckdb.DuckDBPyConnection:
    """Run the one statement, which must be a query; a mistake in it is told as DuckDB tells it.

    `show all tables` and `describe schema.table` answer with the meanings that tables and columns carry.
    """
    if TABLES.fullmatch(question):
        return warehouse.run_file(con, ANSWERS / "tables.sql")
    if (described := DESCRIBED.fullmatch(question)) and heading(con, question):
        return warehouse.run_file(con, ANSWERS / "columns.sql", name=described[1])
    try:
        statements = con.extract_statements(question)
        kinds = [statement.type for statement in statements]  # ValueError: a type Python has no name for, as CONNECT
    except (duckdb.Error, ValueError) as error:
        raise PodiumError(f"this is not SQL that DuckDB understands: {error}") from error
    if len(kinds) != 1:
        raise PodiumError(f"give one statement, not {len(kinds)}")
    if kinds[0] not in READS:
        told = f"podium sql only reads, and this is {kinds[0].name}"
        raise PodiumError(f"{told}; begin with select, from, describe or explain")
    try:
        return con.execute(statements[0])
    except duckdb.Error as error:
        raise PodiumError(f"{error}\n{WHERE_TO_LOOK}") from error


def columns(answer: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the answer's columns."""
    return [name for name, *_ in answer.description or []]


def rows(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    """The answer's rows, a chunk at a time."""
    try:
        while chunk := answer.fetchmany(CHUNK):
            yield from chunk
    except duckdb.Error as error:
        raise PodiumError(str(error)) from error


def write_csv(answer: duckdb.DuckDBPyConnection, out: TextIO) -> None:
    """Header and rows; NULL is an empty cell, decimals have every digit, lists are JSON."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns(answer))
    for row in rows(answer):
        writer.writerow(["" if value is None else _cell(value) for value in row])


def _cell(value: object) -> object:
    plain = as_json(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, (list, dict)) else text(value)


def write_json(answer: duckdb.DuckDBPyConnection, out: TextIO) -> None:
    """An array of objects, one a line; decimals are texts with every digit, instants ISO 8601."""
    names = columns(answer)
    out.write("[")
    for place, row in enumerate(rows(answer)):
        record = {name: as_json(value) for name, value in zip(names, row, strict=True)}
        out.write((",\n" if place else "\n") + json.dumps(record, ensure_ascii=False, allow_nan=False))
    out.write("\n]\n")


def as_json(value: object) -> object:
    """A value as JSON holds it: numbers stay numbers unless that would lose digits."""
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [as_json(each) for each in value]
    return text(value)


def text(value: object) -> str:
    """A value as people and programs both read it."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, timedelta):
        return str(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
