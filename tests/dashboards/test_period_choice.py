"""Day, week and month on the pages, and the timezone they name."""

from pathlib import Path

import duckdb
import pytest
import streamlit as st

from tests.dashboards.pages import Open, in_file, opened, said


def test_a_day_and_a_month_are_named_by_their_dates(app: Open, demo_home: Path) -> None:
    dates = dict(in_file(demo_home, "select period, start_date from rankings.periods"))
    assert f"{dates['1d']:%A}, {dates['1d'].day} {dates['1d']:%b} {dates['1d'].year}" in said(app(period="1d"))
    assert f"{dates['1mo']:%B %Y}" in said(app(period="1mo"))


@pytest.mark.parametrize("page", ["", "share", "value", "model"])
def test_only_logged_periods_are_offered(published_copy: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    with duckdb.connect(str(next((published_copy / "published").glob("podium-*.duckdb")))) as con:
        con.execute("delete from rankings.periods where period = '1mo'")
        con.execute("update meta.publication set reporting_timezone = 'America/New_York'")
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    at = opened(page)
    (offered,) = [group.proto.options for group in at.get("button_group") if "Week" in str(group.proto)]
    assert "Month" not in str(offered)
    assert "Day" in str(offered)
    assert "(America/New_York)" in said(at) or page == "model"
    st.cache_resource.clear()
    st.cache_data.clear()
