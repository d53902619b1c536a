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
    statement: Annotated[
        str | None, typer.Argument(help="One statement, or - to read it from standard input; none opens a prompt.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people, spreadsheets or programs.")] = Format.table,
    query: Annotated[str | None, typer.Option("--query", help="A ready-made question, by its name.")] = None,
    is_list: Annotated[bool, typer.Option("--list", help="The ready-made questions.")] = False,
) -> None:
    """Ask the published file; read-only.

    Examples: podium sql --list; podium sql --query spend_by_team --format csv; podium sql "show all tables";
    podium sql "describe rankings.price"; podium sql "from rankings.totals" --format json; podium sql - < question.sql
    """
    from pipeline import ask, questions, terminal

    if sum((statement is not None, query is not None, is_list)) > 1:
        raise typer.BadParameter("give a statement, --query or --list, and only one of them")
    if is_list:
        terminal.questions(out, questions.every())
    elif query is not None:
        with ask.published() as con:
            asked = questions.named(query)
            write(ask.ask(con, asked.sql), form, f"{asked.question} {asked.answer}")
    elif statement is not None:
        with ask.published() as con:
            text = sys.stdin.read() if statement == "-" else statement
            heading = ask.heading(con, text) if form is Format.table else ""
            write(ask.ask(con, text), form, heading)
    elif sys.stdin.isatty() and form is Format.table:
        from pipeline import shell  # readline is not on every system

        shell.run(out)
    else:
        raise typer.BadParameter("give a statement, - to read one from standard input, or --query; see also --list")


def write(answer: "DuckDBPyConnection", form: Format, heading: str = "") -> None:
    """An answer on standard output; a table has its heading above it."""
    from pipeline import ask, terminal

    if form is Format.csv:
        ask.write_csv(answer, sys.stdout)
    elif form is Format.json:
        ask.write_json(answer, sys.stdout)
    else:
        terminal.answer(out, answer, heading)
