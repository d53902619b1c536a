"""Gateways' logs: one module here, or one mapping (pipeline/mappings.py), is one source, found by its name."""

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from pipeline import mappings
from pipeline.settings import PodiumError

if TYPE_CHECKING:  # the collector names sources and never reads one
    import duckdb

    from pipeline.request_log import Reading


class Source(Protocol):
    """What reads one gateway's log; SOURCE is the value of column `source`.

    One with IS_JSON also takes its records as JSON lines, so that its small files may be bundled (bundling.py). If a
    record can be more than one row, ROW_MARK are bytes that each of them has at least once.
    """

    @property
    def SOURCE(self) -> str: ...

    def read(self, con: "duckdb.DuckDBPyConnection", path: Path, workdir: Path) -> "Reading":
        """One file as contract Parquet and rejects."""
        ...


def names() -> list[str]:
    """The sources there are, by the name of their file."""
    modules, mapping_files = _modules(), mappings.files()
    if both := sorted(modules & mapping_files.keys()):
        raise PodiumError(f"{mapping_files[both[0]]}: Podium has a source of that name already; rename the file")
    return sorted(modules | mapping_files.keys())


def _modules() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(__path__)}


def load(name: str) -> Source:
    """One source; raises PodiumError if there is none, or if its mapping has a mistake."""
    if name not in names():
        raise PodiumError(f"no source is called '{name}'; there are: {', '.join(names())}")
    if name in _modules():
        return cast(Source, import_module(f"pipeline.sources.{name}"))
    return import_module("pipeline.mapped").load(name)


def mistakes(asked: set[str]) -> dict[str, str]:
    """Sources whose mapping has a mistake, and which: their files wait, those of other sources land."""
    found = {}
    for name in asked:
        try:
            load(name)
        except PodiumError as mistake:
            found[name] = str(mistake)
    return found
