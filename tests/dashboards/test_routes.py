"""The server of the pages, asked by machines over HTTP: every route, caching, other sites, hostile names."""

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.browser.conftest import serving
from tests.dashboards.pages import EVIL, copied, in_file, poison

FRIEND = "https://dash.example"
UNITS = ("tokens", "requests", "spend", "users")


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(demo_home, tmp_path_factory.mktemp("server") / "log") as here:
        yield here


@pytest.fixture(scope="module")
def hostile(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the demo with hostile names, that lets pages of one other site read."""
    home = copied(demo_home, tmp_path_factory.mktemp("hostile") / "home")
    poison(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODIUM_API_ORIGINS", f"{FRIEND}, https://other.example/")
        with serving(home, home / "log") as here:
            yield here


class Got:
    """An answer: its status, headers and body."""

    def __init__(self, status: int, headers: HTTPMessage, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def json(self) -> Any:
        return json.loads(self.body)


def ask(address: str, path: str, method: str = "GET", **headers: str) -> Got:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Got(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def boards_of(address: str) -> list[dict[str, Any]]:
    return ask(address, "/api/v1/").json()["boards"]


def rows_of(home: Path, board: str, condition: str) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in in_file(home, f"from rankings.{board} where {condition}")}


def test_every_board_answers_in_every_format_with_the_rows_of_the_file(address: str, demo_home: Path) -> None:
    for board in boards_of(address):
        choices = {name: told["allowed"][-1] for name, told in board["parameters"].items() if "default" in told}
        choices.pop("limit")
        condition = " and ".join(f"{name} = '{value}'" for name, value in choices.items())
        expected = rows_of(demo_home, board["board"], condition)
        as_json, as_csv, as_parquet = (ask(address, f"/api/v1/{path}?{urlencode(choices)}") for path in board["paths"])
        assert [got.status for got in (as_json, as_csv, as_parquet)] == [200, 200, 200], board["board"]
        table = pq.read_table(io.BytesIO(as_parquet.body))
        assert {tuple(map(str, row.values())) for row in table.to_pylist()} == expected
        assert len(table) == len(as_json.json()["data"]) == as_json.json()["meta"]["total_row_count"]
        assert len(list(csv.reader(io.StringIO(as_csv.body.decode())))) == len(table) + 1
        assert all([*row] == table.column_names for row in as_json.json()["data"])
        assert as_parquet.headers["Content-Type"] == "application/vnd.apache.parquet"
        assert as_csv.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_what_a_client_holds_is_not_sent_again(address: str) -> None:
    for path in ("/api/v1/", "/api/v1/leaderboard.csv", "/api/v1/price.parquet?period=4w", "/feed.xml"):
        first = ask(address, path)
        again = ask(address, path, If_None_Match=first.headers["ETag"])
        assert (first.status, again.status, again.body) == (200, 304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert first.headers["Cache-Control"] == "max-age=60"
        assert ask(address, path, If_None_Match='W/"older"').body == first.body
    assert ask(address, "/api/v1/leaderboard.json?unit=x", If_None_Match=first.headers["ETag"]).status == 400


def test_head_answers_as_get_without_the_body(address: str) -> None:
    for path in ("/api/v1/leaderboard.json", "/feed.xml", "/metrics", "/api/v1/nothing.json"):
        head, got = ask(address, path, "HEAD"), ask(address, path)
        assert (head.status, head.body) == (got.status, b"")
        assert head.headers["Content-Length"] == str(len(got.body))


def test_nothing_can_be_written(address: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask(address, "/api/v1/leaderboard.json", method).status == 405


def test_mistakes_are_told_in_json_and_never_as_a_page(address: str) -> None:
    unknown = ask(address, "/api/v1/nothing.json")
    assert (unknown.status, unknown.json()["error"]) == (404, "there is no board 'nothing'")
    assert "leaderboard" in unknown.json()["boards"]
    wrong = ask(address, "/api/v1/leaderboard.json?period=2w")
    assert (wrong.status, wrong.json()["allowed"]) == (400, ["1w", "4w", "12w", "1d", "1mo"])
    assert wrong.headers["Cache-Control"] == "no-store"
    for path in ("/api/", "/api/v1", "/api/v2/leaderboard.json", "/api/v1/leaderboard", "/badge/", "/badge/a/b.png"):
        got = ask(address, path)
        assert got.status == 307 or (got.status == 404 and "error" in got.json()), path
    for path in ("/feed.xml?x=1", "/metrics?x=1", "/api/v1/?x=1"):
        assert ask(address, path).status == 400


def test_other_sites_read_only_where_they_are_named(address: str, hostile: str) -> None:
    def allowed(server: str, origin: str, method: str = "GET") -> str | None:
        return ask(server, "/api/v1/", method, Origin=origin).headers.get("Access-Control-Allow-Origin")

    assert allowed(address, FRIEND) is None
    assert allowed(hostile, FRIEND) == FRIEND
    assert allowed(hostile, "https://other.example", "OPTIONS") == "https://other.example"
    assert allowed(hostile, "https://evil.test") is None
    preflight = ask(hostile, "/api/v1/", "OPTIONS", Origin=FRIEND)
    assert (preflight.status, preflight.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert ask(hostile, "/feed.xml").headers["Vary"].startswith("Origin")


def test_on_a_loopback_only_its_own_names_and_those_allowed_are_answered(address: str, hostile: str) -> None:
    for path in ("/api/v1/", "/metrics", "/feed.xml", "/badge/a/b.svg"):
        assert ask(address, path, Host="rebound.evil.test").status == 403
    assert ask(address, "/api/v1/", Host="localhost:8501").status == 200
    assert ask(hostile, "/api/v1/", Host="dash.example").status == 200


def test_metrics_tell_of_a_refused_version(hostile: str, address: str) -> None:
    got = ask(address, "/metrics")
    assert got.body.decode().endswith("podium_audit_refused_checks 0\n")
    assert (got.headers["Cache-Control"], "ETag" in got.headers) == ("no-store", False)


def test_hostile_names_reach_every_format_as_written_and_run_nowhere(hostile: str) -> None:
    first = ask(hostile, f"/api/v1/leaderboard.json?{urlencode({'model': EVIL})}").json()["data"][0]
    assert (first["model_id"], first["author"], first["rank"]) == (EVIL, EVIL, 1)
    body = ask(hostile, f"/api/v1/providers.parquet?{urlencode({'provider': EVIL})}").body
    assert {row["provider_name"] for row in pq.read_table(io.BytesIO(body)).to_pylist()} == {EVIL}
    badge = ask(hostile, f"/badge/{quote(EVIL, safe='/')}.svg")
    image = ElementTree.fromstring(badge.body)  # noqa: S314
    said = image.findtext("{http://www.w3.org/2000/svg}title")
    assert said is not None
    assert said.startswith(EVIL[:47])
    assert {element.tag.partition("}")[2] for element in image.iter()} <= {
        "svg",
        "title",
        "clipPath",
        "rect",
        "g",
        "text",
    }
    assert "sandbox" in badge.headers["Content-Security-Policy"]
    ElementTree.fromstring(ask(hostile, "/feed.xml").body)  # noqa: S314
    for path in ("/api/v1/leaderboard.json?", "/api/v1/market.json?market=author&"):
        assert all(ord(character) >= 32 for character in ask(hostile, path).json()["meta"]["citation"])


def test_paths_that_climb_reach_no_file(address: str) -> None:
    for path in ("/badge/..%2f..%2fCURRENT.svg", "/api/v1/..%2f..%2fCURRENT.json", "/api/v1/%2e%2e/x.json"):
        assert ask(address, path).status in (400, 404)


def test_many_ask_at_once_and_each_gets_its_own_rows(address: str) -> None:
    paths = [f"/api/v1/leaderboard.json?unit={unit}&period={period}" for unit in UNITS for period in ("1w", "4w")]
    expected = {path: ask(address, path).json()["data"] for path in paths}
    with ThreadPoolExecutor(8) as pool:
        for path, got in zip(paths * 6, pool.map(lambda path: ask(address, path), paths * 6), strict=True):
            assert got.json()["data"] == expected[path]


def test_a_new_version_is_answered_at_once_and_a_missing_one_told(demo_home: Path, tmp_path: Path) -> None:
    home = copied(demo_home, tmp_path / "home")
    folder = home / "published"
    pointer = json.loads((folder / "CURRENT").read_text())
    (folder / "CURRENT").rename(folder / "HIDDEN")
    with serving(home, tmp_path / "log") as here:
        nothing = ask(here, "/api/v1/leaderboard.json")
        assert (nothing.status, nothing.json()["error"]) == (503, "Nothing has been published yet")
        (folder / "HIDDEN").rename(folder / "CURRENT")
        first = ask(here, "/api/v1/leaderboard.json?limit=1").json()
        second = folder / "podium-2.duckdb"
        shutil.copyfile(folder / pointer["file"], second)
        alter(second, "update meta.publication set version = 2; delete from rankings.leaderboard where rank = 1")
        (folder / "NEXT").write_text(json.dumps(pointer | {"version": 2, "file": second.name}))
        (folder / "NEXT").rename(folder / "CURRENT")
        os.remove(folder / pointer["file"])
        changed = ask(here, "/api/v1/leaderboard.json?limit=1").json()
    assert (first["meta"]["version"], changed["meta"]["version"]) == (1, 2)
    assert (first["data"][0]["rank"], changed["data"][0]["rank"]) == (1, 2)


def alter(file: Path, statement: str) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute(statement)


def test_the_pages_are_served_beside_them(address: str) -> None:
    assert ask(address, "/_stcore/health").body == b"ok"
    assert b"<title>Streamlit</title>" in ask(address, "/share").body
    assert ask(address, "/app/static/podium.png").status == 200
