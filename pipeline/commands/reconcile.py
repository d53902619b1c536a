"""`podium reconcile`: two sources of the same traffic."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.sql import Format, write
from pipeline.console import err
from pipeline.settings import PodiumError, settings

ORDER = 120
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A UTC day, both ends included.")]


class Show(StrEnum):
    """What `podium reconcile` lists."""

    days = "days"
    models = "models"
    requests = "requests"


def command(
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
        write(reconciling.shown(con, asked, show.value, most), form)
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
