"""`podium maintain`: the daily upkeep."""

from datetime import UTC, datetime

from pipeline.console import err, out

ORDER = 140


def command() -> None:
    """Daily upkeep: compare files with their sha256, compact closed days, remove what nobody reads any more.

    `podium up` does it at 03:30 UTC; from cron: 30 3 * * * podium maintain
    """
    from pipeline import maintenance, terminal

    with terminal.steps(err) as step:
        done = maintenance.maintain(datetime.now(UTC), step)
    out.print(
        f"{done.scrubbed:,} files match their sha256; {done.compacted:,} fewer after compaction; "
        f"{done.vacuumed:,} old ones removed, {done.archive_removed:,} from the archive, "
        f"{done.half_copies_removed:,} half copies from the inbox."
    )
    if done.skipped:
        out.print(done.skipped)
