"""The kernel that runs .sql files: UTC, no downloads, errors that name the file, dependencies from the SQL itself."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipeline import warehouse
from pipeline.settings import SQL, PodiumError


def sql(folder: Path, **files: str) -> list[Path]:
    """A .sql file per name."""
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    return [folder / f"{name}.sql" for name in files]


def test_a_connection_counts_in_utc(home):
    with warehouse.connect() as con:
        assert con.execute("select cast(timestamptz '2026-11-02 23:30:00-05' as date)").fetchone() == (
            datetime(2026, 11, 3, tzinfo=UTC).date(),
        )


def test_a_connection_downloads_nothing_and_sees_no_python_variable(home):
    frame = pa.table({"name": ["hidden"]})
    with warehouse.connect() as con:
        with pytest.raises(duckdb.Error):
            con.execute("from frame")
        with pytest.raises(duckdb.Error):
            con.execute("select st_point(1, 2)")
    assert frame.num_rows == 1


def test_a_read_only_connection_writes_nothing(home, tmp_path):
    warehouse.connect(tmp_path / "a.duckdb").close()
    with (
        warehouse.connect(tmp_path / "a.duckdb", read_only=True) as con,
        pytest.raises(duckdb.Error, match="read-only"),
    ):
        con.execute("create table t as select 1 as one")


def test_macros_stay_with_the_connection_and_out_of_the_file(home, tmp_path):
    with warehouse.connect(tmp_path / "a.duckdb") as con:
        assert con.execute("select latency_bucket(1000)").fetchone() == (346,)
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        assert con.execute("select count(*) from duckdb_functions() where not internal").fetchone() == (0,)


def test_an_error_names_the_file(home):
    with (
        warehouse.connect() as con,
        pytest.raises(PodiumError, match=r"sql/published/usage_daily\.sql: .*usage_hourly"),
    ):
        warehouse.create_table(con, "main.t", SQL / "published" / "usage_daily.sql")


def test_the_header_is_the_comment_a_file_opens_with(tmp_path):
    (file,) = sql(
        tmp_path, one="-- One row per thing,\n-- and no more.\n-- column: a: its letter\nselect 1 as a -- not this\n"
    )
    assert warehouse.header(file) == "One row per thing, and no more."


def test_dependencies_are_read_from_the_sql_itself(tmp_path):
    text = "with own as (from rollups.a) select * from own join rankings.b using (x) where x in (select x from meta.c)"
    (file,) = sql(tmp_path, one=text)
    assert warehouse.dependencies(file) == {"rollups.a", "rankings.b", "meta.c"}


def test_files_run_after_those_they_read(tmp_path):
    files = sql(tmp_path, a="from s.c", b="select 1 as one", c="from s.b", d="from s.a join s.c using (one)")
    assert [file.stem for file in warehouse.in_order(files, "s")] == ["b", "c", "a", "d"]


def test_files_that_read_each_other_in_a_circle_are_named(tmp_path):
    files = sql(tmp_path, a="from s.b", b="from s.a", c="select 1 as one")
    with pytest.raises(PodiumError, match=r"in a circle: s\.a, s\.b"):
        warehouse.in_order(files, "s")


@pytest.mark.parametrize("file", sorted(SQL.rglob("*.sql")), ids=lambda file: str(file.relative_to(SQL)))
def test_every_file_opens_by_saying_what_it_is(file):
    assert warehouse.header(file)
