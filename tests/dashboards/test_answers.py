"""Answers to machines: which boards there are, what may be asked of them, in what order, and what is refused."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import answers
import badge as drawn
import boards
import duckdb
import prometheus
import pyarrow.parquet as pq
import pytest
from boards import Opened

from tests.dashboards.pages import in_file

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def opened(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("PODIUM_HOME", str(demo_home))
    return boards.current()


@pytest.fixture
def altered(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Opened]:
    """The demo's version after a statement."""

    def alter(statement: str) -> Opened:
        [file] = (published_copy / "published").glob("podium-*.duckdb")
        with duckdb.connect(str(file)) as con:
            con.execute(statement)
        monkeypatch.setenv("PODIUM_HOME", str(published_copy))
        return boards.current()

    return alter


def told(opened: Opened, board: str, *query: tuple[str, str]) -> dict[str, Any]:
    return json.loads(answers.board(opened, board, "json", query).make())


def whole(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "") else None


def refused(opened: Opened, board: str, *query: tuple[str, str], form: str = "json") -> tuple[int, dict[str, Any]]:
    with pytest.raises(answers.RefusedError) as reason:
        answers.board(opened, board, form, query)
    return reason.value.status, reason.value.told


def test_every_ranked_table_of_the_file_is_a_board_and_a_new_one_is_too(
    demo_home: Path, altered: Callable[[str], Opened]
) -> None:
    held = in_file(
        demo_home,
        "select table_name from duckdb_columns() where schema_name = 'rankings' group by 1 "
        "having list_contains(list(column_name), 'period') and list_contains(list(column_name), 'rank')",
    )
    opened = altered(
        "create table rankings.patience as select '1w' as period, 2 as rank, 'a/b' as model_id "
        "union all select '1w', 1, 'c/d' union all select '4w', 1, 'a/b'"
    )
    assert {*opened.boards} == {name for (name,) in held} - {"standings"} | {"providers", "value", "patience"}
    assert told(opened, "patience")["data"] == [
        {"period": "1w", "rank": 1, "model_id": "c/d"},
        {"period": "1w", "rank": 2, "model_id": "a/b"},
    ]


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_each_format_holds_the_rows_of_the_published_table(opened: Opened, demo_home: Path, form: str) -> None:
    expected = in_file(
        demo_home,
        "select model_id, value, total_tokens from rankings.leaderboard where period = '4w' and unit = 'spend' "
        "order by model_id = 'other', rank nulls last, model_id",
    )
    body = answers.board(opened, "leaderboard", form, [("unit", "spend"), ("period", "4w")]).make()
    if form == "json":
        rows = json.loads(body)["data"]
    else:
        is_csv = form == "csv"
        rows = (
            list(csv.DictReader(io.StringIO(body.decode()))) if is_csv else pq.read_table(io.BytesIO(body)).to_pylist()
        )
    read = [(row["model_id"], Decimal(row["value"]), whole(row["total_tokens"])) for row in rows]
    assert len(read) > 20
    assert read == expected


def test_json_says_what_it_is_of(opened: Opened, demo_home: Path) -> None:
    meta = told(opened, "leaderboard", ("limit", "1"))["meta"]
    assert {
        name: meta[name] for name in ("as_of", "start_date", "end_date", "last_date", "version", "is_simulated")
    } == {
        "as_of": "2026-11-25T09:30:00Z",
        "start_date": "2026-11-16",
        "end_date": "2026-11-23",
        "last_date": "2026-11-22",
        "version": 1,
        "is_simulated": True,
    }
    shares = "usage_coverage_share, pricing_coverage_share, user_coverage_share"
    [known] = in_file(demo_home, f"select {shares} from rankings.totals where period = '1w'")
    assert tuple(meta["coverage"][name] for name in shares.split(", ")) == known
    assert (meta["coverage"]["days_logged"], meta["coverage"]["days"]) == (7, 7)
    assert meta["parameters"] == {"period": "1w", "unit": "tokens", "limit": 1}
    assert meta["citation"].endswith(
        "board leaderboard (1w, tokens), version 1, as of 2026-11-25T09:30:00Z, simulated traffic"
    )
    assert meta["definition"].startswith("One row per period, unit and model")
    assert (meta["row_count"], meta["total_row_count"] > 1) == (1, True)


