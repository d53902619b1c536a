"""`podium pull`: what is new in a gateway's database."""

from datetime import datetime
from typing import Annotated

import typer

from pipeline.commands.land import warn_of_simulated
from pipeline.console import err, out

ORDER = 40


def command(
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

    warn_of_simulated(source)
    with terminal.bar(err, "Pulling (minutes of log)") as progress:
        done = pulling.pull(source, dsn, since, progress)
    out.print(f"{done.rows_new:,} of {done.rows_read:,} rows are new, in {terminal.counted(done.files, 'file')}.")
    out.print("Next: [bold]podium refresh[/]")
