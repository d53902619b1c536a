"""`podium reconcile`: two sources of the same traffic side by side, one UTC day after the other, in bounded memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline import catalog, csv_files, json_files, lake, reconciliation, reporting_days, warehouse
from pipeline.reconciliation import FOLDER
from pipeline.settings import PodiumError

ACTIVITY = "activity"
USUAL_DAYS = 7
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Comparison:
    """What is held against what, over which days (both ends included), and how far apart they may lie."""

    source: str
    reference: str
    days: Sequence[date]
    tolerance_share: float

    @property
    def params(self) -> dict[str, object]:
        """The parameters that most steps take."""
        return {"source": self.source, "reference": self.reference, "tolerance": self.tolerance_share}


@contextmanager
def workspace() -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database for one comparison; what does not fit spills to disk. Nothing of the lake is locked."""
    with TemporaryDirectory(prefix="podium-") as work, warehouse.connect() as con:
        con.execute("set temp_directory = $work", {"work": work})
        for schema in ("lake", "reconcile"):
            con.execute(f"create schema {schema}")
        yield con


def days_between(since: date | None, until: date | None) -> list[date]:
    """The days asked for; without `since` the last seven up to `until`, or up to the newest day of the log."""
    logged = lake.all_dates("request_log") if lake.exists("request_log") else set()
    if not logged:
        raise PodiumError("the request log is empty: land your logs first, podium land PATH --source NAME")
    last = until or date.fromisoformat(max(logged))
    first = since or last - (USUAL_DAYS - 1) * DAY
    if first > last:
        raise PodiumError(f"--since {first} lies after {last}")
    return [first + number * DAY for number in range((last - first).days + 1)]


def compare(con: duckdb.DuckDBPyConnection, asked: Comparison) -> None:
    """Fill reconcile.sides, .measures and .apart from the log's files of these days."""
    for day in asked.days:
        near = {(day + step * DAY).isoformat() for step in (-1, 0, 1)}
        reporting_days.tell_utc(con, near)
        reconciliation.prepare(con, near, [(asked.source, asked.reference)], asked.tolerance_share)
        _run(con, "sides", "from lake.sides where event_date = $date", date=day)
        if asked.reference != ACTIVITY:
            _run(con, "apart", (FOLDER / "apart.sql").read_text(encoding="utf-8"), date=day, **asked.params)
    con.execute(
        "delete from reconcile.sides where event_date not between $first and $last",  # the Activity's other days
        {"first": asked.days[0], "last": asked.days[-1]},
    )
    _refuse_absent(con, asked)
    warehouse.create_table(con, "reconcile.measures", FOLDER / "measures.sql", **_only(asked, "source", "reference"))


def _only(asked: Comparison, *names: str) -> dict[str, object]:
    return {name: asked.params[name] for name in names}


def _run(con: duckdb.DuckDBPyConnection, table: str, select: str, **params: object) -> None:
    """Add a day's rows to a table of schema reconcile, made by the first."""
    held = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'reconcile' and table_name = $table", {"table": table}
    )
    verb = f"insert into reconcile.{table}" if held.fetchall() else f"create table reconcile.{table} as"
    con.execute(f"{verb} {select}", params)


def _refuse_absent(con: duckdb.DuckDBPyConnection, asked: Comparison) -> None:
    """A source without a single row is a slip of the pen or a log that never came, not a difference."""
    seen = {source for (source,) in con.execute("select distinct source from reconcile.sides").fetchall()}
    absent = sorted({asked.source, asked.reference} - seen)
    if absent:
        lake.view_of_dates(con, "lake.named", "request_log", {day.isoformat() for day in asked.days})
        rows = con.execute("select distinct source from lake.named order by source").fetchall()
        told = ", ".join(source for (source,) in rows) or "none"
        between = f"between {asked.days[0]} and {asked.days[-1]}"
        raise PodiumError(f"there is no row of source '{absent[0]}' {between}; there are rows of: {told}")


def shown(con: duckdb.DuckDBPyConnection, asked: Comparison, what: str, most: int) -> duckdb.DuckDBPyConnection:
    """The rows to show: `days` or `models` measure by measure, or the `requests` only one knows or that differ."""
    if what == "requests":
        return warehouse.run_file(con, FOLDER / "findings.sql", most=most)
    return warehouse.run_file(con, FOLDER / f"{what}.sql", **_only(asked, "tolerance"))


def beyond(con: duckdb.DuckDBPyConnection, asked: Comparison) -> list[tuple[date, str]]:
    """(day, measure) of every daily figure further apart than the tolerance."""
    rows = shown(con, asked, "days", 0).fetchall()
    return [(row[0], row[1]) for row in rows if row[-1]]


def found(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many requests each finding has."""
    rows = con.execute("select finding, count(*) from reconcile.apart group by finding order by finding").fetchall()
    return dict(rows)


def read_activity(con: duckdb.DuckDBPyConnection, file: Path) -> tuple[date, date]:
    """OpenRouter's Activity into reconcile.sides, as source `activity`; returns its first and last day.

    It holds daily sums, so it never lands. Raises PodiumError where an item can not be compared.
    """
    if not file.is_file():
        raise PodiumError(f"{file}: there is no such file")
    with TemporaryDirectory(prefix="podium-") as work:
        delivered = Path(work) / "activity"  # a name of ours: DuckDB would take [ or * in a path for a pattern
        delivered.symlink_to(file.resolve())
        _load_activity(con, file, delivered)
    faults = warehouse.run_file(con, FOLDER / "activity_faults.sql").fetchmany(1)
    if faults:
        raise PodiumError(f"{file}: item {faults[0][0]}: {faults[0][1]}")
    warehouse.create_table(con, "reconcile.pairs", FOLDER / "activity_models.sql")
    con.register("named", catalog.model_names(con, con.table("reconcile.pairs").to_arrow_table()))
    con.execute("create table reconcile.names as from named")
    warehouse.create_table(con, "reconcile.sides", FOLDER / "activity_sides.sql")
    first, last = con.execute("select min(event_date), max(event_date) from reconcile.sides").fetchall()[0]
    if first is None:
        raise PodiumError(f"{file}: there is no activity in it")
    return first, last


def _load_activity(con: duckdb.DuckDBPyConnection, file: Path, delivered: Path) -> None:
    try:
        if ".csv" in file.suffixes:
            packing = csv_files.codec(json_files.packing(delivered))
            params: dict[str, object] = {"path": str(delivered), "compression": packing}
            warehouse.create_table(con, "reconcile.activity", FOLDER / "activity_csv.sql", **params)
        else:
            told = json_files.inspect(delivered)
            params = {"path": str(delivered), "format": told.format, "compression": told.compression}
            warehouse.create_table(con, "reconcile.activity", FOLDER / "activity_json.sql", **params)
    except PodiumError as error:
        raise PodiumError(
            f"{file} is not OpenRouter's Activity, as JSON of its API or CSV with its fields date, model, usage, "
            "byok_usage_inference, requests, prompt_tokens, completion_tokens and reasoning_tokens"
        ) from error