def test_parquet_carries_the_same_description(opened: Opened) -> None:
    table = pq.read_table(io.BytesIO(answers.board(opened, "price", "parquet", ()).make()))
    assert json.loads(table.schema.metadata[b"podium"]) == told(opened, "price")["meta"]


def test_other_is_last_and_a_limit_cuts_from_the_end(opened: Opened) -> None:
    rows = told(opened, "leaderboard")["data"]
    assert (rows[-1]["model_id"], rows[-1]["rank"]) == ("other", None)
    assert [row["rank"] for row in rows[:-1]] == list(range(1, len(rows)))
    assert told(opened, "leaderboard", ("limit", "3"))["data"] == rows[:3]


def test_rows_are_asked_for_by_name(opened: Opened) -> None:
    first = told(opened, "leaderboard")["data"][0]
    asked = told(opened, "leaderboard", ("model", first["model_id"]), ("author", first["author"]))
    assert asked["data"] == [first]
    assert told(opened, "leaderboard", ("model", "' or 1=1 --"))["data"] == []
    markets = told(opened, "market", ("market", "author"), ("member", first["author"]))["data"]
    assert [(row["market"], row["member"]) for row in markets] == [("author", first["author"])]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ([("unit", "money")], {"error": "unit can not be 'money'", "parameter": "unit"}),
        ([("period", "to_date")], {"error": "period can not be 'to_date'", "parameter": "period"}),
        ([("colour", "red")], {"error": "there is no parameter 'colour'"}),
        ([("market", "model")], {"error": "there is no parameter 'market'"}),
        ([("unit", "tokens"), ("unit", "spend")], {"error": "unit is given twice"}),
        ([("limit", "0")], {"error": "limit is a whole number from 1 to 10000"}),
        ([("limit", "10001")], {"error": "limit is a whole number from 1 to 10000"}),
        ([("limit", "1e3")], {"error": "limit is a whole number from 1 to 10000"}),
        ([("limit", "-1")], {"error": "limit is a whole number from 1 to 10000"}),
        ([("limit", "٣")], {"error": "limit is a whole number from 1 to 10000"}),
        ([("limit", "9" * 5000)], {"error": "limit is a whole number from 1 to 10000"}),
        ([("model", "m" * 301)], {"error": "model is longer than 300 characters"}),
    ],
)
def test_what_can_not_be_asked_is_refused_with_the_reason(
    opened: Opened, query: list[tuple[str, str]], reason: dict[str, str]
) -> None:
    status, said = refused(opened, "leaderboard", *query)
    assert status == 400
    assert reason.items() <= said.items()


def test_a_refusal_names_what_is_allowed(opened: Opened) -> None:
    assert refused(opened, "leaderboard", ("unit", "x"))[1]["allowed"] == ["tokens", "requests", "spend", "users"]
    assert refused(opened, "latency", ("unit", "tokens"))[1]["allowed"] == ["period", "model", "limit"]
    status, said = refused(opened, "standings")
    assert (status, "leaderboard" in said["boards"]) == (404, True)
    assert refused(opened, "leaderboard", form="xlsx") == (
        404,
        {"error": "no board is written as 'xlsx'", "formats": ["json", "csv", "parquet"]},
    )


def test_before_the_first_whole_week_boards_are_empty_and_the_usual_choices_stay(
    altered: Callable[[str], Opened],
) -> None:
    opened = altered("delete from rankings.leaderboard; delete from rankings.periods where is_complete")
    empty = told(opened, "leaderboard", ("period", "12w"), ("unit", "users"))
    assert empty["data"] == []
    assert (empty["meta"]["start_date"], empty["meta"]["coverage"]["days_logged"]) == (None, None)


