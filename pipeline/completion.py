"""Completion at the prompt of `podium sql`: tables, columns, keywords, questions and dot commands."""

import re
import readline
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from pipeline import questions, warehouse
from pipeline.settings import SQL

COMMANDS = (".ask", ".help", ".questions", ".quit", ".schema", ".show", ".tables")
BREAKS = " \t\n,()=<>;'\"+-*/|"


@dataclass(frozen=True)
class Words:
    """What a word can become."""

    columns: dict[str, list[str]]  # of each table
    keywords: list[str]
    questions: list[str]


def words(con: duckdb.DuckDBPyConnection) -> Words:
    """Of the published file, and of DuckDB's SQL."""
    columns = dict(warehouse.run_file(con, SQL / "ask" / "names.sql").fetchall())
    keywords = "select keyword_name from duckdb_keywords() where keyword_category = 'reserved' order by 1"
    names = [each.name for each in questions.every()]
    return Words(columns, [*(name for (name,) in con.execute(keywords).fetchall()), "describe"], names)


class Completer:
    """Readline asks it for the nth completion of a word; `before` is what earlier lines of the statement say."""

    def __init__(self, known: Words) -> None:
        self.known = known
        self.before = ""
        self._found: list[str] = []

    def __call__(self, word: str, nth: int) -> str | None:
        """The nth completion, or None."""
        if nth == 0:
            self._found = candidates(self.known, word, readline.get_line_buffer(), self.before)
        return self._found[nth] if nth < len(self._found) else None


def candidates(known: Words, word: str, line: str, before: str = "") -> list[str]:
    """What a word of a line can become, in alphabetical order."""
    command, space, _ = line.lstrip().partition(" ")
    if not before and command.startswith("."):
        return _beginning(word, _of_command(known, command) if space else COMMANDS)
    prefix, dot, _ = word.rpartition(".")
    text = f"{before}\n{line}"
    if dot and prefix in {table.partition(".")[0] for table in known.columns}:
        return _beginning(word, known.columns)
    if dot:
        return _beginning(word, [f"{prefix}.{column}" for column in _columns(known, _aliased(known, prefix, text))])
    named = [table for table in known.columns if re.search(rf"\b{re.escape(table)}\b", text)]
    return _beginning(word, [*known.columns, *_columns(known, named or known.columns), *known.keywords])


def _of_command(known: Words, command: str) -> Iterable[str]:
    return {".schema": known.columns, ".ask": known.questions, ".show": known.questions}.get(command, ())


def _aliased(known: Words, name: str, text: str) -> list[str]:
    """The table a name stands for: its whole name, its last part, or `as` an alias."""
    called = re.findall(rf"\b(\w+\.\w+)\s+(?:as\s+)?{re.escape(name)}\b", text, re.I)
    return [table for table in known.columns if table in (name, *called) or table.endswith(f".{name}")]


def _columns(known: Words, tables: Iterable[str]) -> list[str]:
    return [column for table in tables for column in known.columns[table]]


def _beginning(word: str, options: Iterable[str]) -> list[str]:
    return sorted({option for option in options if option.lower().startswith(word.lower())})


def turn_on(complete: Completer) -> None:
    """The Tab key asks for completions, in GNU readline's words or in libedit's (macOS)."""
    readline.set_completer(complete)
    readline.set_completer_delims(BREAKS)
    is_libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
