"""DuckDB: connections as Podium wants them, and the one place that runs .sql files."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from pipeline.settings import SQL, PodiumError, settings

SAFE_SETTINGS = {
    "TimeZone": "UTC",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": False,
    "python_enable_replacements": False,
}


class SqlFailed(PodiumError):
    """A .sql file could not be run; `file` names it, the cause is DuckDB's error, which may quote what it read."""

    def __init__(self, file: Path, error: duckdb.Error) -> None:
        self.file = file.relative_to(SQL.parent)
        super().__init__(f"{self.file}: {error}")


def connect(
    path: Path | str = ":memory:", *, read_only: bool = False, macros: bool = True
) -> duckdb.DuckDBPyConnection:
    """A connection in UTC that downloads nothing, bounded by the memory and thread settings."""
    con = duckdb.connect(str(path), read_only=read_only)
    for name, value in SAFE_SETTINGS.items():
        con.execute(f"set {name} = $value", {"value": value})
    con.execute("set memory_limit = $limit", {"limit": f"{settings().memory_limit_mib}MiB"})
    if settings().threads:
        con.execute("set threads = $threads", {"threads": settings().threads})
    if macros:
        load_macros(con)
    return con


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, file: Path, options: str, name: str = "podium") -> Iterator[None]:
    """A file of tables as the connection's own database, until the block ends; after an error the connection is lost.

    Detached and attached again it is read from the disk again.
    """
    path = str(file).replace("'", "''")
    con.execute(f"attach '{path}' as {name} ({options})")
    con.execute(f"use {name}")
    yield
    con.execute("use memory")
    con.execute(f"detach {name}")


def load_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Every formula of sql/macros/, for this connection only: published files hold no macros."""
    for file in sorted((SQL / "macros").glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        con.execute(re.sub(r"create or replace macro", "create or replace temp macro", text, flags=re.I))


def run_file(con: duckdb.DuckDBPyConnection, file: Path, **params: object) -> duckdb.DuckDBPyConnection:
    """Run one .sql file with $parameters; an error names the file."""
    try:
        return con.execute(file.read_text(encoding="utf-8"), params or None)
    except duckdb.Error as error:
        raise SqlFailed(file, error) from error


def create_table(con: duckdb.DuckDBPyConnection, table: str, file: Path, **params: object) -> None:
    """Make `table` (schema.name, from folder and file names) out of a file's one select."""
    try:
        con.execute(f"create or replace table {table} as\n{file.read_text(encoding='utf-8')}", params or None)
    except duckdb.Error as error:
        raise SqlFailed(file, error) from error


def refill_table(con: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    """Fill a table that the same file made before anew: it stays as it is, comments and all."""
    try:
        con.execute(f"truncate {table}")
        con.execute(f"insert into {table}\n{file.read_text(encoding='utf-8')}")
    except duckdb.Error as error:
        raise SqlFailed(file, error) from error


def create_view(con: duckdb.DuckDBPyConnection, view: str, file: Path) -> None:
    """The same as a view: nothing is read until somebody asks."""
    con.execute(f"create or replace view {view} as\n{file.read_text(encoding='utf-8')}")


@cache
def header(file: Path) -> str:
    """The comment a .sql file opens with: the description of its table."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(line for line in lines if not line.startswith("column:"))


@cache
def _scratch() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def cursor() -> duckdb.DuckDBPyConnection:
    """A connection with nothing but its own temporary tables, for a small question: another database costs 25 ms."""
    return _scratch().cursor()


@cache
def dependencies(file: Path) -> frozenset[str]:
    """The tables a file reads, `schema.table` each, from the SQL itself (DuckDB's own parse tree)."""
    text = file.read_text(encoding="utf-8")
    (tree,) = cursor().execute("select json_serialize_sql($text)", {"text": text}).fetchone() or ("{}",)
    parsed = json.loads(tree)
    if parsed.get("error"):
        raise PodiumError(f"{file.relative_to(SQL.parent)}: {parsed.get('error_message')}")
    return frozenset(
        f"{table['schema_name']}.{table['table_name']}" for table in _tables(parsed) if table["schema_name"]
    )


def _tables(node: object) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield node
        for child in node.values():
            yield from _tables(child)
    elif isinstance(node, list):
        for child in node:
            yield from _tables(child)


def in_order(files: list[Path], schema: str) -> list[Path]:
    """The files of one folder, each after those of the same schema it reads."""
    by_table = {f"{schema}.{file.stem}": file for file in sorted(files)}
    done: list[Path] = []
    waiting = dict(by_table)
    while waiting:
        ready = [table for table, file in waiting.items() if not (dependencies(file) & waiting.keys()) - {table}]
        if not ready:
            raise PodiumError(f"sql/{schema}: these files read each other in a circle: {', '.join(sorted(waiting))}")
        done += [waiting.pop(table) for table in ready]
    return done
