"""`podium doctor`: what is wrong, and what to do."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.console import USER_ERROR, out

ORDER = 130


def command(
    names: Annotated[bool, typer.Option("--names", help="Models of unknown name, and suggestions.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Add the suggestions to overrides/aliases.csv, as comments.")
    ] = False,
) -> None:
    """What is configured, what is stale, what is in quarantine and why. Exit code 1 if something needs you.

    Example: podium doctor --names --write, then take the # from the right lines, then podium refresh
    """
    from pipeline import doctor as doctors
    from pipeline import terminal

    if write and not names:
        raise typer.BadParameter("--write belongs to --names")
    if names:
        _names(write=write)
        return
    findings = doctors.examine(datetime.now(UTC))
    terminal.findings(out, findings)
    if any(finding.needs_you for finding in findings):
        raise typer.Exit(USER_ERROR)


def _names(*, write: bool) -> None:
    from pipeline import terminal, unknown_names

    found = unknown_names.unknown()
    if not found:
        out.print("Every model name is known.")
        return
    terminal.unknown(out, found)
    if write:
        file, count = unknown_names.write(found)
        out.print(f"{terminal.counted(count, 'suggestion')} added to {file}: take the # from what is right.")
    out.print("Then: [bold]podium refresh[/]; rows that landed before are ranked under the new name too.")
