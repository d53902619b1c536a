"""What the terminal shows: progress, tables, the top ten."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice

import duckdb
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline import ask, warehouse
from pipeline.doctor import Finding, counted
from pipeline.one_file import Landed
from pipeline.questions import Question
from pipeline.replay import Replayed
from pipeline.settings import SQL
from pipeline.unknown_names import Unknown

MOST_ROWS = 200
REST = "--format csv"
QUERIES = SQL / "queries"
UNKNOWN = "-"
UNLIMITED = 10_000
PROSE = 24
MOST_REFUSED = 20


@contextmanager
def bar(console: Console, label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; call it with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def steps(console: Console) -> Iterator[Callable[[str], None]]:
    """One line per step, the running one with a spinner; call it with the next step's name."""
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def begin(label: str) -> None:
            finish()
            progress.add_task(label, total=1)

        def finish() -> None:
            for task in progress.tasks:
                progress.update(task.id, completed=1)

        yield begin
        finish()


def plain(value: object) -> Text:
    """Data as text and nothing else: no markup, no control characters that a terminal would obey."""
    shown = ask.text(value)
    return Text("".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in shown))


def answer(
    console: Console, result: duckdb.DuckDBPyConnection, heading: str = "", most: int = MOST_ROWS, rest: str = REST
) -> None:
    """A query's first rows as a table, or as blocks where the terminal is too narrow for one; EXPLAIN as it is."""
    names = ask.columns(result)
    found = ask.rows(result)
    if names == ["explain_key", "explain_value"]:
        for _, told in found:
            console.print(plain(told))
        return
    if heading:
        console.print(plain(heading))
    shown = list(islice(found, most))
    table = _table(names, shown)
    if not console.is_terminal:
        console = Console(file=console.file, width=UNLIMITED)  # a pipe or a file has no edge to cut at
    if _needed(table) <= console.width:
        console.print(table)
    else:
        _blocks(console, names, shown)
    more = sum(1 for _ in found)
    total = counted(len(shown) + more, "row")
    told = f"{len(shown):,} of {total}; all of them: {rest}" if more else total
    console.print(told, style="dim", highlight=False)


def questions(console: Console, every: list[Question]) -> None:
    """What can be asked by name."""
    widest = max(len(each.name) for each in every)
    for each in every:
        console.print(Text(f"{each.name:<{widest}}  ", style="bold"), each.question, sep="")
    console.print("Ask one: podium sql --query NAME", style="dim")


def _table(names: list[str], rows: list[tuple[object, ...]]) -> Table:
    """Prose may be broken between words; numbers, names and dates never."""
    table = Table(header_style="bold")
    for name, values in zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True):
        is_prose = any(isinstance(value, str) and value.count(" ") > 2 for value in values)
        is_number = any(isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) for value in values)
        justify = "right" if is_number else "left"
        table.add_column(plain(name), no_wrap=not is_prose, min_width=PROSE if is_prose else None, justify=justify)
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _needed(table: Table) -> int:
    """The width below which something would be cut."""
    endless = Console(width=UNLIMITED)
    return Measurement.get(endless, endless.options, table).minimum


def _blocks(console: Console, names: list[str], rows: list[tuple[object, ...]]) -> None:
    widest = max(map(len, names))
    for number, row in enumerate(rows, 1):
        console.print(Text(f"row {number}", style="bold"))
        for name, value in zip(names, row, strict=True):
            console.print(plain(f"  {name:<{widest}}  "), _cell(value), sep="", soft_wrap=True)


def _cell(value: object) -> Text:
    return Text("null", style="dim") if value is None else plain(value)


def landed(console: Console, files: list[Landed]) -> None:
    """The landing equation of what just arrived, and each file that did not land whole, by name."""
    if bundles := [file.bundled for file in files if file.bundled]:
        console.print(f"{sum(bundles):,} small files bundled into {len(bundles):,}")
    counts = [
        len(files),
        *(
            sum(getattr(file, name) or 0 for file in files)
            for name in ("rows_in", "rows_landed", "rows_duplicate", "rows_quarantined")
        ),
    ]
    files_head, rows_head = "file" if counts[0] == 1 else "files", "row in" if counts[1] == 1 else "rows in"
    table = Table(files_head, rows_head, "landed", "duplicate", "quarantined", title="Landed", title_justify="left")
    table.add_row(*(f"{count:,}" for count in counts))
    console.print(table)
    told = [line for file in files if (line := _refused(file))]
    for line in told[:MOST_REFUSED]:
        console.print(plain(line))
    if len(told) > MOST_REFUSED:
        console.print(f"... and {counted(len(told) - MOST_REFUSED, 'more file')}: podium doctor")


def _refused(file: Landed) -> str:
    """What of a file did not land, and why; nothing if all of it did."""
    why = _why(file)
    if file.status == "failed" and file.reason == "mapping":
        return f"{file.name}: not landed: {file.detail}. It waits in the inbox for the next refresh"
    if file.status == "failed":
        return f"{file.name}: not landed, Podium itself failed on it: {why}. It waits in the inbox for the next refresh"
    if file.status == "would fail":
        return f"{file.name}: would not land, Podium itself fails on it: {why}. It stays in the archive"
    if file.reason:
        return f"{file.name}: refused{' again' if file.status == 'duplicate' else ''}, {why}"
    if not file.rows_quarantined:
        return ""
    share = f"{file.rows_quarantined:,} of {counted(file.rows_in or 0, 'row')}"
    return f"{file.name}: {share} refused: {why}; details: podium doctor"


def _why(file: Landed) -> str:
    if file.reason:
        return f"{file.reason}{f' ({file.detail})' if file.detail else ''}"
    most_first = sorted((file.reasons or {}).items(), key=lambda reason: (-reason[1], reason[0]))
    return ", ".join(f"{reason} {count:,}" for reason, count in most_first)


