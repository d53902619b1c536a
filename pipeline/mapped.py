"""A source that is a mapping: any JSON, CSV or Parquet log, read as a TOML file says (pipeline/mappings.py)."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import (
    csv_files,
    json_files,
    json_log,
    mapping_meaning,
    mapping_sql,
    mappings,
    parquet_files,
    staging,
    table_log,
)
from pipeline.mapping_columns import REQUIRED
from pipeline.mappings import Mapping
from pipeline.parquet_files import MAGIC
from pipeline.request_log import FileRejected, Reading, no_rejects


@dataclass(frozen=True)
class MappedSource:
    """The source of one mapping; its name stands in column `source`."""

    mapping: Mapping

    @property
    def SOURCE(self) -> str:
        """The value of column `source`."""
        return self.mapping.name

    @property
    def IS_JSON(self) -> bool:
        """Whether it reads JSON, among other formats."""
        return "json" in self.mapping.formats

    def read(self, con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
        """One file as contract Parquet and rejects. Records that the mapping does not keep are no rows at all."""
        delivered = staging.begin(con, path, workdir, "mapped")
        format_ = _format(self.mapping, delivered)
        unreadable = {"json": _json, "csv": _csv, "parquet": _parquet}[format_](con, self.mapping, delivered, workdir)
        typed = workdir / "typed.parquet"
        staging.keep(con, mapping_meaning.typed(self.mapping, is_json=format_ == "json"), typed)
        con.execute(f"create view mapped.typed as from read_parquet('{typed}')")
        return staging.stage(con, workdir, "mapped", unreadable)


def load(name: str) -> MappedSource:
    """The source of one of `mappings.files()`; raises PodiumError if the mapping has a mistake."""
    return MappedSource(mappings.load(mappings.files()[name]))


def _format(mapping: Mapping, path: Path) -> str:
    """The mapping's one format, or the one that the file's first bytes show."""
    if len(mapping.formats) == 1:
        return mapping.formats[0]
    with path.open("rb") as file:
        is_parquet = file.read(len(MAGIC)) == MAGIC
    if is_parquet and "parquet" in mapping.formats:
        return "parquet"
    is_json = json_files.looks_like_json(path)
    return "csv" if not is_json and "csv" in mapping.formats else "json"


def _json(con: duckdb.DuckDBPyConnection, mapping: Mapping, path: Path, workdir: Path) -> pa.Table:
    select, keys = mapping_sql.read_json(mapping), mapping_sql.keys(mapping)
    return json_log.load(con, json_files.inspect(path), workdir, "mapped", select, keys)


def _csv(con: duckdb.DuckDBPyConnection, mapping: Mapping, path: Path, workdir: Path) -> pa.Table:
    _check_fields(mapping, set(csv_files.inspect(path, mapping.delimiter).header))
    known = list(mapping.fields)
    return table_log.load_csv(con, path, workdir, "mapped", "from delivered", (), known, mapping.delimiter)


def _parquet(con: duckdb.DuckDBPyConnection, mapping: Mapping, path: Path, workdir: Path) -> pa.Table:
    _, types = parquet_files.inspect(path)
    _check_fields(mapping, set(types))
    select = mapping_sql.read_parquet(mapping, types)
    try:
        is_read = staging.take_up(con, workdir, "mapped", select, is_sifted=False, path=str(path))
    except duckdb.IOException:
        if parquet_files.can_be_read(con, path):
            raise
        is_read = False
    if not is_read:
        raise FileRejected("corrupt", "a data page can not be read; deliver the file again")
    return no_rejects()


def _check_fields(mapping: Mapping, found: set[str]) -> None:
    """A file without any field for a required column is none of this gateway's."""
    for column in REQUIRED:
        tops = [str(path[0]) for path in mapping.rules[column].paths]
        if tops and not found & set(tops) and mapping.rules[column].otherwise is None:
            raise FileRejected("schema_missing_column", f"no column {' or '.join(tops)[:100]}, needed for {column}")
