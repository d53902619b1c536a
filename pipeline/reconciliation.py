"""Which sources describe the same traffic: one counts, the other is held against it and never counted.

A reference source lands as any other does, but the fold leaves it out, so no rollup or board holds its rows.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from pipeline import lake, sources, warehouse
from pipeline.settings import SQL, PodiumError, settings

Pair = tuple[str, str]
PAIRS = pa.schema([("source", pa.string()), ("reference_source", pa.string()), ("tolerance_share", pa.float64())])
FOLDER = SQL / "reconcile"
COUNTED = "where source not in (select source from lake.reference_sources)"


def reference_sources() -> list[str]:
    """The sources that land but do not count: the right-hand sides of setting `reconcile`."""
    return sorted({reference for _, reference in settings().reconcile_pairs})


def mistake() -> str:
    """What is wrong with the names in setting `reconcile`, if anything: each must be a source's, or in the lake.

    A name is what column `source` holds. One that none has would leave traffic counted twice.
    """
    told = {name for pair in settings().reconcile_pairs for name in pair}
    strangers = sorted(told - _known()) if told else []
    if not strangers:
        return ""
    return f"no source is called '{strangers[0]}' in column source; there are: {', '.join(sorted(_known()))}"


def _known() -> set[str]:
    found = set()
    for name in sources.names():
        try:
            source = sources.load(name)
            found.update((source.SOURCE, *getattr(source, "ALSO", ())))
        except PodiumError:  # its mapping has a mistake, which landing tells of
            found.add(name)
    if lake.exists("batches"):
        found.update(lake.rows(lake.table("batches"), "source")["source"].to_pylist())
    return found


def fingerprint() -> str:
    """Changes when another pair is compared, or against another tolerance."""
    return repr((settings().reconcile_pairs, settings().reconcile_tolerance_percent))


def tell_references(con: duckdb.DuckDBPyConnection) -> None:
    """lake.reference_sources, for whatever leaves them out."""
    con.execute(
        "create or replace table lake.reference_sources as select unnest($names) :: varchar as source",
        {"names": reference_sources()},
    )


def counted() -> str:
    """The condition that leaves them out; nothing where there are none, so that nothing is paid for."""
    return COUNTED if reference_sources() else ""


def tell_nested(con: duckdb.DuckDBPyConnection, dates: Collection[str]) -> None:
    """lake.nested, as the fold finds it, for these days (YYYY-MM-DD): a call may begin just before midnight."""
    days = {date.fromisoformat(each) + timedelta(days=step) for each in dates for step in (-1, 0, 1)}
    lake.view_of_dates(con, "lake.near", "request_log", {day.isoformat() for day in days})
    warehouse.create_view(con, "lake.traced", FOLDER / "traced.sql")
    warehouse.create_table(con, "lake.nested", SQL / "fold" / "nested.sql")


def prepare(con: duckdb.DuckDBPyConnection, dates: Collection[str], pairs: Sequence[Pair], tolerance: float) -> None:
    """lake.compared, lake.sides and lake.reconcile_pairs over the request log's files of these UTC days.

    Their event_date is the day that lake.local_hours names.
    """
    names = [dict(zip(PAIRS.names, (*pair, tolerance), strict=True)) for pair in pairs]
    con.register("pair_rows", pa.Table.from_pylist(names, PAIRS))
    con.execute("create or replace table lake.reconcile_pairs as from pair_rows")
    tell_nested(con, dates)
    lake.view_of_dates(con, "lake.reconcilable", "request_log", dates if pairs else ())
    warehouse.create_view(con, "lake.around", FOLDER / "around.sql")
    warehouse.create_table(con, "lake.superseded", SQL / "fold" / "superseded.sql")
    warehouse.create_view(con, "lake.compared", FOLDER / "compared.sql")
    warehouse.create_view(con, "lake.sides", FOLDER / "sides.sql")


def prepare_standing(con: duckdb.DuckDBPyConnection, dates: Collection[str]) -> None:
    """The same for the pairs of setting `reconcile`, which every published version compares."""
    tell_references(con)
    prepare(con, dates, settings().reconcile_pairs, settings().reconcile_tolerance_percent / 100)
