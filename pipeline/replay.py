"""`podium replay`: what was refused is judged again after its cause was mended, and what is good now lands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline import inbox, lake, landing, one_file, sources
from pipeline.acknowledged import Batches
from pipeline.one_file import Landed
from pipeline.refusals import REQUEUED, Refused, refused_now
from pipeline.settings import PodiumError, settings

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Replayed:
    """What became of one refused batch; `landed` is None where its file is in the archive no more."""

    refused: Refused
    landed: Landed | None

    @property
    def is_refused_still(self) -> bool:
        """Whether some of it, or all, still waits in quarantine."""
        return self.landed is not None and bool(self.landed.reason or self.landed.rows_quarantined)


def replay(
    reason: str | None = None,
    source: str | None = None,
    batch: str | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> list[Replayed]:
    """Judge the archived files of refused batches again, or only try to; land the rows that never landed.

    Killed halfway, the file waits in the inbox, and the next replay or refresh goes on with it. Rows are judged as of
    when they were first received. Raises PodiumError where `batch` names none.
    """
    if not lake.exists("batches"):
        raise PodiumError("nothing has landed yet, so nothing was refused")
    with lake.writer_lock():
        batches = Batches()
        done = [] if dry_run else _finished(batches)
        asked = [each for each in refused_now() if _is_asked(each, reason, source, batch)]
        if batch and not asked:
            raise PodiumError(f"of no batch whose id begins with '{batch}' is anything refused; see: podium doctor")
        for number, refused in enumerate(asked, 1):
            done.append(Replayed(refused, _one(batches, refused, dry_run=dry_run)))
            progress(number, len(asked))
    return done


def _finished(batches: Batches) -> list[Replayed]:
    """What a killed replay had begun."""
    queued = [(source, file) for source, file in inbox.waiting() if REQUEUED.match(file.name)]
    begun = [inbox.delivery_of(source, file, datetime.now(UTC)) for source, file in queued]
    done = [(each.replays, landing.settled(batches, each)) for each in begun]
    return [Replayed(refused, landed) for refused, landed in done if refused and landed.status != "duplicate"]


def _is_asked(refused: Refused, reason: str | None, source: str | None, batch: str | None) -> bool:
    return (
        (reason is None or reason in ({refused.reason} if refused.is_whole else refused.reasons))
        and (source is None or refused.source == _told_as(source))
        and (batch is None or refused.batch_id.startswith(batch) or refused.content.startswith(batch))
    )


def _told_as(source: str) -> str:
    """What column `source` says of a source's rows."""
    return sources.load(source).SOURCE if source in sources.names() else source


def _one(batches: Batches, refused: Refused, *, dry_run: bool) -> Landed | None:
    file = _kept(refused)
    if file is None:
        return None
    source = file.parent.name
    if dry_run:
        received = refused.received_at
        return one_file.rehearse(inbox.Delivery(file, source, refused.replay_id, received, replays=refused))
    queued = inbox.requeue(file, source, refused)
    return landing.settled(batches, inbox.delivery_of(source, queued, datetime.now(UTC)))


def _kept(refused: Refused) -> Path | None:
    """The delivered file: in the archive, or in the inbox where a replay was killed.

    The same bytes may have been delivered to another source too, which would find none of the refused rows in them.
    """
    kept = f"{refused.content[:16]}~*"
    found = [*settings().archive.glob(f"*/{kept}"), *settings().inbox.glob(f"*/replay-*-{kept}")]
    return min((file for file in found if _told_as(file.parent.name) == refused.source), default=None)
