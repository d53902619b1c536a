"""`podium simulate`: traffic of a made-up company."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.console import err, out
from pipeline.settings import PodiumError, settings

ORDER = 20


class Shape(StrEnum):
    """How simulated traffic is written."""

    parquet = "parquet"
    litellm = "litellm"


Requests = Annotated[int, typer.Option(min=1, help="How many requests to simulate; retries are rows on top.")]
Seed = Annotated[int, typer.Option(help="The same seed and window give the same traffic.")]


def command(
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
