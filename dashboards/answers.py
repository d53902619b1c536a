"""Answers to machines: the same bytes from the server and from `podium export`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import badge as drawn
import boards
import downloads
import feed as news
import prometheus
from boards import MAX_NAME, MAX_ROWS, Asked, Board, Opened

Query = Sequence[tuple[str, str]]
FORMATS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class Answer:
    """What is sent: made only when asked for, so that what a client holds already costs nothing."""

    media: str
    make: Callable[[], bytes]


class RefusedError(Exception):
    """Nothing that can be answered; `told` says why, and what could be asked."""

    def __init__(self, status: int, reason: str, **told: object) -> None:
        super().__init__(reason)
        self.status = status
        self.told = {"error": reason, **told}


def index(opened: Opened, query: Query = ()) -> Answer:
    """Every board: what one row is, its columns, and what may be asked of it."""
    _nothing_asked(query)
    told = {
        "meta": {name: _instant(value) for name, value in meta(opened, None).items() if value is not None},
        "formats": list(FORMATS),
        "boards": [_described(board) for board in opened.boards.values()],
        "badge": {"path": "/badge/{model}.svg", "parameters": _choices(_badge_choices(opened))},
        "feed": {"path": "/feed.xml", "definition": "News of the latest whole week, as Atom"},
        "metrics": {"path": "/metrics", "definition": "Freshness, rows and coverage, for Prometheus"},
    }
    return Answer(FORMATS["json"], lambda: json.dumps(told, default=str, ensure_ascii=False, indent=1).encode())


def board(opened: Opened, name: str, form: str, query: Query) -> Answer:
    """Rows of a board as JSON, CSV or Parquet."""
    asked_of = opened.boards.get(name)
    if asked_of is None:
        raise RefusedError(404, f"there is no board {name!r}", boards=list(opened.boards))
    if form not in FORMATS:
        raise RefusedError(404, f"no board is written as {form!r}", formats=list(FORMATS))
    asked = _asked(asked_of, query)
    return Answer(FORMATS[form], lambda: _written(opened, asked_of, asked, form))


def badge(opened: Opened, model: str, query: Query) -> Answer:
    """A model's place as an SVG image."""
    known = _known(query, _badge_choices(opened), ())
    rows = opened.query("machine_badge", model=model, **known)
    if not rows:
        raise RefusedError(404, f"no traffic of a model {model!r} in this period", **known)
    simulated = bool(opened.publication["is_simulated"])
    return Answer("image/svg+xml", lambda: drawn.svg(model, rows[0], known["unit"], known["period"], simulated))


def feed(opened: Opened, query: Query = ()) -> Answer:
    """News of the latest whole week as Atom."""
    _nothing_asked(query)
    return Answer("application/atom+xml", lambda: news.atom(opened.publication, opened.query("machine_feed")))


def metrics(opened: Opened, query: Query = ()) -> Answer:
    """Freshness, rows and coverage in Prometheus' text format."""
    _nothing_asked(query)
    return Answer(prometheus.MEDIA, lambda: prometheus.text(opened.query("machine_metrics")))


def meta(opened: Opened, period: str | None) -> dict[str, object]:
    """Which version, of which days (`end_date` is the first day after them), and how much of the traffic is known."""
    row = opened.meta(period)
    told = {name: row[name] for name in ("as_of", "data_through", "start_date", "end_date", "last_date", "version")}
    covered = {name: row[name] for name in ("days_logged", "days")}
    shares = {name: value for name, value in row.items() if name.endswith("_coverage_share")}
    return told | {"is_simulated": row["is_simulated"], "coverage": covered | shares if period else None}


def _written(opened: Opened, of: Board, asked: Asked, form: str) -> bytes:
    table, total = opened.rows(of, asked)
    if form == "csv":
        return downloads.as_csv(table)
    about = {
        "board": of.name,
        **meta(opened, asked.choices["period"]),
        "parameters": {**asked.choices, **asked.names, "limit": asked.limit},
        "row_count": table.num_rows,
        "total_row_count": total,
        "citation": _citation(opened, of, asked),
        "definition": of.definition,
    }
    told = {name: _instant(value) for name, value in about.items()}
    if form == "json":
        return downloads.as_json(table, told)
    return downloads.as_parquet(table.replace_schema_metadata({"podium": json.dumps(told, default=str)}))


def _citation(opened: Opened, of: Board, asked: Asked) -> str:
    about = opened.publication
    choices = ", ".join(asked.choices.values())
    simulated = ", simulated traffic" if about["is_simulated"] else ""
    return (
        f"Podium {about['podium_version']}, board {of.name} ({choices}), version {about['version']}, "
        f"as of {_instant(about['as_of'])}{simulated}"
    )


def _described(of: Board) -> dict[str, object]:
    names = {name: {"column": column, "allowed": "any name"} for name, column in of.names.items()}
    return {
        "board": of.name,
        "definition": of.definition,
        "paths": [f"{of.name}.{form}" for form in FORMATS],
        "parameters": _choices(of.choices) | names | {"limit": {"default": MAX_ROWS, "allowed": f"1 to {MAX_ROWS}"}},
        "columns": [{"name": name, "type": kind, "meaning": meaning} for name, kind, meaning in of.columns],
    }


def _choices(held: Mapping[str, Sequence[str]]) -> dict[str, dict[str, object]]:
    return {name: {"default": boards.default(values), "allowed": list(values)} for name, values in held.items()}


def _badge_choices(opened: Opened) -> dict[str, Sequence[str]]:
    held = opened.boards["leaderboard"].choices
    return {name: held[name] for name in ("period", "unit")}


def _asked(of: Board, query: Query) -> Asked:
    given = dict(query)
    choices = _known(query, of.choices, (*of.names, "limit"))
    names = {name: given[name] for name in of.names if name in given}
    for name, value in names.items():
        if len(value) > MAX_NAME:
            raise RefusedError(400, f"{name} is longer than {MAX_NAME} characters", parameter=name)
    return Asked(choices, names, _limit(given.get("limit", str(MAX_ROWS))))


def _limit(text: str) -> int:
    limit = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
    if not 1 <= limit <= MAX_ROWS:
        raise RefusedError(400, f"limit is a whole number from 1 to {MAX_ROWS}", parameter="limit")
    return limit


def _known(query: Query, choices: Mapping[str, Sequence[str]], others: Sequence[str]) -> dict[str, str]:
    """A value of each choice; refused are a parameter nobody knows, one given twice, and a value that is not held."""
    names = [name for name, _ in query]
    for name, value in query:
        if name not in choices and name not in others:
            raise RefusedError(400, f"there is no parameter {name!r}", allowed=[*choices, *others])
        if names.count(name) > 1:
            raise RefusedError(400, f"{name} is given twice", parameter=name)
        if name in choices and value not in choices[name]:
            raise RefusedError(400, f"{name} can not be {value!r}", parameter=name, allowed=list(choices[name]))
    given = dict(query)
    return {name: given.get(name, boards.default(values)) for name, values in choices.items()}


def _nothing_asked(query: Query) -> None:
    _known(query, {}, ())


def _instant(value: object) -> object:
    """Instants are naive UTC in the file, and say so in text."""
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value
