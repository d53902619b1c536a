"""What the terminal shows: progress, tables, the top ten."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline import ask, warehouse
from pipeline.doctor import Finding
from pipeline.landing import Landed
from pipeline.settings import SQL

MOST_ROWS = 200
QUERIES = SQL / "queries"
UNKNOWN = "-"


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


def answer(console: Console, result: duckdb.DuckDBPyConnection) -> None:
    """A query's rows as a table; EXPLAIN as it is."""
    names = ask.columns(result)
    found = ask.rows(result)
    if names == ["explain_key", "explain_value"]:
        for _, told in found:
            console.print(plain(told))
        return
    table = Table(header_style="bold")
    for name in names:
        table.add_column(plain(name), overflow="fold")
    if not console.is_terminal:
        console = Console(file=console.file, width=10_000)  # a pipe or a file has no edge to cut at
    shown = list(islice(found, MOST_ROWS))
    for row in shown:
        table.add_row(*(Text("null", style="dim") if value is None else plain(value) for value in row))
    console.print(table)
    more = sum(1 for _ in found)
    told = (
        f"{len(shown):,} of {len(shown) + more:,} rows; all of them: --format csv" if more else f"{len(shown):,} rows"
    )
    console.print(told, style="dim", highlight=False)


def landed(console: Console, files: list[Landed]) -> None:
    """The landing equation of what just arrived."""
    table = Table("files", "rows in", "landed", "duplicate", "quarantined", title="Landed", title_justify="left")
    readable = [file for file in files if file.rows_in is not None]
    counts = [
        len(files),
        sum(file.rows_in or 0 for file in readable),
        sum(file.rows_landed for file in files),
        sum(file.rows_duplicate for file in files),
        sum(file.rows_quarantined for file in files),
    ]
    table.add_row(*(f"{count:,}" for count in counts))
    console.print(table)
    for file in files:
        if file.status == "quarantined":
            console.print(plain(f"A whole file is in quarantine: {file.reason} {file.detail or ''}"))


def findings(console: Console, found: list[Finding]) -> None:
    """The doctor's report."""
    table = Table("", "what", "found", show_lines=False)
    for finding in found:
        mark = Text("✗", "bold red") if finding.needs_you else Text("✓", "green")
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
    if not footer:
        console.print("No complete week of traffic yet: the board begins with the first one (Monday to Sunday, UTC).")
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
    yield f"Complete week {stands_on['start_date']} to {stands_on['end_date']} (UTC, end not included)."
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
