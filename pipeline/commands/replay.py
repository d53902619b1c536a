"""`podium replay`: what was refused, judged again."""

from typing import Annotated

import typer

from pipeline.commands.land import stop_if_failed
from pipeline.console import QUARANTINED, err, out
from pipeline.settings import PodiumError

ORDER = 70


def command(
    reason: Annotated[str | None, typer.Option(help="Only batches refused for this.", show_default=False)] = None,
    source: Annotated[str | None, typer.Option(help="Only logs of this source.", show_default=False)] = None,
    batch: Annotated[str | None, typer.Option(help="Only the batch whose id begins so.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would land.")] = False,
) -> None:
    """Judge refused rows and files again, after a mapping or a setting was mended: what is good now lands, once.

    It needs the files as delivered, which the archive keeps PODIUM_KEEP_ARCHIVE_DAYS. Exit code 4 if some are refused
    still. Example: PODIUM_TOO_LATE_DAYS=800 podium replay --reason too_late
    """
    from pipeline import replay as replaying
    from pipeline import terminal

    with terminal.bar(err, "Judging again") as progress:
        done = replaying.replay(reason, source, batch, dry_run=dry_run, progress=progress)
    if not done:
        out.print("Nothing of that kind is in quarantine.")
        return
    terminal.replayed(out, done)
    stop_if_failed([each.landed for each in done if each.landed])
    if gone := sum(each.landed is None for each in done):
        raise PodiumError(f"{terminal.counted(gone, 'file')} could not be judged; see above")
    if not dry_run:
        out.print("Next: [bold]podium refresh[/]")
    if any(each.is_refused_still for each in done):
        raise typer.Exit(QUARANTINED)
