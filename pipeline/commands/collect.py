"""`podium collect`: logs over HTTP."""

from typing import Annotated

import typer

from pipeline.console import out
from pipeline.settings import settings

ORDER = 90


def command(
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
