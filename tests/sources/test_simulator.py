"""The simulator's files are taken as they are, or refused whole with the reason."""

import os
import re
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import parquet_files, warehouse
from pipeline.request_log import FileRejected, staged_schema
from pipeline.settings import settings
from pipeline.sources import simulator


@pytest.fixture
def rows() -> pa.Table:
    """One row of nothing but its number: landing judges rows, the source only columns."""
    return pa.Table.from_pylist([{"source_row": 1}], schema=staged_schema())


def read(file: Path):
    work = file.parent / "work"
    work.mkdir()
    return simulator.read(warehouse.connect(), file, work)


def written(rows: pa.Table, folder: Path, name: str = "traffic.parquet") -> Path:
    pq.write_table(rows, folder / name)
    return folder / name


def refusal(file: Path) -> FileRejected:
    with pytest.raises(FileRejected) as refused:
        read(file)
    return refused.value


def test_a_contract_file_is_taken_without_a_copy(rows, tmp_path):
    file = written(rows, tmp_path, "odd [name]*.parquet")
    reading = read(file)
    assert reading.parquet is not None
    assert reading.parquet.resolve() == file.resolve()
    assert reading.rows_in == 1
    assert warehouse.connect().read_parquet(str(reading.parquet)).shape[0] == 1


def test_further_columns_are_accepted(rows, tmp_path):
    assert read(written(rows.append_column("extra", pa.array([1])), tmp_path)).rows_in == 1


def test_texts_may_be_dictionaries_or_large(rows, tmp_path):
    large = pl.DataFrame(pl.from_arrow(rows)).with_columns(pl.col("team_name").cast(pl.Categorical)).to_arrow()
    assert read(written(large, tmp_path)).rows_in == 1


def test_a_file_without_rows_has_no_readable_row(rows, tmp_path):
    reading = read(written(rows.slice(0, 0), tmp_path))
    assert (reading.parquet, reading.rows_in) == (None, 0)


def test_a_missing_column_is_named(rows, tmp_path):
    refused = refusal(written(rows.drop_columns(["end_time"]), tmp_path))
    assert refused.reason == "schema_missing_column"
    assert "end_time" in refused.detail


@pytest.mark.parametrize(
    ("column", "type_"),
    [
        ("input_tokens", pa.float64()),
        ("start_time", pa.timestamp("us")),
        ("start_time", pa.timestamp("ms", tz="UTC")),
        ("user_id", pa.int64()),
        ("tags", pa.string()),
        ("tags", pa.list_(pa.int64())),
        ("stream", pa.string()),
    ],
)
def test_a_column_of_another_type_is_named(rows, tmp_path, column, type_):
    place = rows.schema.get_field_index(column)
    refused = refusal(written(rows.set_column(place, pa.field(column, type_), pa.nulls(1, type_)), tmp_path))
    assert refused.reason == "schema_type"
    assert column in refused.detail


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty_file"), (b"attempt_id,request_id\n", "not_parquet"), (b"PAR1" + bytes(40), "corrupt")],
)
def test_what_is_not_parquet_is_refused(tmp_path, content, reason):
    (tmp_path / "traffic.parquet").write_bytes(content)
    assert refusal(tmp_path / "traffic.parquet").reason == reason


def test_a_cut_file_is_corrupt(rows, tmp_path):
    file = written(rows, tmp_path)
    file.write_bytes(file.read_bytes()[:-20])
    assert refusal(file).reason == "corrupt"


def test_a_file_over_the_limit_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setenv("PODIUM_MAX_FILE_MIB", "1")
    settings.cache_clear()
    (tmp_path / "traffic.parquet").write_bytes(b"PAR1" + os.urandom(2 << 20))
    reason = refusal(tmp_path / "traffic.parquet").reason
    settings.cache_clear()
    assert reason == "too_large"


@pytest.mark.parametrize("value", [None, "the same again and again"])
def test_a_parquet_bomb_is_refused_by_its_footer_with_the_setting_that_allows_it(tmp_path, monkeypatch, value):
    columns = [
        pa.array([value if field.type == pa.string() else None] * 99_000, field.type) for field in staged_schema()
    ]
    bomb = written(pa.table(columns, staged_schema()), tmp_path)
    assert bomb.stat().st_size < 1 << 19
    with monkeypatch.context() as patch:
        patch.setenv("PODIUM_MAX_FILE_MIB", "1")
        settings.cache_clear()
        refused = refusal(bomb)
        assert refused.reason == "too_large"
        told = re.fullmatch(r"99,000 rows unpack to \d+ MiB; .* set PODIUM_MAX_FILE_MIB to (\d+)", refused.detail)
        assert told
        patch.setenv("PODIUM_MAX_FILE_MIB", told[1])
        settings.cache_clear()
        assert parquet_files.inspect(bomb)[0].num_rows == 99_000
    settings.cache_clear()


@pytest.mark.parametrize("numbers", [[1, 1], [2, 1], [None, 2], [0, 1]])
def test_source_row_must_be_the_rows_own_number(tmp_path, numbers):
    rows = pa.Table.from_pylist([{"source_row": number} for number in numbers], schema=staged_schema())
    assert refusal(written(rows, tmp_path)).reason == "corrupt"
