"""`podium up`: everything at once."""

import typer

from pipeline.console import out

ORDER = 100


def command() -> None:
    """Leaderboard, Dagster's web page and its daemon together: lands, refreshes and serves by itself. Ctrl-C ends all.

    Dagster listens on PODIUM_DAGSTER_PORT (3000); it refreshes hourly, and within a minute of a new file in the inbox.
    """
    from pipeline import up

    raise typer.Exit(up.up(out))
