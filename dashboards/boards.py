"""Boards for machines: which ones the published file holds, what may be asked of each, and their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb
import published
import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression
from published import LOCKED, QUERIES, TRIES, Edition, NothingPublishedError, Parameter

# A table of schema rankings with a period and a rank is a board. These are boards without a rank ...
UNRANKED = ("providers", "value")
# ... and this is none, but a step of the leaderboard, which holds all of it.
STEPS = ("standings",)
# Every answer is of one value of each; the first is the default.
CHOICES = {
    "period": ("1w", "4w", "12w"),
    "unit": ("tokens", "requests", "spend", "users"),
    "market": ("model", "author", "provider", "weights", "country", "size_class"),
}
# What rows may be asked for by name -> the column that holds it.
NAMES = {"model": "model_id", "author": "author", "provider": "provider_name", "member": "member"}
MAX_ROWS = 10_000
MAX_NAME = 300


@dataclass(frozen=True, eq=False)
class Board:
    """A table of schema rankings: what one row is, its columns (name, type, meaning), and its choices."""

    name: str
    definition: str
    columns: tuple[tuple[str, str, str], ...]
    choices: Mapping[str, tuple[str, ...]]

    @property
    def column_names(self) -> list[str]:
        """The columns, as published."""
        return [name for name, *_ in self.columns]

    @property
    def names(self) -> dict[str, str]:
        """The parameters that ask for rows by name -> the column each is held against."""
        return {name: column for name, column in NAMES.items() if column in self.column_names}


@dataclass(frozen=True)
class Asked:
    """What a request asks of a board: a value of each choice, perhaps names, and at most `limit` rows."""

    choices: Mapping[str, str]
    names: Mapping[str, str]
    limit: int = MAX_ROWS


@dataclass(frozen=True, eq=False)
class Opened:
    """A published version as machines read it."""

    edition: Edition
    connection: duckdb.DuckDBPyConnection
    publication: Mapping[str, Any]
    boards: Mapping[str, Board]

    def query(self, query: str, **parameters: Parameter) -> list[dict[str, Any]]:
        """The rows of `queries/<query>.sql`."""
        return _query(self.connection, query, **parameters)

    def rows(self, board: Board, asked: Asked) -> tuple[pa.Table, int]:
        """The first `limit` rows in the order of the board, `other` last, and how many there are in all."""
        held = {**asked.choices, **{board.names[name]: value for name, value in asked.names.items()}}
        return _rows(self, board, tuple(held.items()), asked.limit)

    def meta(self, period: str | None) -> dict[str, Any]:
        """What the version says of itself and of a period."""
        return _meta(self, period)


@lru_cache(maxsize=8)
def _rows(opened: Opened, board: Board, held: Sequence[tuple[str, str]], limit: int) -> tuple[pa.Table, int]:
    # A cursor each: threads that share one connection get wrong answers.
    with opened.connection.cursor() as cursor:
        found = cursor.table(f"rankings.{board.name}")
        for column, value in held:
            found = found.filter(ColumnExpression(column) == ConstantExpression(value))
        [[total]] = found.count("*").fetchall()
        table = found.sort(*_order(board)).limit(limit).to_arrow_table()
    return table.combine_chunks(), total


@lru_cache(maxsize=8)
def _meta(opened: Opened, period: str | None) -> dict[str, Any]:
    [told] = opened.query("machine_meta", period=period)
    return told


def _order(board: Board) -> list[duckdb.Expression]:
    """`other` last, then by rank, then by every text column: no two runs of a query differ."""
    texts = [name for name, kind, _ in board.columns if kind == "VARCHAR" and name not in board.choices]
    keys = [ColumnExpression(name).asc().nulls_last() for name in texts]
    if "rank" in board.column_names:
        keys.insert(0, ColumnExpression("rank").asc().nulls_last())
    if "model_id" in board.column_names:
        keys.insert(0, (ColumnExpression("model_id") == ConstantExpression("other")).asc())
    return keys


def current() -> Opened:
    """The version CURRENT names now, opened; looked up again when it was collected in between."""
    reason: Exception | None = None
    for _ in range(TRIES):
        edition = published.pointed()
        try:
            return _opened(edition)
        except duckdb.Error as error:
            reason = error
    raise NothingPublishedError(f"{edition.file.name} cannot be opened") from reason


@lru_cache(maxsize=2)
def _opened(edition: Edition) -> Opened:
    connection = duckdb.connect(str(edition.file), read_only=True, config=LOCKED)
    [publication] = _query(connection, "publication")
    described = _query(connection, "machine_boards", unranked=UNRANKED, steps=STEPS)
    boards = {row["name"]: _board(connection, row) for row in described}
    return Opened(edition, connection, publication, boards)


def _board(connection: duckdb.DuckDBPyConnection, described: Mapping[str, Any]) -> Board:
    columns = tuple((column["name"], column["type"], column["meaning"]) for column in described["columns"])
    held = [name for name in CHOICES if name in {column for column, *_ in columns}]
    choices = {name: _values(connection, described["name"], name) for name in held}
    return Board(described["name"], described["definition"], columns, choices)


def _values(connection: duckdb.DuckDBPyConnection, board: str, choice: str) -> tuple[str, ...]:
    """The values a board has rows of, the usual ones first; the usual ones where it has no row yet."""
    usual = CHOICES[choice]
    with connection.cursor() as cursor:
        held = {value for (value,) in cursor.table(f"rankings.{board}").select(choice).distinct().fetchall()}
    return (*(value for value in usual if value in held), *sorted(held - {*usual})) or usual


def _query(connection: duckdb.DuckDBPyConnection, query: str, **parameters: Parameter) -> list[dict[str, Any]]:
    sql = (QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}
    with connection.cursor() as cursor:
        return cursor.sql(sql, params=values).to_arrow_table().to_pylist()


def default(values: Sequence[str]) -> str:
    """The value of a choice that a request does not name."""
    return values[0]
