"""The boards as files, for a web server or a folder: `python dashboards/export.py DIR [--period 1w]`.

`podium export` runs it as a program of its own, as it runs the server: the pipeline imports nothing from here.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import answers
import boards
import files
import no_js
from answers import FORMATS, RefusedError
from boards import Board, Opened
from files import FolderError
from published import NothingPublishedError

TOLD = 4  # how it ends when the message on standard error is all there is to say
INDEX = "index.html"
# Model ids that are file names on any system, a folder for the author.
PLAIN = re.compile(r"(?!.*\.svg/)[a-z0-9][\w.:+@-]*(/[a-z0-9][\w.:+@-]*)*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Made:
    """A file of the export, and what the server would be asked for the same bytes."""

    path: str
    body: bytes
    request: str = ""


def main() -> int:
    """Write the export; told on standard output as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--period", action="append", default=[])
    given = parser.parse_args()
    try:
        opened = boards.current()
        made = list(export(opened, _periods(opened, given.period)))
        version = int(opened.publication["version"])
        changed, removed = files.replace(given.folder, version, {file.path: (file.body, file.request) for file in made})
    except (RefusedError, NothingPublishedError, FolderError) as reason:
        return _told(str(reason))
    except OSError as error:
        return _told(f"{error.strerror}: {error.filename2 or error.filename}")
    told = {"version": version, "files": len(made), "changed": changed, "removed": removed}
    sys.stdout.write(json.dumps(told | {"left_out": len(_models(opened)) - len(_plain(opened))}))
    return 0


def _told(message: str) -> int:
    sys.stderr.write(message)
    return TOLD


def _periods(opened: Opened, asked: Sequence[str]) -> list[str]:
    held = opened.boards["leaderboard"].choices["period"]
    if unknown := [period for period in asked if period not in held]:
        raise RefusedError(400, f"there is no period {unknown[0]!r}; there are {', '.join(held)}")
    return list(dict.fromkeys(asked)) or list(held)


def export(opened: Opened, periods: Sequence[str]) -> Iterator[Made]:
    """Every file, the page last: what it links to is there before it is."""
    yield Made("api/v1/index.json", answers.index(opened).make(), "/api/v1/")
    yield Made("feed.xml", answers.feed(opened).make(), "/feed.xml")
    for model in _plain(opened):
        yield Made(f"badge/{model}.svg", answers.badge(opened, model, ()).make(), f"/badge/{model}.svg")
    for board in opened.boards.values():
        for choices in _combinations(board, periods):
            yield from _board(opened, board, choices)
    yield Made(INDEX, no_js.page(opened, periods[0], _linked(opened, periods[0])))


def _board(opened: Opened, board: Board, choices: dict[str, str]) -> Iterator[Made]:
    query = [(name, value) for name, value in choices.items() if value != boards.default(board.choices[name])]
    asked = "?" + "&".join(f"{name}={value}" for name, value in query) if query else ""
    for form in FORMATS:
        body = answers.board(opened, board.name, form, query).make()
        yield Made(_path(board, choices, form), body, f"/api/v1/{board.name}.{form}{asked}")


def _path(board: Board, choices: dict[str, str], form: str) -> str:
    """`api/v1/market-4w-author.csv`: what is not the default is in the name."""
    parts = [value for name, value in choices.items() if value != boards.default(board.choices[name])]
    return f"api/v1/{'-'.join([board.name, *parts])}.{form}"


def _combinations(board: Board, periods: Sequence[str]) -> Iterator[dict[str, str]]:
    values = [[value for value in held if name != "period" or value in periods] for name, held in board.choices.items()]
    for chosen in product(*values):
        if all(value.replace("_", "").isalnum() for value in chosen):
            yield dict(zip(board.choices, chosen, strict=True))


def _linked(opened: Opened, period: str) -> dict[str, list[str]]:
    """What the page links to: each board of its period, in every format."""
    linked = {"Feed": ["feed.xml"], "All files": ["manifest.json"]}
    for board in opened.boards.values():
        if period in board.choices["period"]:
            choices = {name: boards.default(values) for name, values in board.choices.items()} | {"period": period}
            linked[board.name] = [_path(board, choices, form) for form in FORMATS]
    return linked


def _models(opened: Opened) -> list[str]:
    period = boards.default(opened.boards["leaderboard"].choices["period"])
    return [row["model_id"] for row in opened.query("machine_models", period=period)]


def _plain(opened: Opened) -> list[str]:
    """Models whose name can be a file's; two that differ only in case are one file on some systems."""
    named = {model.lower(): model for model in reversed(_models(opened)) if PLAIN.fullmatch(model) and len(model) < 200}
    return sorted(named.values())


if __name__ == "__main__":
    sys.exit(main())
