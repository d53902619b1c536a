"""The facts that ship in data/reference/*.csv, each row replaced by the user's own of the same key."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from pipeline.settings import REFERENCE, PodiumError, settings

Row = dict[str, object]
PRICE = pa.decimal128(18, 6)
MAX_PRICE = Decimal(10_000)


@dataclass(frozen=True)
class Column:
    """How a cell is read, and what to tell whoever wrote one that cannot be."""

    type: pa.DataType
    read: Callable[[str], object]
    wanted: str


def _true_or_false(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _finite(text: str) -> float:
    if not (number := Decimal(text)).is_finite():
        raise ValueError
    return float(number)


def _usd_per_mtok(text: str) -> Decimal:
    price = Decimal(text)
    if not (price.is_finite() and 0 <= price <= MAX_PRICE and price == round(price, 6)):
        raise ValueError
    return price


def _one_of(*values: str) -> Column:
    return Column(pa.string(), dict(zip(values, values, strict=True)).__getitem__, f"one of {', '.join(values)}")


def _model_id(text: str) -> str:
    author, slash, name = text.partition("/")
    if not (author and slash and name) or any(character.isspace() for character in text):
        raise ValueError
    return text.casefold()


TEXT = Column(pa.string(), str, "text")
MODEL_ID = Column(pa.string(), _model_id, "author/model, like openai/gpt-4o")
COUNT = Column(pa.int64(), int, "a whole number")
NUMBER = Column(pa.float64(), _finite, "a number, like 71.4")
DAY = Column(pa.date32(), date.fromisoformat, "a date, like 2026-11-02")
FLAG = Column(pa.bool_(), _true_or_false, "true or false")
USD_PER_MTOK = Column(
    PRICE, _usd_per_mtok, "USD per million tokens, 0 to 10000 with at most 6 decimals; leave it empty if unknown"
)


@dataclass(frozen=True)
class Sheet:
    """One CSV file: its columns, those that name a row, and those that may never be empty."""

    key: tuple[str, ...]
    columns: dict[str, Column]
    required: tuple[str, ...] = ()


SHEETS = {
    "models": Sheet(
        key=("model_id",),
        columns={
            "model_id": MODEL_ID,
            "model_name": TEXT,
            "weights": _one_of("open", "closed"),
            "context_tokens": COUNT,
            "size_class": _one_of("<15B", "15B-70B", ">=70B"),
            "released_date": DAY,
        },
        required=("model_id",),
    ),
    "authors": Sheet(
        key=("author",),
        columns={"author": TEXT, "author_name": TEXT, "author_country": TEXT, "namespaces": TEXT},
        required=("author",),
    ),
    "aliases": Sheet(
        key=("raw_name", "provider_name"),
        columns={"raw_name": TEXT, "provider_name": TEXT, "model_id": MODEL_ID, "note": TEXT},
        required=("raw_name", "model_id"),
    ),
    "providers": Sheet(
        key=("provider_name",),
        columns={
            "provider_name": TEXT,
            "provider_label": TEXT,
            "provider_country": TEXT,
            "author": TEXT,
            "price_list": TEXT,
            "model_prefixes": TEXT,
            "data_policy": _one_of("zdr", "retain", "train", "unknown"),
        },
        required=("provider_name", "provider_label"),
    ),
    "quality": Sheet(
        key=("benchmark", "model_id", "variant"),
        columns={
            "benchmark": TEXT,
            "published_name": TEXT,
            "model_id": MODEL_ID,
            "variant": TEXT,
            "score": NUMBER,
            "score_unit": TEXT,
            "higher_is_better": FLAG,
            "score_low": NUMBER,
            "score_high": NUMBER,
            "n": COUNT,
            "measured_on": DAY,
            "match": _one_of("exact", "family", "user"),
            "source_repo": TEXT,
            "source_commit": TEXT,
            "source_path": TEXT,
            "licence": TEXT,
        },
        required=("benchmark", "model_id", "score", "score_unit", "higher_is_better"),
    ),
    "method_changes": Sheet(
        key=("changed_on", "subject"),
        columns={"changed_on": DAY, "subject": TEXT, "table_name": TEXT, "change_made": TEXT},
        required=("changed_on", "subject", "change_made"),
    ),
    "citations": Sheet(
        key=("cited", "used_for"),
        columns={"cited": TEXT, "used_for": TEXT, "licence": TEXT, "note": TEXT},
        required=("cited", "used_for"),
    ),
    "prices": Sheet(
        key=("model_id", "provider_name", "valid_from"),
        columns={
            "model_id": MODEL_ID,
            "provider_name": TEXT,
            "valid_from": DAY,
            "input_usd_per_mtok": USD_PER_MTOK,
            "output_usd_per_mtok": USD_PER_MTOK,
            "cache_read_usd_per_mtok": USD_PER_MTOK,
            "cache_write_usd_per_mtok": USD_PER_MTOK,
        },
        required=("model_id",),
    ),
}


def rows(name: str) -> list[Row]:
    """The rows of data/reference/<name>.csv, under the user's of the same key."""
    mine = user_rows(name)
    merged = {_key(name, row): row for row in [*_file_rows(name, REFERENCE), *mine]}
    return list(merged.values())


