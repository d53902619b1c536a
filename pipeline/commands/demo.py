"""`podium demo`: from nothing to a leaderboard."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.commands import refresh, serve
from pipeline.commands.simulate import Requests, Seed
from pipeline.console import err, out
from pipeline.settings import settings

ORDER = 10


def command(
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
    refresh.rank(whole=False)
    terminal.board(out)
    if serve_it:
        serve.command()
    page, ask = ("make serve", ".venv/bin/podium") if under_make else ("podium serve", "podium")
    out.print(f"Next: [bold]{page}[/] for the leaderboard, [bold]{ask} sql 'show all tables'[/] to ask yourself.")
