"""The published file tells how it is made: its own SQL, formulas, checks and questions."""

from pathlib import Path

import duckdb

from pipeline import method, publish
from pipeline.settings import SQL
from tests import steps


def told(column: str, where: str = "true") -> list[tuple]:
    version = publish.current()
    assert version is not None
    return steps.asked(version, f"select {column} from meta.method where {where} order by all")


def test_every_ranking_rollup_check_and_question_is_told_with_the_sql_of_its_file(demo_here: Path) -> None:
    files = dict(told("file, sql", "kind <> 'formula'"))
    for folder in (*method.FOLDERS, "queries"):
        for file in (SQL / folder).glob("*.sql"):
            assert files.pop(f"sql/{folder}/{file.name}") == file.read_text(encoding="utf-8").strip()
    assert files == {}


def test_every_formula_is_told_once_with_what_it_calls(demo_here: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (SQL / "macros").glob("*.sql")]
    names = [name for (name,) in told("table_name", "kind = 'formula'")]
    assert len(set(names)) == len(names) == sum(text.count("create or replace macro") for text in texts)
    assert told("comment, sql, formulas", "table_name = 'usd_per_mtok'") == [
        (
            "USD per million tokens.",
            "create or replace macro usd_per_mtok(cost_usd, tokens) as ratio(cost_usd, tokens) * 1e6;",
            ["ratio"],
        )
    ]


def test_a_table_says_which_tables_it_reads_and_which_formulas_it_calls(demo_here: Path) -> None:
    assert told("kind, reads, formulas", "table_name = 'rankings.exposure'") == [
        ("ranking", ["rankings.market", "rankings.periods", "rollups.usage_daily"], ["board_tokens", "ratio"])
    ]


def test_every_computed_table_of_the_file_is_told(demo_here: Path) -> None:
    version = publish.current()
    assert version is not None
    tables = steps.asked(
        version, "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'reference'"
    )
    assert {name for (name,) in tables} - {name for (name,) in told("table_name")} == {"meta.checks", "meta.method"}


def test_it_is_written_again_only_when_the_sql_is_another() -> None:
    with duckdb.connect() as con:
        con.execute("create schema meta")
        method.tell(con)
        con.execute("update meta.method set comment = 'as it was'")
        method.tell(con)
        assert con.execute("select distinct comment from meta.method").fetchall() == [("as it was",)]
        con.execute("update meta.method set sql = 'select 1' where table_name = 'rankings.price'")
        method.tell(con)
        assert con.execute("select count(*) from meta.method where comment = 'as it was'").fetchall() == [(0,)]
