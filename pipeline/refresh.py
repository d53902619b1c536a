"""The whole way in one call: land the inbox, roll dirty hours up, rank, audit, publish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline import export, lake, landing, publish, rollups
from pipeline.one_file import Landed
from pipeline.publish import Published
from pipeline.settings import PodiumError, settings

Step = Callable[[str], None]


@dataclass(frozen=True)
class Refreshed:
    """What one refresh did."""

    landed: list[Landed]
    hours: list[datetime]
    published: Published


def refresh(as_of: datetime | None = None, *, whole: bool = False, step: Step | None = None) -> Refreshed:
    """Bring the published file up to date as of an instant (UTC; now by default).

    Killed at any point, calling it again does what is left. `whole` builds the published file from the lake anew.
    """
    say = step or (lambda _: None)
    as_of = as_of or datetime.now(UTC)
    with lake.writer_lock():
        say("Landing the inbox")
        landed = landing.land_inbox()
        if not lake.exists("batches"):
            raise PodiumError(
                "there is no log to rank yet; land one: podium land PATH --source litellm, or try: podium demo"
            )
        say("Rolling up dirty hours")
        hours = rollups.refresh()
        say("Ranking, auditing and publishing")
        published = publish.publish(as_of, whole=whole)
    if settings().export_dir:
        say("Exporting")
        export.export_configured()
    return Refreshed(landed, hours, published)
