"""Canonical model names for a batch, and the reference tables a published file carries."""

from functools import lru_cache
from zlib import crc32

import duckdb
import pyarrow as pa

from pipeline import names, prices, reference

SHIPPED = ("authors", "aliases", "providers", "quality", "method_changes", "citations")
MEANINGS = {
    "models": "One row per model the catalogue knows: its author, weights, context and size.",
    "authors": "One row per company that makes models, with the namespaces of its model ids.",
    "aliases": "One row per spelling of a model's name that the rules alone would not understand.",
    "providers": "One row per provider: who serves models, and what it does with the data.",
    "quality": "One row per published benchmark figure, with its source and licence; benchmarks are never mixed.",
    "method_changes": "One row per dated change of how figures are computed.",
    "citations": "One row per source of a fact or formula, with its licence; scores are cited in reference.quality.",
    "list_prices": "One row per model, provider and date its list price changed: USD per million tokens by class.",
}


def model_names(con: duckdb.DuckDBPyConnection, pairs: pa.Table) -> pa.Table:
    """`model_raw, provider_name -> model_id`, one row per distinct pair; what is unmapped is `unknown/<raw>`."""
    distinct = con.from_arrow(pairs).project("model_raw, provider_name").distinct().to_arrow_table()
    known = names.catalogue()
    raws, providers = distinct["model_raw"].to_pylist(), distinct["provider_name"].to_pylist()
    ids = [names.model_id(known, raw, provider) for raw, provider in zip(raws, providers, strict=True)]
    return distinct.append_column("model_id", pa.array(ids, pa.string()))


def fingerprint() -> str:
    """Changes when a fact does, or the columns that facts and list prices are told in."""
    columns = [column for sheet in reference.SHEETS.values() for column in sheet.columns] + prices.LIST_PRICES.names
    return f"{reference.fingerprint()}-{crc32(' '.join(columns).encode()):08x}"


def reference_tables() -> dict[str, pa.Table]:
    """The tables of schema `reference`: shipped facts, each row under the user's own of the same key."""
    return _reference_tables(reference.fingerprint())


@lru_cache(maxsize=2)
def _reference_tables(_of_everything: str) -> dict[str, pa.Table]:
    shipped = {name: reference.table(name) for name in SHIPPED}
    return {"models": _models(), **shipped, "list_prices": prices.list_price_table()}


def _models() -> pa.Table:
    authors = _authors_by_namespace()
    rows = [_with_author(row, authors) for row in reference.rows("models")]
    columns = {name: column.type for name, column in reference.SHEETS["models"].columns.items()}
    columns |= dict.fromkeys(("author", "author_name", "author_country"), pa.string())
    return pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))


def _authors_by_namespace() -> dict[str, reference.Row]:
    """The author behind the part of a model id before the slash: a namespace is not a company."""
    rows = reference.rows("authors")
    return {namespace: row for row in rows for namespace in names.words(row["namespaces"]) or (str(row["author"]),)}


def _with_author(row: reference.Row, authors: dict[str, reference.Row]) -> reference.Row:
    namespace, _, slug = str(row["model_id"]).partition("/")
    author = authors.get(namespace, {"author": namespace})
    return {
        **row,
        "model_name": row["model_name"] or slug,
        "author": author["author"],
        "author_name": author.get("author_name") or author["author"],
        "author_country": author.get("author_country"),
    }
