"""`podium fetch`: what is new in a bucket."""

from datetime import datetime
from typing import Annotated

import typer

from pipeline.commands.land import warn_of_simulated
from pipeline.console import err, out
from pipeline.settings import PodiumError

ORDER = 50


def command(
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

    warn_of_simulated("s3")
    with terminal.bar(err, "Fetching (objects)") as progress:
        done = fetching.fetch(since and since.date(), skip_unreadable=skip_unreadable, progress=progress)
    out.print(f"{done.objects:,} of {done.listed:,} objects listed are new and in the inbox ({done.bytes:,} bytes).")
    if done.fault:
        raise PodiumError(done.fault)
    out.print("Next: [bold]podium refresh[/]")