def test_the_index_describes_every_board_its_columns_and_parameters(opened: Opened) -> None:
    index = json.loads(answers.index(opened).make())
    assert [board["board"] for board in index["boards"]] == sorted(opened.boards)
    assert index["meta"] == {
        "as_of": "2026-11-25T09:30:00Z",
        "data_through": index["meta"]["data_through"],
        "version": 1,
        "is_simulated": True,
    }
    described = next(board for board in index["boards"] if board["board"] == "leaderboard")
    assert described["parameters"]["unit"] == {
        "default": "tokens",
        "allowed": ["tokens", "requests", "spend", "users"],
    }
    assert [column["name"] for column in described["columns"]][:4] == ["period", "unit", "rank", "model_id"]
    undescribed = [column for board in index["boards"] for column in board["columns"] if not column["meaning"]]
    assert undescribed == []


def test_a_badge_says_the_rank_among_all_models(opened: Opened, demo_home: Path) -> None:
    [(model, rank)] = in_file(
        demo_home, "select model_id, rank from rankings.standings where period = '1w' and unit = 'users' and rank = 51"
    )
    [(count,)] = in_file(demo_home, "select count(rank) from rankings.standings where period = '1w' and unit = 'users'")
    image = ElementTree.fromstring(answers.badge(opened, model, [("unit", "users")]).make())  # noqa: S314
    texts = [element.text for element in image.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == [f"{model} · users, week, simulated", f"#{rank} of {count}"]


def test_a_model_without_a_rank_is_unranked_and_one_without_traffic_is_refused(opened: Opened) -> None:
    assert b"unranked" in drawn.svg("a/b", {"rank": None, "is_hidden": False, "model_count": 3}, "spend", "1w", False)
    with pytest.raises(answers.RefusedError, match="no traffic of a model 'nobody/knows'") as reason:
        answers.badge(opened, "nobody/knows", ())
    assert reason.value.status == 404


def test_the_feed_tells_new_leaders_new_models_and_movers_and_nothing_twice(altered: Callable[[str], Opened]) -> None:
    opened = altered(
        "delete from rankings.leaderboard where period = '1w';"
        "insert into rankings.leaderboard by name "
        "select '1w' as period, 'tokens' as unit, * from (values"
        " (1, 'a/leads', 2, 1, false, false), (2, 'a/led', 1, -1, false, false), (3, 'b/new', null, null, true, null),"
        " (4, 'c/up', 9, 5, false, false), (5, 'd/small', 20, 15, false, true), (6, 'e/still', 6, 0, false, false))"
        " as t(rank, model_id, previous_rank, rank_change, is_new, is_small_base)"
    )
    feed = ElementTree.fromstring(answers.feed(opened).make())  # noqa: S314
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [
        "a/leads leads by tokens",
        "New: b/new enters at rank 3 by tokens",
        "c/up rises from rank 9 to 4 by tokens",
    ]
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 4
    assert feed.findtext(f"{ATOM}updated") == "2026-11-25T09:30:00Z"
    assert feed.findtext(f"{ATOM}title") == "Podium: model rankings (simulated traffic)"


def test_a_first_week_is_no_news(altered: Callable[[str], Opened]) -> None:
    opened = altered("update rankings.leaderboard set is_new = null, previous_rank = null, rank_change = null")
    assert b"<entry>" not in answers.feed(opened).make()


def test_metrics_are_the_figures_of_the_file(opened: Opened, demo_home: Path) -> None:
    lines = answers.metrics(opened).make().decode().splitlines()
    samples = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    rows = in_file(demo_home, "select source, row_count from meta.sources")
    assert {source: int(samples[f'podium_source_rows{{source="{source}"}}']) for source, _ in rows} == dict(rows)
    assert float(samples["podium_as_of_timestamp_seconds"]) == 1795599000
    [[checks]] = in_file(demo_home, "select count(*) from meta.checks")
    assert sum(name.startswith("podium_check_violations") for name in samples) == checks > 20
    types = [line for line in lines if line.startswith("# TYPE")]
    assert len(types) == len(set(types))


def test_labels_are_escaped_as_prometheus_reads_them() -> None:
    sample = {"name": "n", "meaning": "m", "labels": {"source": 'a"b\\c\nd'}, "value": 0.5}
    assert prometheus.text([sample]).decode() == '# HELP n m\n# TYPE n gauge\nn{source="a\\"b\\\\c\\nd"} 0.5\n'