def replayed(console: Console, done: list[Replayed]) -> None:
    """What became of each refused batch, and what to do about files that are gone."""
    table = Table(title="Replayed", title_justify="left")
    for head in ("batch", "source", "file", "judged again", "landed", "duplicate", "refused still"):
        table.add_column(head, justify="left" if head in ("batch", "source", "file") else "right")
    for each in done:
        file = each.refused
        told = (file.batch_id[:12], file.source, file.source_file, *_replay_counts(each.landed))
        table.add_row(*map(plain, told))
    console.print(table)
    for each in done:
        if each.landed is None:
            step = "deliver it again (podium land FILE), then: podium replay"
            console.print(plain(f"{each.refused.source_file}: no longer in the archive; {step}"))
        elif each.landed.status in ("failed", "would fail"):
            console.print(plain(_refused(each.landed)))
        elif each.is_refused_still:
            console.print(plain(f"{each.refused.source_file}: refused still, {_why(each.landed)}"))


def _replay_counts(landed: Landed | None) -> tuple[str, ...]:
    if landed is None:
        return "gone", "", "", ""
    if landed.rows_in is None:
        return "whole file", "0", "0", landed.reason or ""
    counts = (landed.rows_in, landed.rows_landed, landed.rows_duplicate, landed.rows_quarantined)
    return tuple(f"{count:,}" for count in counts)


def unknown(console: Console, found: list[Unknown]) -> None:
    """Names the catalogue does not know, most used first, and what they may be."""
    table = Table(title="Unknown names", title_justify="left")
    for head in ("name", "requests", "tokens", "share", "providers", "perhaps"):
        table.add_column(head, justify="right" if head in ("requests", "tokens", "share") else "left")
    for each in found:
        counts = (f"{each.request_count:,}", _tokens(each.total_tokens), _shown(each.token_share, "{:.2%}"))
        told = (each.name, *counts, ", ".join(each.provider_names), "\n".join(each.suggestions) or UNKNOWN)
        table.add_row(*map(plain, told))
    console.print(table)


def findings(console: Console, found: list[Finding]) -> None:
    """The doctor's report."""
    table = Table("", "what", "found", show_lines=False)
    for finding in found:
        mark = Text("!", "bold red") if finding.needs_you else Text("✓", "green")
        table.add_row(mark, plain(finding.what), plain(finding.found))
    console.print(table)
    for finding in found:
        if finding.next_step:
            console.print(plain(f"{finding.what}: {finding.next_step}"))


def board(console: Console) -> None:
    """The ten models most used in the last complete week, and what the figures stand on."""
    with ask.published() as con:
        rows = _records(con, "top_ten")
        footer = _records(con, "board_footer")
        sources = con.table("meta.sources").to_arrow_table().to_pylist()
        refused = _records(con, "quarantine_reasons")
        ((there,),) = con.execute("select reporting_timezone from meta.publication").fetchall()
    if not footer:
        console.print(f"No complete week of traffic yet: the first board is of Monday to Sunday, {there}.")
        return
    table = Table(title="Top ten models by tokens", title_justify="left", box=None, padding=(0, 1, 0, 0))
    for head in ("#", "model", "tokens", "share", "change", "$/Mtok", "TTFT", "success"):
        table.add_column(head, justify="left" if head == "model" else "right", no_wrap=head != "model")
    for row in rows:
        table.add_row(*_board_cells(row))
    console.print(table)
    for line in _footer(footer[0], sources, refused):
        console.print(plain(line), style="dim")


def _records(con: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    answer = warehouse.run_file(con, QUERIES / f"{query}.sql")
    names = ask.columns(answer)
    return [dict(zip(names, row, strict=True)) for row in ask.rows(answer)]


def _board_cells(row: dict) -> list[Text]:
    change = "new" if row["is_new"] else UNKNOWN if row["is_small_base"] else _shown(row["change"], "{:+.1%}")
    return [
        plain(row["rank"]),
        plain(row["model_id"]),
        plain(_tokens(row["total_tokens"])),
        plain(_shown(row["share"], "{:.1%}")),
        plain(change),
        plain(_shown(row["effective_usd_per_mtok"], "{:.3f}")),
        plain(_shown(row["ttft_p50_s"], "{:.2f}s")),
        plain(_shown(row["request_success_rate"], "{:.2%}")),
    ]


def _shown(value: object, form: str) -> str:
    return UNKNOWN if value is None else form.format(value)


def _tokens(count: int | None) -> str:
    if count is None:
        return UNKNOWN
    for size, unit in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= size:
            return f"{count / size:.2f}{unit}"
    return str(count)


def _footer(stands_on: dict, sources: list[dict], refused: list[dict]) -> Iterator[str]:
    there = stands_on["reporting_timezone"]
    yield f"Complete week {stands_on['start_date']} to {stands_on['end_date']} ({there}, end not included)."
    told = [f"{row['source']}{' (simulated)' * bool(row['is_simulated'])} {row['row_count']:,} rows" for row in sources]
    yield f"Sources: {', '.join(told)}."
    coverage = [
        f"{_shown(stands_on[f'{kind}_coverage_share'], '{:.1%}')} {meaning}"
        for kind, meaning in (("usage", "with known usage"), ("pricing", "of tokens priced"), ("user", "with a user"))
    ]
    yield "TTFT: median time to first token. Change: against the week before."
    yield f"Coverage: {', '.join(coverage)}."
    reasons = [f"{row['reason']} {row['row_count'] or row['file_count']:,}" for row in refused]
    yield f"Quarantine: {', '.join(reasons) if reasons else 'empty'}."
