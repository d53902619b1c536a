"""The `podium` command: what a person types. Heavy modules are imported by the command that needs them."""

import signal
import sys
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version as package_version
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from pipeline import faults
from pipeline.lean import without_pandas
from pipeline.settings import PodiumError, config_file, settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pipeline.landing import Landed

USER_ERROR, AUDIT_FAILED, QUARANTINED, INTERRUPTED = 1, 3, 4, 130
HELP = """
Model rankings, costs and reliability from your own LLM gateway's request logs.

Try it:   podium demo
Use it:   podium land LOGS --source litellm, then podium refresh, then podium serve
Keep it:  podium up (lands, refreshes and serves by itself)

Everything lives in PODIUM_HOME (default: data/). Settings are PODIUM_* variables or PODIUM_HOME/podium.toml.

Exit codes: 0 done; 1 something to mend, the message says what; 2 a mistyped command; 3 the audit refused the new
version and the last good one stays up; 4 (land, replay) done, but some input is in quarantine; 130 interrupted.
"""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True)


class Format(StrEnum):
    """How `podium sql` writes its answer."""

    table = "table"
    csv = "csv"
    json = "json"


class Show(StrEnum):
    """What `podium reconcile` lists."""

    days = "days"
    models = "models"
    requests = "requests"


class Shape(StrEnum):
    """How simulated traffic is written."""

    parquet = "parquet"
    litellm = "litellm"


Requests = Annotated[int, typer.Option(min=1, help="How many requests to simulate; retries are rows on top.")]
Seed = Annotated[int, typer.Option(help="The same seed and window give the same traffic.")]


def _version(is_asked: bool) -> None:
    if is_asked:
        out.print(f"podium {package_version('podium')}")
        raise typer.Exit


