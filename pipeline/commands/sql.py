"""`podium sql`: questions to the published file."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console import out

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ORDER = 110


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


def command(
    query: Annotated[str, typer.Argument(help="One statement, or - to read it from standard input.")],
    form: Annotated[Format, typer.Option("--format", help="For people, spreadsheets or programs.")] = Format.table,
) -> None:
    """Ask the published file; read-only.

    Examples: podium sql "show all tables"; podium sql "describe rankings.price";
    podium sql "from rankings.totals" --format json; podium sql - --format csv < sql/queries/top_ten.sql
    """
    from pipeline import ask

    with ask.published() as con:
        question = sys.stdin.read() if query == "-" else query
        heading = ask.heading(con, question) if form is Format.table else ""
        write(ask.ask(con, question), form, heading)


def write(answer: "DuckDBPyConnection", form: Format, heading: str = "") -> None:
    """An answer on standard output; a table has its heading above it."""
    from pipeline import ask, terminal

    if form is Format.csv:
        ask.write_csv(answer, sys.stdout)
    elif form is Format.json:
        ask.write_json(answer, sys.stdout)
    else:
        terminal.answer(out, answer, heading)
