"""The checks of sql/checks: every row one returns is a violation; a blocking one stops the publication."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import rankings, warehouse
from pipeline.settings import SQL, PodiumError

WARNS = "severity: warn"
MEANING = "One row per check of sql/checks: its claim and how many rows break it."
OUTCOMES = pa.schema(
    [
        *((name, pa.string()) for name in ("check_name", "table_name", "claim", "description", "severity")),
        ("violation_count", pa.int64()),
        ("is_ok", pa.bool_()),
        ("checked_at", pa.timestamp("us")),
    ]
)


def files() -> list[Path]:
    """The checks; the name is `<table>__<claim>.sql`."""
    return sorted((SQL / "checks").glob("*.sql"))


def severity(file: Path) -> str:
    """'error' stops the publication, 'warn' does not (its header says so)."""
    return "warn" if WARNS in warehouse.header(file) else "error"


def needs_lake(file: Path) -> bool:
    """Whether a check reads the lake too, so that it can only run while the file is being built."""
    return any(table.startswith("lake.") for table in warehouse.dependencies(file))


def violations(con: duckdb.DuckDBPyConnection, file: Path) -> int:
    """How many rows break the claim."""
    text = file.read_text(encoding="utf-8")
    try:
        [(count,)] = con.execute(f"select count(*) from ({text})").fetchall()
    except duckdb.Error as error:
        raise PodiumError(f"sql/checks/{file.name}: {error}") from error
    return count


def record(con: duckdb.DuckDBPyConnection, at: datetime) -> None:
    """Run every check and keep the outcomes as meta.checks, one row a check."""
    con.register("check_rows", pa.Table.from_pylist([_outcome(con, file, at) for file in files()], OUTCOMES))
    con.execute("create or replace table meta.checks as from check_rows")
    con.unregister("check_rows")
    rankings.describe(con, {"meta.checks": MEANING})


def _outcome(con: duckdb.DuckDBPyConnection, file: Path, at: datetime) -> dict[str, object]:
    table, _, claim = file.stem.partition("__")
    found = violations(con, file)
    told = warehouse.header(file).replace(WARNS, "").strip()
    checked_at = at.astimezone(UTC).replace(tzinfo=None)
    row = (file.stem, table, claim.replace("_", " "), told, severity(file), found, found == 0, checked_at)
    return dict(zip(OUTCOMES.names, row, strict=True))


def warnings(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The checks of a published file that warn: what each claims, which is not so, by its name."""
    told = "select check_name, description from meta.checks where severity = 'warn' and not is_ok order by all"
    return dict(con.execute(told).fetchall())


def blocking_failures(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Check name -> violations: checks of the file itself run again, those of the lake as recorded."""
    failed = {}
    for file in files():
        if severity(file) == "warn":
            continue
        if needs_lake(file):
            recorded = con.execute(
                "select violation_count from meta.checks where check_name = $name", {"name": file.stem}
            )
            (found,) = recorded.fetchone() or (1,)
        else:
            found = violations(con, file)
        if found:
            failed[file.stem] = found
    return failed
