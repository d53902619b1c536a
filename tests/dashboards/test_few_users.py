"""A count of fewer than k users is shown as that, on pages and to machines: never as a dash alone, never as 0."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st

from tests.dashboards.pages import in_file, opened, said


@pytest.fixture
def few(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A model of the weekly board by users, which the published file hides, as rankings.active_users would."""
    st.cache_data.clear()
    st.cache_resource.clear()
    [file] = (published_copy / "published").glob("podium-*.duckdb")
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        told = "from rankings.standings where period = '1w' and unit = 'users' and rank = 3"
        [(model,)] = con.execute(f"select model_id {told}").fetchall()
        of = f"where period = '1w' and model_id = '{model}'"
        for table in ("standings", "leaderboard"):
            con.execute(
                f"update rankings.{table} set value = null, rank = null, is_hidden = true {of} and unit = 'users'"
            )
        con.execute(f"update rankings.leaderboard set share = null {of} and unit = 'users'")
        for table in ("volume", "leaderboard"):
            con.execute(f"update rankings.{table} set active_user_count = null, has_hidden_users = true {of}")
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    yield model
    st.cache_data.clear()
    st.cache_resource.clear()


def test_the_board_by_users_names_it_after_the_ranked_ones_and_says_why(few: str) -> None:
    at = opened(by="users")
    board = at.dataframe[0].value
    [row] = board[board["model_id"] == few].to_dict("records")
    assert row["drawn_few"] == "<5"
    assert board["value"].isna().sum() == 1
    assert "<5: fewer than 5 users, or hidden so that no such count is given back; not ranked." in said(at)


def test_the_board_by_tokens_has_no_such_column(few: str) -> None:
    assert "drawn_few" not in opened().dataframe[0].value


def test_compare_says_fewer_than_k(few: str, published_copy: Path) -> None:
    of_users = "rankings.standings where period = '1w' and unit = 'users'"
    [(first,)] = in_file(published_copy, f"select model_id from {of_users} and rank = 1")
    at = opened("compare", m=[few, first], period="1w")
    [body] = [element.proto.body for element in at.get("html") if "<table" in element.proto.body]
    [line] = [line for line in body.split("<tr>") if ">Users<" in line]
    assert "<td>&lt;5</td>" in line


def test_a_badge_says_that_its_users_are_too_few(few: str) -> None:
    import answers
    import boards

    svg = answers.badge(boards.current(), few, [("unit", "users")]).make().decode()
    assert "too few users to tell" in svg
    assert "#" not in svg.partition("</title>")[0]


def test_the_exported_page_and_the_json_board_hide_it_too(few: str) -> None:
    import answers
    import boards
    import no_js

    opened_file = boards.current()
    page = no_js.page(opened_file, "1w", {}).decode()
    of_users = page.partition('id="by-users"')[2].partition("<h2")[0]
    assert "&lt;5" in next(line for line in of_users.split("<tr") if f">{few}<" in line)
    asked = [("unit", "users"), ("model", few)]
    [told] = json.loads(answers.board(opened_file, "leaderboard", "json", asked).make())["data"]
    assert [told[name] for name in ("value", "rank", "share", "active_user_count")] == [None] * 4
    assert told["is_hidden"]
    written = answers.board(opened_file, "leaderboard", "csv", asked).make().decode()
    [row] = csv.DictReader(io.StringIO(written))
    assert (row["value"], row["rank"], row["active_user_count"], row["is_hidden"]) == ("", "", "", "True")