def user_rows(name: str) -> list[Row]:
    """The user's own rows alone: PODIUM_HOME/overrides/<name>.csv, none if there is no such file."""
    found = _file_rows(name, settings().overrides)
    if name == "quality":
        return [{**row, "variant": row["variant"] or "default", "match": "user"} for row in found]
    return found


def table(name: str, of: Iterable[Row] | None = None) -> pa.Table:
    """Rows (by default `rows(name)`) as Arrow, in the sheet's columns and types."""
    schema = pa.schema([(column, kind.type) for column, kind in SHEETS[name].columns.items()])
    return pa.Table.from_pylist(list(rows(name) if of is None else of), schema=schema)


def _key(name: str, row: Row) -> tuple[object, ...]:
    values = (row[column] for column in SHEETS[name].key)
    return tuple(value.casefold() if isinstance(value, str) else value for value in values)


def _file_rows(name: str, folder: Path) -> list[Row]:
    file = folder / f"{name}.csv"
    if not file.exists():
        return []
    found: dict[tuple[object, ...], tuple[int, Row]] = {}
    for line, cells in _lines(file, name):
        row = _row(file, line, cells, SHEETS[name])
        key = _key(name, row)
        if key in found:
            same = ", ".join(SHEETS[name].key)
            raise PodiumError(f"{file}, line {line}: the same {same} as line {found[key][0]}; keep one of them")
        found[key] = (line, row)
    return [row for _, row in found.values()]


def _lines(file: Path, name: str) -> list[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of a UTF-8 CSV file of columns we know; `#` begins a comment."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            lines = ("\n" if line.startswith("#") else line for line in handle)
            reader = csv.DictReader(lines, restkey="", restval="", strict=True)
            _check_header(file, list(reader.fieldnames or []), name)
            return [(reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        raise PodiumError(f"{file}: not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error
    except csv.Error as error:
        raise PodiumError(f"{file}: not a CSV file ({error}); check its quotes and commas") from error


def _check_header(file: Path, header: list[str], name: str) -> None:
    sheet = SHEETS[name]
    unknown = [column for column in header if column not in sheet.columns]
    missing = [column for column in (*sheet.key, *sheet.required) if column not in header]
    if unknown or missing:
        wrong = f"column {unknown[0]!r} is not known" if unknown else f"column {missing[0]!r} is missing"
        raise PodiumError(f"{file}, line 1: {wrong}; the columns are {', '.join(sheet.columns)}")


def _row(file: Path, line: int, cells: dict[str, str], sheet: Sheet) -> Row:
    if "" in cells:
        raise PodiumError(f"{file}, line {line}: more cells than the header has columns; quote cells with commas")
    row: Row = {}
    for name, column in sheet.columns.items():
        text = cells.get(name, "").strip()
        if not text and name in sheet.required:
            raise PodiumError(f"{file}, line {line}, column {name}: empty; write {column.wanted}")
        try:
            row[name] = column.read(text) if text else None
        except (ValueError, KeyError, ArithmeticError) as error:
            raise PodiumError(f"{file}, line {line}, column {name}: {text!r}; write {column.wanted}") from error
    return row


def fingerprint() -> str:
    """Changes when a shipped or a user's fact, the price list or Podium's version does."""
    folders = (REFERENCE, settings().overrides)
    return _fingerprint(tuple(_as_it_is(file) for folder in folders for file in sorted(folder.glob("*.csv"))))


def _as_it_is(file: Path) -> tuple[Path, int, int, int]:
    """A file and what changes whenever it is written or replaced: it is asked for often, and read once."""
    told = file.stat()
    return file, told.st_ctime_ns, told.st_size, told.st_ino


@lru_cache(maxsize=2)
def _fingerprint(files: tuple[tuple[Path, int, int, int], ...]) -> str:
    digest = sha256(f"{version('genai-prices')} {version('podium')}".encode())
    for file, *_ in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
