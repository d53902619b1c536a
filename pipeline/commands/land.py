"""`podium land`: logs into the request log; and what other ways in warn of and stop at."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console import QUARANTINED, err, out
from pipeline.settings import PodiumError, settings

if TYPE_CHECKING:
    from pipeline.one_file import Landed

ORDER = 30


def command(
    paths: Annotated[list[Path], typer.Argument(help="Log files, or folders of them.", show_default=False)],
    source: Annotated[str, typer.Option(help="Who wrote them: litellm, simulator, ...", show_default=False)],
) -> None:
    """Bring logs into the request log: each file once, each attempt once, bad rows to quarantine with their reason.

    Your files are copied, not moved. Example: podium land /var/log/litellm --source litellm
    """
    from pipeline import inbox, landing, terminal

    warn_of_simulated(source)
    files = inbox.deliver(paths, source)
    if not files:
        raise PodiumError(f"{', '.join(map(str, paths))}: there is no file in it")
    with terminal.bar(err, "Landing") as progress:
        landed = landing.land_inbox(lambda _name, done, total: progress(done, total))
    terminal.landed(out, landed)
    stop_if_failed(landed)
    if any(file.rows_quarantined or file.status == "quarantined" for file in landed):
        out.print("Some input is in quarantine; why: [bold]podium doctor[/]. Then: [bold]podium refresh[/]")
        raise typer.Exit(QUARANTINED)
    out.print("Next: [bold]podium refresh[/]")


def warn_of_simulated(source: str) -> None:
    """Say so if the home holds simulated traffic and `source` brings other."""
    from pipeline import demo as demos

    if source != demos.SOURCE and demos.is_simulated():
        err.print(
            f"Warning: {settings().home} holds simulated traffic, and the boards will mix yours with it. "
            "For yours alone, choose a new folder: export PODIUM_HOME=...",
            style="yellow",
            soft_wrap=True,
            highlight=False,
        )


def stop_if_failed(landed: "list[Landed]") -> None:
    """Raise PodiumError if a file waits because Podium itself failed on it, or would wait."""
    failed = [file for file in landed if file.status == "failed"]
    if failed:
        told = "a file waits" if len(failed) == 1 else f"{len(failed)} files wait"
        if all(file.reason == "mapping" for file in failed):
            raise PodiumError(f"{told} in the inbox, for its source's mapping has a mistake, told above: mend it")
        raise PodiumError(f"{told} in the inbox, for Podium itself failed on it; please report the line above")
    if would_fail := sum(file.status == "would fail" for file in landed):
        told = "a file stays" if would_fail == 1 else f"{would_fail} files stay"
        raise PodiumError(f"{told} in the archive, for Podium itself fails on it; please report the line above")
