"""The exported page: the boards as plain HTML, without a script or a request to another host."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import answers
import palette
from boards import Asked, Board, Opened
from format import UNKNOWN, change, compact, day, few, instant, percent, price, seconds, usd
from tables import AMOUNT, few_line
from xml_text import marked

STYLE = Path(__file__).parent / "static" / "export.css"
PERIODS = {"1w": "week", "4w": "4 weeks", "12w": "12 weeks"}
INK = {
    "surface": "backgroundColor",
    "band": "secondaryBackgroundColor",
    "ink": "textColor",
    "soft": "grayColor",
    "line": "borderColor",
    "link": "linkColor",
    "bar": "primaryColor",
}
Cell = Callable[[Mapping[str, Any]], str]


def page(opened: Opened, period: str, files: Mapping[str, Sequence[str]]) -> bytes:
    """The leaderboard by every unit, who made the models, and links to the files beside it."""
    board, market = opened.boards["leaderboard"], opened.boards["market"]
    units = [(unit, _leaderboard(opened, board, period, unit)) for unit in board.choices["unit"]]
    sections = [(f"by-{unit}", f"By {AMOUNT[unit].lower()}", table) for unit, table in units]
    sections.append(("authors", "By author", _authors(opened, market, period)))
    sections.append(("files", "Files", _files(files)))
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title, _ in sections)
    body = "".join(f'<h2 id="{anchor}">{title}</h2>{content}\n' for anchor, title, content in sections)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Leaderboard · Podium</title><link rel="alternate" type="application/atom+xml" href="feed.xml">
<style>{_colors()}
{STYLE.read_text(encoding="utf-8")}</style></head><body><main>
{_heading(opened, period)}<nav>{links}</nav>
{body}</main></body></html>
""".encode()


def _heading(opened: Opened, period: str) -> str:
    told = answers.meta(opened, period)
    known: Any = told["coverage"]
    simulated = '<p><span class="badge">Simulated traffic</span></p>' if told["is_simulated"] else ""
    as_of: Any = told["as_of"]
    return f"""<h1>Leaderboard</h1>
<p class="soft">{_days(told, period)} · as of {instant(as_of)} · version {told["version"]}</p>{simulated}
<p class="soft">Known: usage of {percent(known["usage_coverage_share"])} of requests, price of \
{percent(known["pricing_coverage_share"])} of tokens, user of {percent(known["user_coverage_share"])} of requests\
{_logged(known)}. Unknown is {UNKNOWN}, never 0. \
{marked(few_line(opened.publication["min_users"]))}</p>
"""


def _days(told: Mapping[str, Any], period: str) -> str:
    if told["start_date"] is None:
        return "No whole week (Monday to Sunday, UTC) has been logged yet"
    return f"{PERIODS.get(period, period).capitalize()}, {day(told['start_date'])} to {day(told['last_date'])}"


def _logged(known: Mapping[str, Any]) -> str:
    is_short = known["days_logged"] is not None and known["days_logged"] < known["days"]
    return f"; {known['days_logged']} of {known['days']} days logged" if is_short else ""


def _leaderboard(opened: Opened, board: Board, period: str, unit: str) -> str:
    table, _ = opened.rows(board, Asked({"period": period, "unit": unit}, {}))
    rows, hidden = table.to_pylist(), opened.publication["min_users"]
    largest = max((row["share"] or 0 for row in rows), default=0) or 1
    cells: dict[str, Cell] = {
        "#": lambda row: UNKNOWN if row["rank"] is None else str(row["rank"]),
        "Δ": _moved,
        "Model": lambda row: marked(_model(row)),
        AMOUNT[unit]: lambda row: marked(few(hidden)) if row["is_hidden"] else _amount(unit, row["value"]),
        "Reach" if unit == "users" else "Share": lambda row: _bar(row["share"], largest),
        "Change": _change,
        "$/M": lambda row: price(row["effective_usd_per_mtok"]),
        "Priced": lambda row: percent(row["pricing_coverage_share"]),
        "TTFT p50": lambda row: seconds(row["ttft_p50_s"]),
        "Success": lambda row: percent(row["request_success_rate"], 2),
    }
    return _table(f"Models by {AMOUNT[unit].lower()}; change is against the window before", cells, "Model", rows)


def _model(row: Mapping[str, Any]) -> str:
    return f"Other ({row['model_count']} models)" if row["model_id"] == "other" else row["model_id"]


def _authors(opened: Opened, market: Board, period: str) -> str:
    table, _ = opened.rows(market, Asked({"period": period, "market": "author", "unit": "tokens"}, {}))
    rows = table.to_pylist()
    largest = max((row["share"] or 0 for row in rows), default=0) or 1
    cells: dict[str, Cell] = {
        "#": lambda row: UNKNOWN if row["rank"] is None else str(row["rank"]),
        "Δ": _moved,
        "Author": lambda row: marked(row["member"]),
        "Tokens": lambda row: compact(row["value"]),
        "Share": lambda row: _bar(row["share"], largest),
        "Change": _change,
    }
    return _table("Who made the models, by tokens", cells, "Author", rows)


def _table(caption: str, cells: Mapping[str, Cell], name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    head = "".join(f'<th scope="col"{_kind(title, name)}>{title}</th>' for title in cells)
    lines = "".join(_line(cells, name, row) for row in rows)
    body = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table>{body}</table></div>'


def _line(cells: Mapping[str, Cell], name: str, row: Mapping[str, Any]) -> str:
    of_all_others = ' class="other"' if row.get("model_id") == "other" else ""
    written = "".join(f"<td{_kind(title, name)}>{cell(row)}</td>" for title, cell in cells.items())
    return f"<tr{of_all_others}>{written}</tr>\n"


def _kind(title: str, name: str) -> str:
    return ' class="name"' if title == name else ' class="share"' if title in ("Share", "Reach") else ""


def _amount(unit: str, value: Any) -> str:
    return usd(value) if unit == "spend" else compact(value)


def _moved(row: Mapping[str, Any]) -> str:
    places = row["rank_change"] or 0
    return "NEW" if row["is_new"] else f"▲ {places}" if places > 0 else f"▼ {-places}" if places < 0 else ""


def _change(row: Mapping[str, Any]) -> str:
    return UNKNOWN if row.get("is_small_base") else change(row["change"]) or UNKNOWN


def _bar(share: float | None, largest: float) -> str:
    bar = f'<span class="bar" style="width:{(share or 0) / largest:.1%}"></span>'
    return f"{percent(share)}{bar}"


def _files(files: Mapping[str, Sequence[str]]) -> str:
    lines = "".join(f"<li>{marked(name)}: {_links(paths)}</li>\n" for name, paths in files.items())
    return f'<p class="soft">These boards and more; <code>manifest.json</code> lists every file.</p><ul>\n{lines}</ul>'


def _links(paths: Sequence[str]) -> str:
    return ", ".join(f'<a href="{marked(path)}">{marked(path.rpartition("/")[2])}</a>' for path in paths)


def _colors() -> str:
    """The theme's colours as variables, dark ones where the reader's system is dark."""
    light, dark = (
        "".join(f"--{name}:{palette.colors(scheme)[option]};" for name, option in INK.items())
        for scheme in ("light", "dark")
    )
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
