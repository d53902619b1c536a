"""Dictionary: every table and column of the published file."""

from pathlib import Path

from tests.dashboards.pages import Open, in_file, said

COLUMNS = "from duckdb_columns() where not internal"


def test_it_lists_every_table_and_every_column_with_what_it_means(app: Open, demo_home: Path) -> None:
    listed, columns = (each.value for each in app("dictionary").dataframe)
    assert len(listed) == in_file(demo_home, "select count(*) from duckdb_tables() where not internal")[0][0]
    assert len(columns) == in_file(demo_home, f"select count(*) {COLUMNS}")[0][0]
    assert listed["meaning"].str.startswith("One row").all()


def test_a_unit_stands_apart_from_the_meaning(app: Open) -> None:
    shown = app("dictionary", table="rankings.price").dataframe[0].value.set_index("column_name")
    assert tuple(shown.loc["effective_usd_per_mtok", ["unit", "data_type"]]) == ("USD per million tokens", "DOUBLE")
    assert shown.loc["effective_usd_per_mtok", "meaning"].endswith("priced and free rows")
    assert "table_name" not in shown


def test_a_search_finds_words_of_names_and_meanings(app: Open) -> None:
    found = app("dictionary", q="Wilson").dataframe[-1].value
    assert {"request_success_rate_low", "request_success_rate_high"} <= set(found["column_name"])
    assert found["meaning"].str.contains("Wilson").all()


def test_nothing_found_has_one_way_out(app: Open) -> None:
    at = app("dictionary", q="no such thing")
    assert "No column has that in its name or meaning." in said(at)
    assert [button.label for button in at.button] == ["Clear filters"]


def test_every_column_of_the_file_has_a_meaning(demo_home: Path) -> None:
    assert in_file(demo_home, f"select schema_name, table_name, column_name {COLUMNS} and comment is null") == []
