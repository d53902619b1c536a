"""A file that another version of Podium published: the page says so and what to do, instead of failing."""

from pathlib import Path

import duckdb
import pytest
import streamlit as st

from tests.dashboards.pages import opened, said


@pytest.fixture
def older(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A published version whose leaderboard lacks a column, and which has no regressions."""
    [file] = (published_copy / "published").glob("podium-*.duckdb")
    with duckdb.connect(str(file)) as con:
        con.execute("alter table rankings.leaderboard drop column is_hidden")
        con.execute("drop table rankings.regressions")
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    st.cache_resource.clear()


@pytest.mark.parametrize("page", ["", "speed"])
def test_a_page_of_an_older_file_says_what_to_do(older, page):
    at = opened(page)
    assert "another version of Podium" in said(at)
    assert "podium refresh" in [code.value for code in at.code]


def test_a_page_that_finds_what_it_reads_is_shown(older):
    assert "another version of Podium" not in said(opened("method"))
