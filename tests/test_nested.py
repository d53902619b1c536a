"""A call told twice, as a span inside another: the inner one counts, in whatever files and hours both arrive."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from pipeline import lake, warehouse
from pipeline.publish import Published
from pipeline.settings import SQL, settings
from tests import steps
from tests.rows import NOON, attempt

OUTER = {"trace_id": "t", "span_id": "outer", "cost_usd": 0.5}
INNER = {"trace_id": "t", "span_id": "inner", "enclosing_span_id": "outer"}


def counted(published: Published) -> list[tuple[Any, ...]]:
    return steps.asked(
        published, "select hour(hour), sum(row_count), sum(cost_usd) from rollups.usage_hourly group by all"
    )


def uncounted(published: Published) -> list[tuple[Any, ...]]:
    return steps.asked(published, "select event_date, source, reason, row_count from rollups.uncounted_daily")


def published_of(folder: Path, *files: Sequence[dict[str, Any]]) -> Published:
    """Land these files one after the other, rolling up after each."""
    for rows in files:
        steps.land_rows(folder, *rows)
        steps.roll_up()
    return steps.publish_now()


@pytest.mark.parametrize("is_outer_first", [True, False])
def test_the_inner_call_counts_whichever_comes_first(home, tmp_path, is_outer_first):
    both = [[attempt(58, **OUTER)], [attempt(61, **INNER), attempt(3)]]
    published = published_of(tmp_path, *(both if is_outer_first else reversed(both)))
    assert [(hour, rows, float(cost)) for hour, rows, cost in sorted(counted(published))] == [
        (12, 1, 0.0035),
        (13, 1, 0.0035),
    ]
    assert uncounted(published) == [(NOON.date(), "simulator", "nested", 1)]


def test_an_inner_call_that_comes_late_makes_the_outer_one_s_hour_anew(home, tmp_path):
    steps.land_rows(tmp_path, attempt(58, **OUTER))
    steps.roll_up()
    steps.land_rows(tmp_path, attempt(61, **INNER))
    assert steps.roll_up() == [NOON, NOON + timedelta(hours=1)]


def test_an_outer_call_that_comes_late_leaves_the_inner_one_s_hour_as_it_was(home, tmp_path):
    steps.land_rows(tmp_path, attempt(61, **INNER))
    steps.roll_up()
    steps.land_rows(tmp_path, attempt(58, **OUTER))
    assert steps.roll_up() == [NOON]


def test_a_chain_over_midnight_ends_at_the_same_tables_in_any_order(tmp_path):
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    starts = [midnight - timedelta(minutes=61), midnight - timedelta(minutes=1), midnight]
    names = [None, "a", "b", "c"]
    chain = [
        attempt(
            number,
            trace_id="t",
            span_id=names[number],
            enclosing_span_id=names[number - 1],
            start_time=starts[number - 1],
            cost_usd=float(number),
        )
        for number in (1, 2, 3)
    ]
    seen = []
    for place, order in enumerate((chain, chain[::-1], [chain[1], chain[2], chain[0]])):
        with steps.at_home(tmp_path / str(place)):
            for row in order:
                steps.land_rows(tmp_path / str(place), row)
                steps.roll_up()
            published = steps.publish_now()
            seen.append(steps.contents(published))
            assert steps.asked(published, "select sum(cost_usd) from rollups.usage_daily") == [(3,)]
    assert seen == [seen[0]] * 3


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ({}, {"trace_id": "other"}),
        ({}, {"start_time": NOON + timedelta(hours=2)}),
        ({"trace_id": None}, {"trace_id": None}),
        ({}, {"operation_name": "embeddings"}),
    ],
    ids=["another trace", "two hours later", "no trace", "an embedding inside a chat"],
)
def test_what_is_not_surely_the_same_call_counts(home, tmp_path, outer, inner):
    published = published_of(tmp_path, [attempt(1, **OUTER | outer)], [attempt(2, **INNER | inner)])
    assert steps.asked(published, "select sum(row_count) from rollups.usage_daily") == [(2,)]
    assert uncounted(published) == []


def ring(*starts: int) -> list[dict[str, Any]]:
    """Calls at these minutes after noon, each inside the next, and the last inside the first."""
    size = len(starts)
    return [
        attempt(
            number + 1,
            trace_id="t",
            span_id=f"span-{number}",
            enclosing_span_id=f"span-{(number + 1) % size}",
            start_time=NOON + timedelta(minutes=minute),
            cost_usd=float(10**number),
        )
        for number, minute in enumerate(starts)
    ]


def left_out(calls: list[dict[str, Any]]) -> set[str]:
    """The calls that give way, each hour folded by itself with the hours on either side."""
    hours = {call["start_time"].replace(minute=0) for call in calls}
    gone = set()
    for hour in hours:
        around = [call for call in calls if abs(call["start_time"].replace(minute=0) - hour) <= timedelta(hours=1)]
        columns = (
            "source_row",
            "trace_id",
            "span_id",
            "enclosing_span_id",
            "outer_span_id",
            "operation_name",
            "source",
        )
        seen = [{name: each.get(name) for name in columns} | {"batch_id": "b"} for each in around]
        for row, call in zip(seen, around, strict=True):
            row["hour"] = call["start_time"].replace(minute=0, tzinfo=None)
        with warehouse.connect() as con:
            con.execute("create schema lake")
            con.register("seen", pa.Table.from_pylist(seen))
            con.execute("create view lake.traced as from seen")
            found = warehouse.run_file(con, SQL / "fold" / "nested.sql").fetchall()
        told = {call["source_row"]: call for call in around}
        gone |= {told[row]["span_id"] for _, row, _ in found if told[row]["start_time"].replace(minute=0) == hour}
    return gone


@pytest.mark.parametrize("starts", [(1, 2), (61, 2), (1, 2, 3), (59, 61, 2), (61, 2, 3), (61, 62, 63, 2, 64)])
def test_of_calls_that_enclose_each_other_one_counts_whatever_hours_are_folded(starts):
    calls = ring(*starts)
    for order in (calls, calls[::-1]):
        assert left_out(order) == {call["span_id"] for call in calls[1:]}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_ring_with_a_call_inside_it_gives_way_to_that_call(place):
    inside = attempt(9, trace_id="t", span_id="inside", enclosing_span_id=f"span-{place}")
    assert left_out([*ring(1, 2, 3), inside]) == {"span-0", "span-1", "span-2"}


def test_a_ring_that_the_last_file_closes_makes_every_hour_of_it_anew(home, tmp_path):
    calls = ring(3, 61, 2)
    published = published_of(tmp_path, [calls[2]], [calls[0]], [calls[1]])
    assert steps.asked(published, "select sum(row_count), sum(cost_usd) from rollups.usage_daily") == [(1, 1)]


def chain(refused: int) -> list[dict[str, Any]]:
    """Three calls, each inside the one before; one of them is ahead of its time, so landing refuses it."""
    spans = ["outer", "middle", "inner"]
    calls = [
        attempt(place + 1, trace_id="t", span_id=span, enclosing_span_id=above, cost_usd=float(10**place))
        for place, (span, above) in enumerate(zip(spans, [None, *spans], strict=False))
    ]
    calls[refused]["input_tokens"] = 200_000_000
    return calls


@pytest.mark.parametrize(("refused", "cost"), [(0, 100), (1, 100), (2, 10)])
def test_of_nested_calls_one_counts_whichever_landing_refuses(home, tmp_path, refused, cost):
    calls = chain(refused)
    steps.land_rows(tmp_path, *calls)
    steps.roll_up()
    assert counted_usd() == [(1, cost)]
    mended = [call | {"input_tokens": 1000} for call in calls]
    assert steps.land_rows(tmp_path, *mended).rows_duplicate == 2
    steps.roll_up()
    assert counted_usd() == [(1, 100)]


def counted_usd() -> list[tuple[int, float]]:
    return [(row["row_count"], float(row["cost_usd"])) for row in steps.rollup("usage_hourly")]


@pytest.mark.parametrize(("outer", "inner"), [("text_completion", "chat"), ("other", "embeddings")])
def test_the_same_call_by_another_word_counts_once(home, tmp_path, outer, inner):
    told = [attempt(1, **OUTER, operation_name=outer), attempt(2, **INNER, operation_name=inner)]
    published = published_of(tmp_path, told)
    assert steps.asked(published, "select sum(row_count) from rollups.usage_daily") == [(1,)]


def test_a_call_inside_another_that_is_only_held_against_it_does_not_take_its_place(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1, **OUTER, source="otlp"))
    steps.land_rows(tmp_path, attempt(2, **INNER, source="openrouter_broadcast"))
    monkeypatch.setenv("PODIUM_RECONCILE", "otlp=openrouter_broadcast")
    settings.cache_clear()
    steps.roll_up()
    published = steps.publish_now()
    assert steps.asked(published, "select source, row_count from rollups.log_totals_hourly") == [("otlp", 1)]
    told = "select request_count, reference_request_count from rollups.reconciliation_daily"
    assert steps.asked(published, told) == [(1, 1)]


def test_a_contested_outer_call_is_left_out_once_for_each_row(home, tmp_path):
    outer = [attempt(1, **OUTER), attempt(1, **OUTER, output_tokens=7)]
    published = published_of(tmp_path, outer[:1], [attempt(2, **INNER)], outer[1:])
    assert steps.asked(published, "select sum(row_count) from rollups.usage_daily") == [(1,)]
    assert sorted(row[2:] for row in uncounted(published)) == [("nested", 1), ("superseded", 1)]


def test_a_lake_of_an_older_podium_takes_the_column_up(home, tmp_path):
    steps.land_rows(tmp_path, attempt(58, **OUTER), attempt(59))
    forget("enclosing_span_id")
    assert "enclosing_span_id" not in columns_of_the_log()
    published = steps.publish_now()
    assert steps.asked(published, "select sum(row_count) from rollups.usage_daily") == [(2,)]
    published = published_of(tmp_path, [attempt(61, **INNER)])
    assert "enclosing_span_id" in columns_of_the_log()
    assert steps.asked(published, "select sum(row_count) from rollups.usage_daily") == [(2,)]
    assert uncounted(published) == [(NOON.date(), "simulator", "nested", 1)]


def columns_of_the_log() -> list[str]:
    return [field.name for field in lake.table("request_log").schema().fields]


def forget(column: str) -> None:
    """Make the request log one of a Podium that did not know this column."""
    log = lake.table("request_log")
    for file in lake.data_files(log):
        path = lake.folder("request_log") / file.path
        pl.read_parquet(path, hive_partitioning=False).drop(column).write_parquet(path)
    first = lake.folder("request_log") / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in first.read_text().splitlines()]
    for action in actions:
        if "metaData" in action:
            schema = json.loads(action["metaData"]["schemaString"])
            schema["fields"] = [field for field in schema["fields"] if field["name"] != column]
            action["metaData"]["schemaString"] = json.dumps(schema)
    first.write_text("".join(f"{json.dumps(action)}\n" for action in actions))
