"""Dirty hours to fresh rollups: only what landing touched is computed again, from those hours' rows alone."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from deltalake import DeltaTable, Transaction

from pipeline import lake, names, reconciliation
from pipeline.settings import SQL, PodiumError, settings

ENGINES = ("duckdb",)


def files() -> list[Path]:
    """The rollups: one file is one table."""
    return sorted((SQL / "rollups").glob("*.sql"))


def fingerprint() -> str:
    """Changes when a rollup's SQL does, which sources or scores count, or what names mean: all is computed again."""
    meant = [names.fingerprint(), *reconciliation.reference_sources(), str(settings().score_days)]
    digest = sha256("\n".join(meant).encode())
    for file in [*sorted((SQL / "fold").glob("*.sql")), *files()]:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def refresh(hours: Iterable[datetime] | None = None) -> list[datetime]:
    """Recompute the dirty hours (or, to back-fill, the hours given); returns them.

    Call it with the writer lock held. Killed halfway, the next call does what is left.
    """
    if not lake.exists("batches"):
        return []
    if mistake := reconciliation.mistake():
        raise PodiumError(f"reconcile: {mistake}")
    app_id = _app_id()  # once: who edits an alias meanwhile is heard by the next refresh
    latest, since = latest_sequence(), _rolled_up(app_id)
    dirty = sorted(set(hours) if hours is not None else dirty_hours(since))
    if dirty or since is None:
        transaction = Transaction(app_id, latest if hours is None else since or 0)
        _engine().roll_up(lake.table("request_log"), dirty, files(), transaction)
    return dirty


class Engine(Protocol):
    """What an engine does: these rollups, for these hours, from this log, one commit a table."""

    def roll_up(
        self, log: DeltaTable, hours: Sequence[datetime], files: Sequence[Path], transaction: Transaction
    ) -> None:
        """Recompute and replace exactly these hours."""
        ...


def _engine() -> Engine:
    if settings().engine not in ENGINES:
        raise PodiumError(f"PODIUM_ENGINE is '{settings().engine}'; there are: {', '.join(ENGINES)}")
    return cast(Engine, import_module(f"pipeline.engines.{settings().engine}"))


def _app_id() -> str:
    return f"batches:{fingerprint()}"


def _rolled_up(app_id: str) -> int | None:
    """The batch sequence every rollup has reached; None if one is missing or made by other SQL."""
    reached = [_reached(file.stem, app_id) for file in files()]
    known = [sequence for sequence in reached if sequence is not None]
    return min(known) if len(known) == len(reached) else None


def _reached(name: str, app_id: str) -> int | None:
    if not lake.exists(f"rollups/{name}"):
        return None
    reached = lake.transaction_version(lake.table(f"rollups/{name}"), app_id)
    if reached is None:
        lake.drop(f"rollups/{name}")  # other SQL made it: derived data, computed again
    return reached


def latest_sequence() -> int:
    """The number of the last acknowledged batch."""
    sequences = lake.rows(lake.table("batches"), "sequence").column("sequence").to_pylist()
    return max(sequences, default=0)


def dirty_hours(since: int | None) -> set[datetime]:
    """Hours that batches acknowledged after `since` touched; every hour of the log if `since` is None."""
    if since is None:
        return {lake.hour_of(file.partition) for file in lake.data_files(lake.table("request_log"))}
    rows = lake.rows(lake.table("batches"), "sequence", "hours").to_pylist()
    return {hour.astimezone(UTC) for row in rows if row["sequence"] > since for hour in row["hours"]}


def table(name: str) -> DeltaTable:
    """One rollup's Delta table."""
    return lake.table(f"rollups/{name}")
