"""Rankings come out the same to the last digit, whatever the order of rows and however many threads read them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline import publish, rankings, warehouse


@pytest.fixture
def wide(demo_here: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's published file with every model made three, so that there are more than the boards list."""
    published = publish.current()
    assert published
    shutil.copyfile(published.path, tmp_path / "wide.duckdb")
    with warehouse.connect(tmp_path / "wide.duckdb") as con:
        modelled = "from duckdb_columns() where schema_name = 'rollups' and column_name = 'model_id'"
        for (table,) in con.execute(f"select distinct table_name {modelled}").fetchall():
            con.execute(f"update rollups.{table} set model_id = model_id || '-' || hash({table}) % 3")
        yield con


def test_rows_in_another_order_rank_the_same(wide):
    rankings.build(wide)
    assert wide.execute("select count(*) > 0 from rankings.market_weekly where member = 'other'").fetchone() == (True,)
    tables = [file.stem for file in rankings.files()]
    for table in tables:
        wide.execute(f"create temp table {table}_before as from rankings.{table}")
    wide.execute("set threads = 1")
    wide.execute("set preserve_insertion_order = true")
    for (rollup,) in wide.execute("select table_name from duckdb_tables() where schema_name = 'rollups'").fetchall():
        wide.execute(f"create or replace table rollups.{rollup} as from rollups.{rollup} order by hash({rollup})")
    rankings.build(wide)
    differing = {}
    for table in tables:
        rows = f"select count(*) from (from rankings.{table} except all from {table}_before)"
        differing[table] = wide.execute(rows).fetchone()
    assert {table for table, rows in differing.items() if rows != (0,)} == set()
