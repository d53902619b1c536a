"""`podium refresh`: all that is new, up to the published file."""

from typing import Annotated

import typer

from pipeline.commands.land import stop_if_failed
from pipeline.console import err, out
from pipeline.settings import PodiumError, settings

ORDER = 60


def command(
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
    rank(whole=whole)
    if any(faults):
        raise PodiumError("; ".join(filter(None, faults)))
    out.print("Next: [bold]podium serve[/], or [bold]podium sql --list[/]")


def rank(*, whole: bool) -> None:
    """Land what waits, then rank and publish, and tell of both."""
    from pipeline import ask, audit, inbox, landing, terminal
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
    with ask.published() as con:
        for check, claim in audit.warnings(con).items():
            err.print(f"Warning: check {check} does not hold: {claim}", style="yellow", soft_wrap=True, highlight=False)
    stop_if_failed(landed + more)
