"""Reads the published file: the version CURRENT names, read-only, one cursor per query."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa
import streamlit as st

QUERIES = Path(__file__).parent / "queries"
DEFAULT_HOME = Path(__file__).resolve().parents[1] / "data"
# The published file is data, not a program: nothing it holds may reach the disk or the network.
LOCKED = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "memory_limit": "512MB",
    "threads": "2",
}
TRIES = 3

Parameter: TypeAlias = str | int | float | bool | tuple[str, ...] | None


def folder() -> Path:
    """Where versions and CURRENT are: `published` in PODIUM_HOME, by default the project's data folder."""
    return Path(os.environ.get("PODIUM_HOME") or DEFAULT_HOME) / "published"


class NothingPublishedError(Exception):
    """No version can be read; the message says why."""


class OutdatedError(NothingPublishedError):
    """The version lacks what a page reads: another Podium published it."""

    def __init__(self) -> None:
        super().__init__("What is published was made by another version of Podium and lacks what this page shows")


@dataclass(frozen=True)
class Edition:
    """One published version: what a page reads from first line to last."""

    version: int
    file: Path

    def rows(self, query: str, **parameters: Parameter) -> pa.Table:
        """The rows of `queries/<query>.sql`, cached for this version."""
        return _rows(str(self.file), query, tuple(sorted(parameters.items())))

    def answer(self, question: str) -> pa.Table:
        """The answer to a ready-made question of this version, cached; nothing but its own questions can be asked."""
        return _answer(str(self.file), question)

    def row(self, query: str, **parameters: Parameter) -> dict[str, Any] | None:
        """The only row of a query that yields one, or None."""
        found = self.rows(query, **parameters).slice(0, 1).to_pylist()
        return found[0] if found else None


def current() -> Edition:
    """The version CURRENT names now, opened; retried when it was collected in between."""
    reason: Exception | None = None
    for _ in range(TRIES):
        edition = pointed()
        try:
            _connection(str(edition.file))
        except duckdb.Error as error:
            reason = error
        else:
            return edition
    raise NothingPublishedError(f"{edition.file.name} cannot be opened") from reason


def pointed() -> Edition:
    """What CURRENT says, without opening the file it names."""
    try:
        pointer = json.loads((folder() / "CURRENT").read_text())
        # Only a name: a pointer never leads out of the published folder.
        return Edition(int(pointer["version"]), folder() / Path(pointer["file"]).name)
    except FileNotFoundError as error:
        raise NothingPublishedError("Nothing has been published yet") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NothingPublishedError("CURRENT is not readable") from error


def refused_after(edition: Edition) -> dict[str, int]:
    """The checks (name -> violations) that kept a newer version from being published, if the last try failed."""
    try:
        audit = json.loads((folder() / "AUDIT").read_text())
        return dict(audit["failed"]) if int(audit["version"]) > edition.version else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # No verdict to tell of; the page itself says how old its figures are.


@st.cache_resource(max_entries=3, show_spinner=False, on_release=lambda connection: connection.close())
def _connection(file: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(file, read_only=True, config=LOCKED)


# A resource, not data: Arrow tables never change, so all sessions share them and nothing is copied for a reader.
@st.cache_resource(max_entries=400, show_spinner=False)
def _rows(file: str, query: str, parameters: Sequence[tuple[str, Parameter]]) -> pa.Table:
    sql = (QUERIES / f"{query}.sql").read_text()
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters}
    # One connection shared by threads gives wrong answers; a cursor each does not.
    with _connection(file).cursor() as cursor:
        try:
            return cursor.sql(sql, params=values).to_arrow_table()
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise OutdatedError from error


@st.cache_resource(max_entries=100, show_spinner=False)
def _answer(file: str, question: str) -> pa.Table:
    """The file's SQL is data until it has proved to be one SELECT; what it may reach is LOCKED."""
    asked = "select sql from meta.method where kind = 'question' and table_name = $name"
    with _connection(file).cursor() as cursor:
        [(sql,)] = cursor.execute(asked, {"name": question}).fetchall()
        [statement] = cursor.extract_statements(sql)
        if statement.type != duckdb.StatementType.SELECT:
            raise ValueError(f"{question} is not a question")
        return cursor.sql(sql).to_arrow_table()
