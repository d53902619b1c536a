"""The published file as the app finds it: current, missing, replaced, refused."""

import json
from pathlib import Path

import duckdb
import published
import pytest
import streamlit as st

from tests.dashboards.pages import DASHBOARDS, opened, said


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty published folder that the app looks at."""
    monkeypatch.setenv("PODIUM_HOME", str(tmp_path))
    (tmp_path / "published").mkdir()
    return tmp_path / "published"


def publish(folder: Path, version: int, file: str | None = None) -> Path:
    path = folder / f"podium-{version}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema meta")
        con.execute(f"create table meta.batches as select 'source-{version}' as source")
    point(folder, version, file or path.name)
    return path


def point(folder: Path, version: int, file: str) -> None:
    (folder / "CURRENT").write_text(json.dumps({"version": version, "file": file}))


def test_the_version_current_names_is_read(folder: Path) -> None:
    publish(folder, 1)
    assert published.current().rows("sources").to_pylist() == [{"source": "source-1"}]


def test_a_new_version_is_read_as_soon_as_the_pointer_moves(folder: Path) -> None:
    publish(folder, 1)
    old = published.current()
    publish(folder, 2)
    assert published.current().rows("sources").to_pylist() == [{"source": "source-2"}]
    assert old.rows("sources").to_pylist() == [{"source": "source-1"}]


def test_a_table_is_asked_for_once_and_shared(folder: Path) -> None:
    publish(folder, 1)
    assert published.current().rows("sources") is published.current().rows("sources")


def test_a_version_collected_between_pointer_and_opening_is_looked_up_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(folder, 2)
    looks = iter([published.Edition(1, folder / "podium-1.duckdb"), published.Edition(2, folder / "podium-2.duckdb")])
    monkeypatch.setattr(published, "pointed", lambda: next(looks))
    assert published.current().version == 2


def test_a_pointer_never_leads_out_of_the_published_folder(folder: Path) -> None:
    point(folder, 1, "../../elsewhere.duckdb")
    assert published.pointed().file == folder / "elsewhere.duckdb"


@pytest.mark.parametrize("pointer", ["", "{}", "[1]", '{"version": "x", "file": "f"}'])
def test_a_broken_pointer_is_no_version(folder: Path, pointer: str) -> None:
    (folder / "CURRENT").write_text(pointer)
    with pytest.raises(published.NothingPublishedError, match="CURRENT is not readable"):
        published.pointed()


def test_the_file_cannot_reach_the_disk(folder: Path) -> None:
    path = publish(folder, 1)
    with duckdb.connect(str(path), read_only=True, config=published.LOCKED) as con, pytest.raises(duckdb.Error):
        con.execute("select * from read_text('/etc/hostname')").fetchall()


def test_a_refused_newer_version_is_told_and_an_older_verdict_is_not(folder: Path) -> None:
    publish(folder, 4)
    edition = published.current()
    (folder / "AUDIT").write_text(json.dumps({"version": 5, "failed": {"usage_daily__adds_up": 3}}))
    assert published.refused_after(edition) == {"usage_daily__adds_up": 3}
    (folder / "AUDIT").write_text(json.dumps({"version": 4, "failed": {"usage_daily__adds_up": 3}}))
    assert published.refused_after(edition) == {}


def test_every_query_is_one_file_that_says_what_its_row_is() -> None:
    for file in sorted((DASHBOARDS / "queries").glob("*.sql")):
        assert file.read_text().startswith("-- One row"), file.name


def test_without_a_published_file_the_page_says_how_to_make_one(folder: Path) -> None:
    at = opened()
    assert "Nothing has been published yet" in said(at)
    assert at.code[0].value == "podium demo"


def test_a_refused_version_is_told_on_every_page(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    (published_copy / "published" / "AUDIT").write_text(json.dumps({"version": 99, "failed": {"a__b": 3}}))
    assert "a\\_\\_b (3)" in opened("health").warning[0].value
