"""The prompt of `podium sql`: statements over several lines, with history, completion and a few dot commands."""

import shutil
from collections.abc import Callable

import duckdb
from rich.console import Console

from pipeline import ask, completion, history, questions, terminal
from pipeline.settings import PodiumError

PROMPT, MORE = "podium> ", "   ...> "
LEAVING = ("exit", "quit", ".exit", ".quit")
FEWEST_ROWS, BESIDE_ROWS = 10, 8  # rows shown at least; lines of a screen that a table's frame and the prompt take
HELP = """\
A statement may take several lines and ends with ; (select, from, describe, explain). Tab completes, ↑ brings back.
.tables       every table, and what one row of it is
.schema NAME  a table's columns and what they mean
.questions    the ready-made questions
.ask NAME     ask one of them
.show NAME    its SQL
.quit         leave, as Ctrl-D does; Ctrl-C forgets what was typed"""


def run(console: Console) -> None:
    """Ask and answer until the end of input; each statement reads the version that is current then."""
    with ask.published() as con:
        complete = completion.Completer(completion.words(con))
    completion.turn_on(complete)
    history.recall()
    console.print("The published file, read-only. A statement ends with ; and .help tells more.", style="dim")
    while (text := _read(complete)) is not None and text not in LEAVING:
        if text:
            _obey(console, text)


def _read(complete: completion.Completer) -> str | None:
    """The next whole statement or dot command; None at the end of input. Ctrl-C begins anew."""
    lines: list[str] = []
    while not (lines and is_whole("\n".join(lines))):
        complete.before = "\n".join(lines)
        try:
            lines.append(input(MORE if lines else PROMPT))
        except KeyboardInterrupt:
            print("^C")
            lines = []
        except EOFError:
            print()
            return None
    return "\n".join(lines).strip()


def is_whole(text: str) -> bool:
    """Nothing, a dot command, a word to leave with, or SQL whose last token is a semicolon, in no text or comment."""
    stripped = text.strip()
    if not stripped or stripped.startswith(".") or stripped in LEAVING:
        return True
    tokens = [(place, kind) for place, kind in duckdb.tokenize(text) if kind != duckdb.token_type.comment]
    if not tokens or tokens[-1][1] != duckdb.token_type.operator:
        return False
    return text.encode()[tokens[-1][0] :].startswith(b";")


def _obey(console: Console, text: str) -> None:
    history.remember(text)
    try:
        if text.startswith("."):
            _command(console, text.rstrip("; "))
        else:
            _answer(console, text)
    except PodiumError as error:
        console.print(terminal.plain(f"Error: {error}"), style="red")
    except (KeyboardInterrupt, duckdb.InterruptException):
        console.print("Interrupted.", style="dim")


def _command(console: Console, text: str) -> None:
    word, _, name = text.partition(" ")
    commands: dict[str, Callable[[], None]] = {
        ".help": lambda: console.print(HELP, markup=False),
        ".tables": lambda: _tell(console, "show all tables"),
        ".schema": lambda: _tell(console, f"describe {_given(word, name)}"),
        ".questions": lambda: terminal.questions(console, questions.every()),
        ".ask": lambda: _ask(console, questions.named(_given(word, name))),
        ".show": lambda: console.print(terminal.plain(questions.named(_given(word, name)).sql)),
    }
    if word not in commands:
        raise PodiumError(f"there is no {word}; .help tells what there is")
    commands[word]()


def _given(word: str, name: str) -> str:
    if not name.strip():
        example = "rankings.price" if word == ".schema" else "spend_by_team"
        raise PodiumError(f"{word} needs a name: {word} {example}")
    return name.strip()


def _answer(console: Console, text: str) -> None:
    with ask.published() as con:
        heading = ask.heading(con, text)
        terminal.answer(console, ask.ask(con, text), heading, _rows(), "podium sql '...' --format csv")
        history.keep(text, con)


def _tell(console: Console, text: str) -> None:
    """What the file says of itself, whole."""
    with ask.published() as con:
        heading = ask.heading(con, text)
        terminal.answer(console, ask.ask(con, text), heading)


def _ask(console: Console, asked: questions.Question) -> None:
    with ask.published() as con:
        answer = ask.ask(con, asked.sql)
        rest = f"podium sql --query {asked.name} --format csv"
        terminal.answer(console, answer, f"{asked.question} {asked.answer}", _rows(), rest)


def _rows() -> int:
    """As many rows as a screen holds."""
    return max(shutil.get_terminal_size().lines - BESIDE_ROWS, FEWEST_ROWS)
