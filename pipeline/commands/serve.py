"""`podium serve`: the leaderboard."""

from typing import Annotated

import typer

from pipeline.console import out
from pipeline.settings import settings

ORDER = 80


def command(
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
