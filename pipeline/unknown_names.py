"""`podium doctor --names`: models the catalogue does not know, and what they may be called there."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from pipeline import ask, names, reference, warehouse
from pipeline.data_files import write_whole
from pipeline.settings import SQL, PodiumError, settings

HEADER = ("raw_name", "provider_name", "model_id", "note")


@dataclass(frozen=True)
class Unknown:
    """One unknown name, its traffic in the published file, and up to three ids of the catalogue that look alike."""

    name: str
    request_count: int
    total_tokens: int | None
    token_share: float | None
    provider_names: tuple[str, ...]
    suggestions: tuple[str, ...]


def unknown() -> list[Unknown]:
    """The most used unknown names of the published file; an alias written since then leaves its name out."""
    known = names.catalogue()
    with ask.published() as con:
        rows = warehouse.run_file(con, SQL / "queries" / "unknown_names.sql").fetchall()
    found = []
    for landed, requests, tokens, share, providers in rows:
        if any(names.known_by_now((landed, provider) for provider in providers)):
            continue
        name = landed.removeprefix("unknown/")
        suggestions = tuple(names.nearest(known, name))
        found.append(
            Unknown(name, requests, tokens, None if share is None else float(share), tuple(providers), suggestions)
        )
    return found


def write(found: list[Unknown]) -> tuple[Path, int]:
    """Append each new suggestion as a comment to the user's aliases.csv; the file, and how many were new."""
    file = settings().overrides / "aliases.csv"
    held = file.read_text(encoding="utf-8-sig") if file.exists() else _line(*HEADER)
    header = next(csv.reader(io.StringIO(held)))
    if header != list(HEADER):
        raise PodiumError(f"{file}: suggestions need the columns {','.join(HEADER)} in this order; write them by hand")
    reference.user_rows("aliases")  # a file with a mistake is told, not added to
    offered = [f"# {_line(each.name, '', listed, 'suggested')}" for each in found for listed in each.suggestions]
    new = [line for line in offered if line not in held.splitlines(keepends=True)]
    if new:
        file.parent.mkdir(exist_ok=True)
        write_whole(file, held + "\n" * (not held.endswith("\n")) + "".join(new))
    return file, len(new)


def _line(*cells: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
