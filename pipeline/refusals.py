"""What of a batch is refused now, and its file read again for those rows alone: what a replay lands."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import lake, tables, warehouse
from pipeline.request_log import Reading, staged_schema
from pipeline.settings import SQL

FOLDER = SQL / "replay"
KEY = "replay:"  # sql/meta/batches.sql reads it too
REQUEUED = re.compile(r"replay-([0-9a-f]{32})-")


@dataclass(frozen=True)
class Refused:
    """A batch that was refused whole, or has rows in quarantine, and that no replay has judged again since."""

    batch_id: str
    content: str  # sha256 of the delivered bytes; a replay's own batch_id is another
    source: str
    source_file: str
    received_at: datetime
    is_whole: bool
    reason: str | None
    reasons: Mapping[str, int]

    @property
    def replay_id(self) -> str:
        """The batch_id of its replay: there is one at most, so a killed one goes on where it stopped."""
        return sha256(self.key.encode()).hexdigest()

    @property
    def key(self) -> str:
        """The replay's delivery key."""
        return f"{KEY}{self.batch_id}"

    @property
    def prefix(self) -> str:
        """What an archived file's name begins with while it waits in the inbox to be replayed."""
        return f"replay-{self.batch_id[:32]}-"


def refused_now() -> list[Refused]:
    """Every batch of which something is refused, in the order they came."""
    rows = acknowledged()
    origins = origins_of(rows)
    contents = {row["batch_id"]: content_of(row["batch_id"], origins) for row in rows}
    landed = {(contents[row["batch_id"]], row["source"]) for row in rows if row["status"] == "landed"}
    counted = {contents[row["batch_id"]]: row["source"] for row in rows if came_to_something(row)}
    settled = set(replayed_by(rows).values())
    found = {row["batch_id"]: _refused(row, origins) for row in rows if row["status"] in ("landed", "quarantined")}
    return [
        each
        for each in found.values()
        if each.batch_id not in settled
        and counted.get(each.content, each.source) == each.source
        and ((each.content, each.source) not in landed if each.is_whole else each.reasons)
    ]


def acknowledged() -> list[dict]:
    """What table `batches` says of every delivery, in the order they came."""
    names = [name for name in tables.BATCHES.names if name not in ("hours", "data_files")]
    return sorted(lake.rows(lake.table("batches"), *names).to_pylist(), key=lambda row: row["sequence"])


def came_to_something(row: dict) -> bool:
    """Whether rows of the delivery count, or did already: at no other source may its bytes count again."""
    return row["status"] == "landed" and row["rows_landed"] + row["rows_duplicate"] > 0


def _refused(row: dict, origins: Mapping[str, str]) -> Refused:
    kept = {name: row[name] for name in ("batch_id", "source", "source_file", "received_at", "reason")}
    return Refused(
        **kept,
        content=content_of(row["batch_id"], origins),
        is_whole=row["status"] == "quarantined",
        reasons=json.loads(row["reasons"]),
    )


def replayed_by(rows: list[dict]) -> dict[str, str]:
    """batch_id of each replay -> the batch it replays."""
    return {row["batch_id"]: row["delivery"][len(KEY) :] for row in rows if row["delivery"].startswith(KEY)}


def own_id(content: str, source: str) -> str:
    """The batch_id of a file at a source where it came second: the first batch is named after the bytes alone."""
    return sha256(f"{source}:{content}".encode()).hexdigest()


def origins_of(rows: list[dict]) -> dict[str, str]:
    """batch_id of each batch that is not named after its bytes -> the one it replays, or that came to nothing first."""
    told = {row["source"] for row in rows}
    nothing = {row["batch_id"] for row in rows if row["status"] != "duplicate" and not came_to_something(row)}
    return {own_id(batch_id, source): batch_id for batch_id in nothing for source in told} | replayed_by(rows)


def content_of(batch_id: str, origins: Mapping[str, str]) -> str:
    """The sha256 of the file that a batch was read from."""
    while batch_id in origins:
        batch_id = origins[batch_id]
    return batch_id


def asked_for(file: Path, content: str) -> Refused | None:
    """The batch that a file in the inbox replays; None if it is an ordinary delivery, whatever it is called."""
    named = REQUEUED.match(file.name)
    if not named:
        return None
    rows = acknowledged()
    origins = origins_of(rows)
    told = (row for row in rows if row["status"] in ("landed", "quarantined"))
    found = (_refused(row, origins) for row in told if row["batch_id"].startswith(named[1]))
    return next((each for each in found if each.content == content), None)


def sources_of(batch_id: str, logs: Iterable[str]) -> set[str]:
    """Where a batch was begun, acknowledged or not: the source of its rows in quarantine, or of its commit to a log."""
    found: set[str] = set()
    table = lake.table("quarantine")
    if lake.transaction_version(table, batch_id) is not None:
        rows = lake.rows(table, "batch_id", "source")
        found.update(rows.filter(pc.field("batch_id") == batch_id)["source"].to_pylist())
    for log in map(lake.table, logs):
        if lake.transaction_version(log, batch_id) is not None:
            found.update(told["source"] for told in lake.history(log) if told.get("batch_id") == batch_id)
    return found


def narrowed(con: duckdb.DuckDBPyConnection, reading: Reading, replays: Refused, work: Path) -> Reading:
    """The reading without every row that is settled: only what waits in quarantine can land by a replay."""
    if replays.is_whole and lake.transaction_version(lake.table("quarantine"), replays.replay_id) is None:
        return reading
    lake.view_of(con, "landing.quarantine", "quarantine")
    which = {"replayed": replays.batch_id, "replay": replays.replay_id}
    warehouse.create_table(con, "landing.before", FOLDER / "before.sql", **which)
    con.execute("create table landing.replay as select $is_whole as is_whole", {"is_whole": replays.is_whole})
    lake.view(con, "landing.read", [str(reading.parquet)] if reading.parquet else [], staged_schema(), place=True)
    con.register("read_rejects", reading.rejects)
    con.execute("create view landing.read_rejects as from read_rejects")
    for name in ("rows", "rejects"):
        warehouse.create_view(con, f"landing.replayable_{name}", FOLDER / f"{name}.sql")
    file = work / "replayable.parquet"
    con.table("landing.replayable_rows").write_parquet(str(file))
    rejects = con.table("landing.replayable_rejects").to_arrow_table()
    rows_in = reading.rows_in if replays.is_whole else pq.read_metadata(file).num_rows + rejects.num_rows
    return Reading(file, rejects, rows_in)


def is_unchanged(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the same rows are refused for the same reasons as before the replay."""
    return not warehouse.run_file(con, FOLDER / "changes.sql").fetchall()
