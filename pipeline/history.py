"""What was asked at the prompt of `podium sql`, brought back by ↑ in the next session too: PODIUM_HOME/sql_history.

Only statements that were answered are kept, one a line, and none that holds an e-mail, a key or an address.
"""

import os
import readline
from pathlib import Path

import duckdb

from pipeline.settings import settings

KEPT = 1_000


def file() -> Path:
    """Where it is kept, for its owner alone."""
    return settings().home / "sql_history"


def recall() -> None:
    """Begin with what earlier sessions asked; of a long history the newest part."""
    readline.set_auto_history(False)
    readline.clear_history()
    lines = file().read_text(encoding="utf-8").splitlines() if file().exists() else []
    if len(lines) > 2 * KEPT:
        file().unlink()
        _write([*lines[-KEPT:]])
    for line in lines[-KEPT:]:
        readline.add_history(line)


def remember(text: str) -> None:
    """For this session."""
    readline.add_history(one_line(text))


def keep(text: str, con: duckdb.DuckDBPyConnection) -> None:
    """For later sessions."""
    [(is_private,)] = con.execute("select is_private($text)", {"text": text}).fetchall()
    if not is_private:
        _write([one_line(text)])


def _write(lines: list[str]) -> None:
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as handle:
        handle.writelines(f"{line}\n" for line in lines)


def one_line(text: str) -> str:
    """A statement on one line: its comments up to a line's end are left out, or they would hide what follows."""
    raw = text.encode()
    kept, start = [], 0
    for place, kind in duckdb.tokenize(text):
        if kind == duckdb.token_type.comment and raw[place:].startswith(b"--"):
            kept.append(raw[start:place])
            end = raw.find(b"\n", place)
            start = end if end >= 0 else len(raw)
    return " ".join(b"".join([*kept, raw[start:]]).decode().split("\n")).strip()
