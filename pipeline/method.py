"""How every published figure is made: the project's SQL, told in the published file itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import questions, rankings, warehouse
from pipeline.settings import SQL

MEANING = (
    "One row per table, formula, check and ready-made question: the very SQL it is made with, and what that reads."
)
# Folder of sql/ -> what its files are, and the schema of the tables they make.
FOLDERS = {
    "rankings": ("ranking", "rankings."),
    "published": ("rollup", "rollups."),
    "meta": ("record", "meta."),
    "rollups": ("hourly rollup", "lake."),
    "fold": ("request folding", "lake."),
    "checks": ("check", ""),
}
MACRO = re.compile(r"((?:^--.*\n)*)^create or replace macro (\w+)\([\s\S]*?;$", re.M)
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("table_name", "kind", "file", "comment", "sql")),
        *((name, pa.list_(pa.string())) for name in ("reads", "formulas")),
    ]
)
Row = dict[str, str]


def tell(con: duckdb.DuckDBPyConnection) -> bool:
    """Make meta.method anew, unless the copied file holds the same SQL already; returns whether it was made."""
    rows = [*_made(), *_questions(), *_formulas()]
    if _held(con) == {row["file"] + row["table_name"]: row["sql"] for row in rows}:
        return False
    con.register("method_rows", _table(rows))
    con.execute("create or replace table meta.method as from method_rows order by kind, table_name")
    con.unregister("method_rows")
    rankings.describe(con, {"meta.method": MEANING})
    return True


def _held(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    known = "select 1 from duckdb_tables() where schema_name = 'meta' and table_name = 'method'"
    if not con.execute(known).fetchall():
        return {}
    return dict(con.execute("select file || table_name, sql from meta.method").fetchall())


def _table(rows: list[Row]) -> pa.Table:
    """With what each reads and calls: the parser's work, so only for a table that is made."""
    names = [row["table_name"] for row in rows if row["kind"] == "formula"]
    told = [row | {"reads": _read(row), "formulas": _used(row["sql"], names)} for row in rows]
    return pa.Table.from_pylist(told, schema=SCHEMA)


def _read(row: Row) -> list[str]:
    return [] if row["kind"] == "formula" else sorted(warehouse.dependencies(SQL.parent / row["file"]))


def _made() -> Iterator[Row]:
    for folder, (kind, schema) in FOLDERS.items():
        for file in sorted((SQL / folder).glob("*.sql")):
            yield _row(f"{schema}{file.stem}", kind, file, warehouse.header(file), file.read_text(encoding="utf-8"))


def _questions() -> Iterator[Row]:
    for each in questions.every():
        file = questions.FOLDER / f"{each.name}.sql"
        yield _row(each.name, "question", file, warehouse.header(file), each.sql)


def _formulas() -> Iterator[Row]:
    for file in sorted((SQL / "macros").glob("*.sql")):
        for found in MACRO.finditer(file.read_text(encoding="utf-8")):
            comment = " ".join(line.removeprefix("--").strip() for line in found[1].splitlines())
            yield _row(found[2], "formula", file, comment, found[0].removeprefix(found[1]))


def _row(name: str, kind: str, file: Path, comment: str, sql: str) -> Row:
    path = file.relative_to(SQL.parent).as_posix()
    return {"table_name": name, "kind": kind, "file": path, "comment": comment, "sql": sql.strip()}


def _used(sql: str, names: list[str]) -> list[str]:
    """The formulas a piece of SQL calls; one does not call itself."""
    called = set(re.findall(r"\b(\w+)\(", re.sub(r"--.*", "", sql)))
    itself = re.findall(r"^create or replace macro (\w+)\(", sql)
    return sorted(called.intersection(names).difference(itself))
