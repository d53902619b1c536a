"""Questions: what the page answers is what the command line answers, and nothing else can be asked."""

from pathlib import Path

import duckdb
import pytest

from pipeline import questions
from tests.dashboards.pages import Open, in_file, said

EVERY = [each.name for each in questions.every()]


def test_all_questions_are_listed_and_a_search_looks_into_their_sql_too(app: Open) -> None:
    assert set(app("sql").dataframe[0].value["name"]) == set(EVERY)
    assert "price_history" in set(app("sql", q="LAG(").dataframe[0].value["name"])
    assert "No question has that in it." in said(app("sql", q="no such thing"))


@pytest.mark.parametrize("name", EVERY)
def test_every_question_is_answered_on_its_page_with_its_sql_and_its_command(app: Open, name: str) -> None:
    at = app("sql", question=name)
    asked = questions.named(name)
    assert asked.question in said(at)
    assert asked.answer in said(at)
    assert f"to change: {asked.change}" in said(at)
    assert [each.value for each in at.code] == [asked.sql.strip(), f"podium sql --query {name} --format csv"]
    assert at.dataframe or "The answer has no rows." in at.info[0].value


def test_the_answer_is_the_files(app: Open, demo_home: Path) -> None:
    shown = app("sql", question="spend_by_team").dataframe[0].value
    expected = in_file(demo_home, questions.named("spend_by_team").sql)
    assert list(shown["team"]) == [team for team, *_ in expected]
    assert list(shown["request_count"]) == [requests for _, requests, *_ in expected]


def test_nothing_but_a_select_of_the_file_itself_is_asked(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import published

    [file] = (published_copy / "published").glob("podium-*.duckdb")
    with duckdb.connect(str(file)) as con:
        for name, sql in {
            "writes": "create table evil as select 1",
            "twice": "select 1; select 2",
            "reads_a_file": "from read_csv('/etc/passwd')",
        }.items():
            row = {"name": name, "sql": sql}
            con.execute("insert into meta.method (table_name, kind, sql) values ($name, 'question', $sql)", row)
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    edition = published.current()
    for name, error in (
        ("writes", ValueError),
        ("twice", ValueError),
        ("reads_a_file", duckdb.Error),
        ("select 1", ValueError),
    ):
        with pytest.raises(error):
            edition.answer(name)
    assert in_file(published_copy, "select 1 from duckdb_tables() where table_name = 'evil'") == []
