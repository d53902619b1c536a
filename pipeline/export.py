"""`podium export`: the boards as files, written by the program that also serves them."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import publish
from pipeline.settings import PROJECT, PodiumError, settings

# The same code makes an answer of the server and a file of the export; it is the dashboards': run, not imported.
PROGRAM = PROJECT / "dashboards" / "export.py"
TOLD = 4


@dataclass(frozen=True)
class Exported:
    """What an export wrote; `left_out` models have a name that can not be a file's, and so no badge."""

    version: int
    files: int
    changed: int
    removed: int
    left_out: int


def export(folder: Path, periods: Sequence[str] = ()) -> Exported:
    """Write the published boards into a folder, which must be empty or hold an earlier export."""
    if publish.current() is None:
        raise PodiumError("nothing has been published yet; run: podium refresh (or, to try Podium: podium demo)")
    asked = [part for period in periods for part in ("--period", period)]
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *asked, "--", str(folder.expanduser().absolute())],
        env={**os.environ, "PODIUM_HOME": str(settings().home.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PodiumError(f"nothing was exported: {_message(done)}")
    return Exported(**json.loads(done.stdout))


def _message(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    return lines[-1] if done.returncode == TOLD else "\n".join(lines[-20:])


def export_configured() -> Exported | None:
    """The export that the setting `export_dir` asks for; None where it is empty."""
    return export(Path(settings().export_dir)) if settings().export_dir else None
