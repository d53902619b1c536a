"""Inbox to request log (or scores) and quarantine: a batch lands once, a row counts once, nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline import bundling, faults, lake, one_file, refusals, sources
from pipeline.acknowledged import Batches
from pipeline.collector import spool
from pipeline.inbox import Delivery, archive, delivery_of, waiting
from pipeline.one_file import Landed

Progress = Callable[[str, int, int], None]


def land_inbox(progress: Progress | None = None, received_at: datetime | None = None) -> list[Landed]:
    """Land everything in the inbox, each file a batch of its own; a bad file never stops the next.

    Many small JSON logs are made a few bundles first (bundling.py): a file is then what lands, so that the equations of
    files and rows count a bundle once, with all its rows; `bundled` is how many files were delivered in its place.
    `received_at` (UTC) is the instant rows may not lie ahead of; now, unless a test says otherwise.
    """
    spool.rescue()
    if not waiting():
        return []
    landed = []
    with lake.writer_lock(), faults.told():
        mistakes = sources.mistakes({source for source, _ in waiting()})
        bundling.bundle([each for each in waiting() if each[0] not in mistakes], received_at or datetime.now(UTC))
        # What a killed replay began goes first: the same bytes at another source would count its rows once more.
        files = sorted(waiting(), key=lambda each: refusals.REQUEUED.match(each[1].name) is None)
        batches = Batches()
        for source, file in files:
            if source in mistakes:
                landed.append(Landed("failed", name=file.name, reason="mapping", detail=mistakes[source]))
            else:
                landed.append(_opened(batches, source, file, received_at or datetime.now(UTC)))
            if progress:
                progress(landed[-1].name, len(landed), len(files))
    return landed


def _opened(batches: Batches, source: str, file: Path, received_at: datetime) -> Landed:
    """Land one file of the inbox; one that nobody may read, or that is gone by now, is told and stops no other."""
    try:
        delivery = delivery_of(source, file, received_at)
    except (PermissionError, FileNotFoundError) as error:
        return Landed("failed", name=file.name, reason="fault", detail=one_file.place_of(error))
    return settled(batches, delivery)


def settled(batches: Batches, delivery: Delivery) -> Landed:
    """Land and archive one file. What it alone can not bear is told and waits in the inbox: the next one lands."""
    bundled = bundling.originals_of(delivery)
    try:
        landed = batches.settle(delivery)
        archive(delivery)
    except Exception as error:
        return one_file.failed(delivery, error)
    return replace(landed, name=delivery.name, bundled=bundled)