@app.callback(help=HELP)
def podium(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What comes before every command."""


@app.command()
def demo(
    requests: Requests = 250_000,
    seed: Seed = 1,
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the leaderboard at the end.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Even into a folder that holds traffic of your own.")] = False,
    under_make: Annotated[int, typer.Option(envvar="MAKELEVEL", hidden=True)] = 0,
) -> None:
    """Four simulated weeks and a recorded LiteLLM log, the whole way to a leaderboard.

    Running it again shows the demo that is there. Example: podium demo --requests 50000 --no-serve
    """
    from pipeline import demo as demos
    from pipeline import terminal

    if not force:
        demos.refuse_real_traffic()
    if held := demos.present():
        out.print(f"The demo is there already: {held.requests:,} requests up to {held.end[:16]} UTC (simulated).")
        out.print(f"To make it anew, remove the folders lake and published in {settings().home} first.", style="dim")
    else:
        asked = demos.recipe(datetime.now(UTC), requests, seed)
        with terminal.bar(err, "Simulating four weeks of traffic") as progress:
            made = demos.deliver(asked, progress)
        out.print(
            f"LiteLLM sample, recorded {demos.SAMPLE_CAPTURED}: replayed on {made.replay_day:%Y-%m-%d} "
            "(moved by whole days, so that the last complete week holds it)."
        )
    _refresh(whole=False)
    terminal.board(out)
    if serve_it:
        serve()
    page, ask = ("make serve", ".venv/bin/podium") if under_make else ("podium serve", "podium")
    out.print(f"Next: [bold]{page}[/] for the leaderboard, [bold]{ask} sql 'show all tables'[/] to ask yourself.")


@app.command()
def simulate(
    requests: Requests = 1_000_000,
    weeks: Annotated[int, typer.Option(min=1, max=56, help="Complete weeks before the running one.")] = 4,
    seed: Seed = 1,
    shape: Annotated[Shape, typer.Option(help="Contract Parquet, or LiteLLM's JSON lines.")] = Shape.parquet,
    until: Annotated[datetime | None, typer.Option(help="The end, UTC; now if not given.")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Write files here instead of into the inbox.")] = None,
) -> None:
    """Make traffic of a made-up company: real models at their real list prices, invented requests.

    Examples: podium simulate --requests 5000000 --weeks 12; podium simulate --shape litellm --out /tmp/logs
    """
    from pipeline import demo as demos
    from pipeline import terminal

    if folder is None and shape is Shape.litellm:
        raise PodiumError(
            "simulated LiteLLM logs would pass for real ones in the inbox; write them elsewhere: --out FOLDER"
        )
    end = until.replace(tzinfo=UTC) if until else datetime.now(UTC).replace(microsecond=0)
    with terminal.bar(err, f"Simulating {requests:,} requests") as progress:
        files = demos.simulate_weeks(end, weeks, requests, seed, shape.value, folder, progress)
    told = folder or settings().inbox / "simulator"
    out.print(f"{len(files)} files in {told}. Next: [bold]{'podium land' if folder else 'podium refresh'}[/]")


@app.command()
def land(
    paths: Annotated[list[Path], typer.Argument(help="Log files, or folders of them.", show_default=False)],
    source: Annotated[str, typer.Option(help="Who wrote them: litellm, simulator, ...", show_default=False)],
) -> None:
    """Bring logs into the request log: each file once, each attempt once, bad rows to quarantine with their reason.

    Your files are copied, not moved. Example: podium land /var/log/litellm --source litellm
    """
    from pipeline import inbox, landing, terminal

    _warn_of_simulated(source)
    files = inbox.deliver(paths, source)
    if not files:
        raise PodiumError(f"{', '.join(map(str, paths))}: there is no file in it")
    with terminal.bar(err, "Landing") as progress:
        landed = landing.land_inbox(lambda _name, done, total: progress(done, total))
    terminal.landed(out, landed)
    _stop_if_failed(landed)
    if any(file.rows_quarantined or file.status == "quarantined" for file in landed):
        out.print("Some input is in quarantine; why: [bold]podium doctor[/]. Then: [bold]podium refresh[/]")
        raise typer.Exit(QUARANTINED)
    out.print("Next: [bold]podium refresh[/]")


def _warn_of_simulated(source: str) -> None:
    from pipeline import demo as demos

    if source != demos.SOURCE and demos.is_simulated():
        err.print(
            f"Warning: {settings().home} holds simulated traffic, and the boards will mix yours with it. "
            "For yours alone, choose a new folder: export PODIUM_HOME=...",
            style="yellow",
            soft_wrap=True,
            highlight=False,
        )


@app.command()
def pull(
    source: Annotated[str, typer.Argument(help="What to pull: litellm_spendlogs.", show_default=False)],
    dsn: Annotated[
        str | None, typer.Option(help="PostgreSQL, instead of PODIUM_LITELLM_DSN or PG* variables.", show_default=False)
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Begin here (UTC), not where the last pull ended.", show_default=False)
    ] = None,
) -> None:
    """Bring what is new in a gateway's database into the inbox. Reads only; safe to kill, safe to repeat.

    With PODIUM_LITELLM_DSN set, podium refresh and podium up do it first. Example: podium pull litellm_spendlogs
    """
    from pipeline import pull as pulling
    from pipeline import terminal

    _warn_of_simulated(source)
    with terminal.bar(err, "Pulling (minutes of log)") as progress:
        done = pulling.pull(source, dsn, since, progress)
    out.print(f"{done.rows_new:,} of {done.rows_read:,} rows are new, in {terminal.counted(done.files, 'file')}.")
    out.print("Next: [bold]podium refresh[/]")


@app.command()
def fetch(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Fetch days from here on again.", show_default=False)
    ] = None,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="What can not be read now is never tried again.")
    ] = False,
) -> None:
    """Bring what is new in a bucket, below PODIUM_INBOX_URI, into the inbox. Reads only; safe to kill, safe to repeat.

    podium refresh and podium up do it first. Example: PODIUM_INBOX_URI=s3://my-llm-logs/gateway podium fetch
    """
    from pipeline import fetch as fetching
    from pipeline import terminal

    _warn_of_simulated("s3")
    with terminal.bar(err, "Fetching (objects)") as progress:
        done = fetching.fetch(since and since.date(), skip_unreadable=skip_unreadable, progress=progress)
    out.print(f"{done.objects:,} of {done.listed:,} objects listed are new and in the inbox ({done.bytes:,} bytes).")
    if done.fault:
        raise PodiumError(done.fault)
    out.print("Next: [bold]podium refresh[/]")


@app.command()
def refresh(
    whole: Annotated[bool, typer.Option("--whole", help="Build the published file from the lake anew.")] = False,
) -> None:
    """Land the inbox, roll up the hours it touched, rank, audit and publish. Safe to kill, safe to repeat.

    Examples: podium refresh; from cron: 0 * * * * podium refresh
    """
    from pipeline import fetch as fetching
    from pipeline import pull as pulling
    from pipeline import terminal

    faults = []
    if settings().litellm_dsn:
        with terminal.bar(err, "Pulling (minutes of log)") as progress:
            faults.append(pulling.pull_configured(progress))
    if settings().inbox_uri:
        with terminal.bar(err, "Fetching (objects)") as progress:
            faults.append(fetching.fetch_configured(progress))
    _refresh(whole=whole)
    if any(faults):
        raise PodiumError("; ".join(filter(None, faults)))
    out.print("Next: [bold]podium serve[/], or [bold]podium sql - < sql/queries/top_ten.sql[/]")


def _refresh(*, whole: bool) -> None:
    from pipeline import inbox, landing, terminal
    from pipeline import refresh as refreshing

    landed = []
    if inbox.waiting():
        with terminal.bar(err, "Landing files") as progress:
            landed = landing.land_inbox(lambda _name, done, total: progress(done, total))
        terminal.landed(out, landed)
    told = {file.name for file in landed if file.status == "failed"}
    with terminal.steps(err) as step:
        done = refreshing.refresh(whole=whole, step=step)
    if more := [file for file in done.landed if file.name not in told]:
        terminal.landed(out, more)
    hours = terminal.counted(len(done.hours), "hour")
    rows = terminal.counted(done.published.rows, "log row")
    out.print(f"Version {done.published.version}: {rows}, {hours} rolled up.")
    _stop_if_failed(landed + more)


def _stop_if_failed(landed: "list[Landed]") -> None:
    failed = sum(file.status == "failed" for file in landed)
    if failed:
        told = "a file waits" if failed == 1 else f"{failed} files wait"
        raise PodiumError(f"{told} in the inbox, for Podium itself failed on it; please report the line above")


@app.command()
def replay(
    reason: Annotated[str | None, typer.Option(help="Only batches refused for this.", show_default=False)] = None,
    source: Annotated[str | None, typer.Option(help="Only logs of this source.", show_default=False)] = None,
    batch: Annotated[str | None, typer.Option(help="Only the batch whose id begins so.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would land.")] = False,
) -> None:
    """Judge refused rows and files again, after a mapping or a setting was mended: what is good now lands, once.

    It needs the files as delivered, which the archive keeps PODIUM_KEEP_ARCHIVE_DAYS. Exit code 4 if some are refused
    still. Example: PODIUM_TOO_LATE_DAYS=800 podium replay --reason too_late
    """
    from pipeline import replay as replaying
    from pipeline import terminal

    with terminal.bar(err, "Judging again") as progress:
        done = replaying.replay(reason, source, batch, dry_run=dry_run, progress=progress)
    if not done:
        out.print("Nothing of that kind is in quarantine.")
        return
    terminal.replayed(out, done)
    _stop_if_failed([each.landed for each in done if each.landed])
    if gone := sum(each.landed is None for each in done):
        raise PodiumError(f"{terminal.counted(gone, 'file')} could not be judged; see above")
    if not dry_run:
        out.print("Next: [bold]podium refresh[/]")
    if any(each.is_refused_still for each in done):
        raise typer.Exit(QUARANTINED)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address, instead of PODIUM_HOST.", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port, instead of PODIUM_PORT.", show_default=False)
    ] = None,
) -> None:
    """The leaderboard in the browser, on PODIUM_HOST and PODIUM_PORT (127.0.0.1:8501). Ctrl-C ends it.

    Example: podium serve --port 8600
    """
    from pipeline import up

    raise typer.Exit(up.serve(out, host or settings().host, port or settings().port))


@app.command()
def collect(
    host: Annotated[
        str | None, typer.Option(help="Address, instead of PODIUM_COLLECT_HOST.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port, instead of PODIUM_COLLECT_PORT.", show_default=False)
    ] = None,
) -> None:
    """Receive logs over HTTP, from LiteLLM, OpenTelemetry or curl, into the inbox. Ctrl-C ends it, losing nothing.

    Others reach it only with a token: PODIUM_COLLECT_TOKEN. Example: podium collect --port 4400
    """
    from pipeline import collect as collecting

    collecting.run(out, host or settings().collect_host, port or settings().collect_port)


@app.command(name="up")
def up_() -> None:
    """Leaderboard, Dagster's web page and its daemon together: lands, refreshes and serves by itself. Ctrl-C ends all.

    Dagster listens on PODIUM_DAGSTER_PORT (3000); it refreshes hourly, and within a minute of a new file in the inbox.
    """
    from pipeline import up

    raise typer.Exit(up.up(out))


@app.command()
def sql(
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
        _answer(ask.ask(con, question), form, heading)


def _answer(answer: "DuckDBPyConnection", form: Format, heading: str = "") -> None:
    from pipeline import ask, terminal

    if form is Format.csv:
        ask.write_csv(answer, sys.stdout)
    elif form is Format.json:
        ask.write_json(answer, sys.stdout)
    else:
        terminal.answer(out, answer, heading)


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A UTC day, both ends included.")]


@app.command()
def reconcile(
    source: Annotated[str, typer.Argument(help="A source as column `source` names it, e.g. litellm_slp.")],
    reference: Annotated[str | None, typer.Argument(help="The source it is held against.")] = None,
    activity: Annotated[Path | None, typer.Option(help="Or OpenRouter's Activity, JSON or CSV.")] = None,
    since: Day = None,
    until: Day = None,
    show: Annotated[Show, typer.Option(help="Figures per day, per day and model, or requests apart.")] = Show.days,
    most: Annotated[int, typer.Option("--limit", min=1, help="At most this many requests.")] = 100,
    form: Annotated[Format, typer.Option("--format", help="For people, spreadsheets or programs.")] = Format.table,
) -> None:
    """Hold two sources of the same traffic against each other; exit code 1 beyond PODIUM_RECONCILE_TOLERANCE_PERCENT.

    Examples: podium reconcile litellm_slp litellm_spendlogs --since 2026-11-01;
    podium reconcile openrouter_generation --activity activity.json --show models --format csv
    """
    from pipeline import reconcile as reconciling
    from pipeline.doctor import counted

    if (reference is None) == (activity is None):
        raise typer.BadParameter("give the source to hold it against, or --activity FILE")
    if activity and show is Show.requests:
        raise typer.BadParameter("the Activity holds daily sums, no requests: --show days or models")
    with reconciling.workspace() as con:
        first, last = since and since.date(), until and until.date()
        if activity:
            told = reconciling.read_activity(con, activity)
            first, last = first or told[0], last or told[1]
        days = reconciling.days_between(first, last)
        tolerance = settings().reconcile_tolerance_percent
        asked = reconciling.Comparison(source, reference or reconciling.ACTIVITY, days, tolerance / 100)
        reconciling.compare(con, asked)
        _answer(reconciling.shown(con, asked, show.value, most), form)
        apart = reconciling.beyond(con, asked)
        for finding, count in ({} if activity else reconciling.found(con)).items():
            err.print(f"{counted(count, 'request')}: {finding} (--show requests)", markup=False)
    if apart:
        day, measure = apart[0]
        raise PodiumError(
            f"{source} and {asked.reference} differ by more than {tolerance:g} % in "
            f"{counted(len(apart), 'daily figure')}, the first is {measure} of {day}"
        )
    err.print(
        f"{source} and {asked.reference} agree within {tolerance:g} % on {counted(len(days), 'day')}.", markup=False
    )


@app.command()
def doctor(
    names: Annotated[bool, typer.Option("--names", help="Models of unknown name, and suggestions.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Add the suggestions to overrides/aliases.csv, as comments.")
    ] = False,
) -> None:
    """What is configured, what is stale, what is in quarantine and why. Exit code 1 if something needs you.

    Example: podium doctor --names --write, then take the # from the right lines, then podium refresh
    """
    from pipeline import doctor as doctors
    from pipeline import terminal

    if write and not names:
        raise typer.BadParameter("--write belongs to --names")
    if names:
        _names(write=write)
        return
    findings = doctors.examine(datetime.now(UTC))
    terminal.findings(out, findings)
    if any(finding.needs_you for finding in findings):
        raise typer.Exit(USER_ERROR)


def _names(*, write: bool) -> None:
    from pipeline import terminal, unknown_names

    found = unknown_names.unknown()
    if not found:
        out.print("Every model name is known.")
        return
    terminal.unknown(out, found)
    if write:
        file, count = unknown_names.write(found)
        out.print(f"{terminal.counted(count, 'suggestion')} added to {file}: take the # from what is right.")
    out.print("Then: [bold]podium refresh[/]; rows that landed before are ranked under the new name too.")


@app.command()
def maintain() -> None:
    """Daily upkeep: compare files with their sha256, compact closed days, remove what nobody reads any more.

    `podium up` does it at 03:30 UTC; from cron: 30 3 * * * podium maintain
    """
    from pipeline import maintenance, terminal

    with terminal.steps(err) as step:
        done = maintenance.maintain(datetime.now(UTC), step)
    out.print(
        f"{done.scrubbed:,} files match their sha256; {done.compacted:,} fewer after compaction; "
        f"{done.vacuumed:,} old ones removed, {done.archive_removed:,} from the archive, "
        f"{done.half_copies_removed:,} half copies from the inbox."
    )
    if done.skipped:
        out.print(done.skipped)


def main() -> None:
    """The console script."""
    without_pandas()
    run()


def run() -> None:
    """Run a command; what a person can mend is told in a sentence, not a traceback."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # podium sql ... | head
    try:
        with faults.told():
            app()
    except PodiumError as error:
        _tell(str(error))
        raise SystemExit(AUDIT_FAILED if type(error).__name__ == "AuditFailed" else USER_ERROR) from None
    except ValidationError as error:
        if error.title != "Settings":
            raise
        from pipeline import mistakes

        _tell(mistakes.told(error))
        raise SystemExit(USER_ERROR) from None
    except TOMLDecodeError as error:
        _tell(f"{config_file()} is not TOML: {error}")
        raise SystemExit(USER_ERROR) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _tell(message: str) -> None:
    err.print("Error:", style="bold red", end=" ")
    err.print(message, markup=False, highlight=False, soft_wrap=True)
