"""Dagster for real: the graph loads, a run lands and publishes, a broken rollup is red, days back-fill in one run."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

from pipeline import acknowledged, audit, definitions, inbox, lake, publish, rankings, reaper, rollups
from pipeline.settings import settings
from tests.rows import NOON, attempt, write

AS_OF = "2026-11-11T12:00:00+00:00"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster").mkdir()
    quiet = {"telemetry": {"enabled": False}}
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster"), overrides=quiet) as made:
        yield made


@pytest.fixture
def delivered(home: Path, tmp_path: Path) -> Path:
    """Two requests on Monday and one on Tuesday wait in the inbox."""
    rows = (attempt(1), attempt(2), attempt(3, start_time=NOON + timedelta(days=1)))
    inbox.deliver([write(tmp_path / "log.parquet", *rows)], "simulator")
    return home


def run(instance: dg.DagsterInstance, **more: object) -> dg.ExecuteInProcessResult:
    job = definitions.defs.resolve_job_def("refresh")
    config = {"ops": {"publish": {"config": {"as_of": AS_OF}}}}
    return job.execute_in_process(instance=instance, run_config=config, raise_on_error=False, **more)


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {found.check_name: found.passed for found in result.get_asset_check_evaluations()}


def ancestors(graph: BaseAssetGraph, name: str) -> set[dg.AssetKey]:
    found, waiting = set(), [dg.AssetKey(name)]
    while waiting:
        parents = graph.get(waiting.pop()).parent_keys - found
        found |= parents
        waiting += parents
    return found


def test_every_sql_file_is_an_asset_and_every_check_is_a_check() -> None:
    graph = definitions.defs.resolve_asset_graph()
    keys = {tuple(key.path) for key in graph.get_all_asset_keys()}
    assert {("rollups", file.stem) for file in rollups.files()} <= keys
    assert {("rankings", file.stem) for file in rankings.files()} <= keys
    assert {file.stem for file in audit.files()} <= {key.name for key in graph.asset_check_keys}


def test_the_lineage_is_read_from_the_sql() -> None:
    graph = definitions.defs.resolve_asset_graph()
    above = ancestors(graph, "published")
    assert {dg.AssetKey("request_log"), dg.AssetKey(["rollups", "usage_hourly"])} <= above
    parents = graph.get(dg.AssetKey(["rollups", "usage_daily"])).parent_keys
    assert parents == {dg.AssetKey(["rollups", "usage_hourly"])}


def test_a_run_lands_rolls_up_ranks_and_publishes(delivered: Path, instance: dg.DagsterInstance) -> None:
    result = run(instance)
    assert result.success
    assert inbox.waiting() == []
    made = publish.current()
    assert made is not None
    assert (made.version, made.rows, made.as_of) == (1, 3, AS_OF)
    checks = evaluations(result)
    assert {name for name, passed in checks.items() if not passed} == {"publication__data_is_fresh"}  # 8 days old
    assert checks.keys() >= {file.stem for file in audit.files()} | {"landing_equation_holds"}
    days = instance.get_materialized_partitions(dg.AssetKey(["rollups", "usage_hourly"]))
    assert days == {"2026-11-02", "2026-11-03"}
    assert row_count(instance, "meta", "batches") == 1
    assert row_count(instance, "rollups", "usage_daily") == 2


def row_count(instance: dg.DagsterInstance, *table: str) -> object:
    event = instance.get_latest_materialization_event(dg.AssetKey(table))
    assert event is not None
    assert event.asset_materialization is not None
    return event.asset_materialization.metadata["dagster/row_count"].value


def test_a_broken_rollup_is_red_and_nothing_is_published(
    delivered: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run(instance).success
    broken = tmp_path / "sql"
    shutil.copytree(rollups.SQL, broken)
    file = broken / "rollups" / "usage_hourly.sql"
    text = file.read_text(encoding="utf-8")
    assert "count(*)" in text
    file.write_text(text.replace("count(*)", "count(*) + 1", 1), encoding="utf-8")
    monkeypatch.setattr(rollups, "SQL", broken)
    result = run(instance)
    assert not result.success
    made = publish.current()
    assert made is not None
    assert made.version == 1
    assert evaluations(result)["usage_hourly__equals_the_request_log"] is False


def test_days_are_back_filled_in_one_run(delivered: Path, instance: dg.DagsterInstance) -> None:
    assert run(instance).success
    before = {name: lake.table(f"rollups/{name}").version() for name in ("usage_hourly", "latency_hourly")}
    selection = [dg.AssetKey(["rollups", file.stem]) for file in rollups.files()]
    tags = {"dagster/asset_partition_range_start": "2026-11-01", "dagster/asset_partition_range_end": "2026-11-03"}
    job = definitions.defs.resolve_job_def("refresh")
    result = job.execute_in_process(instance=instance, asset_selection=selection, tags=tags)
    assert result.success
    for name, version in before.items():
        assert lake.table(f"rollups/{name}").version() == version + 1
    assert instance.get_materialized_partitions(selection[0]) == {"2026-11-01", "2026-11-02", "2026-11-03"}


def test_a_bad_file_is_a_warning_and_the_good_one_lands(
    delivered: Path, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    (tmp_path / "garbage.parquet").write_bytes(b"garbage")
    inbox.deliver([tmp_path / "garbage.parquet"], "simulator")
    result = run(instance)
    assert result.success
    assert evaluations(result)["nothing_was_quarantined"] is False


def test_a_file_podium_itself_fails_on_is_a_warning(
    delivered: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    assert run(instance).success
    inbox.deliver([rollups.files()[0]], "simulator")
    monkeypatch.setattr(acknowledged.Batches, "settle", stumble)
    result = run(instance)
    assert result.success
    assert evaluations(result)["nothing_was_quarantined"] is False


def test_the_schedule_waits_for_a_first_delivery_and_then_runs(home: Path, tmp_path: Path) -> None:
    with dg.build_schedule_context(scheduled_execution_time=datetime(2026, 11, 2, 13, tzinfo=UTC)) as context:
        assert isinstance(definitions.hourly.evaluate_tick(context).skip_message, str)
        inbox.deliver([write(tmp_path / "log.parquet", attempt())], "simulator")
        assert len(definitions.hourly.evaluate_tick(context).run_requests or []) == 1


def test_the_sensor_asks_once_for_the_same_files(delivered: Path, instance: dg.DagsterInstance) -> None:
    repository = definitions.defs.get_repository_def()
    first = definitions.inbox_sensor.evaluate_tick(
        dg.build_sensor_context(instance=instance, repository_def=repository)
    )
    assert len(first.run_requests or []) == 1
    again = definitions.inbox_sensor.evaluate_tick(
        dg.build_sensor_context(instance=instance, repository_def=repository, cursor=first.cursor)
    )
    assert not again.run_requests


def test_maintenance_runs_as_a_job(delivered: Path, instance: dg.DagsterInstance) -> None:
    run(instance)
    assert definitions.maintenance_job.execute_in_process(instance=instance).success


def test_a_run_left_open_by_a_reboot_is_marked_as_failed(home: Path, instance: dg.DagsterInstance) -> None:
    job = definitions.defs.resolve_job_def("refresh")
    left = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert reaper.reap(instance) == 1
    found = instance.get_run_by_id(left.run_id)
    assert found is not None
    assert found.status == dg.DagsterRunStatus.FAILURE
    assert reaper.reap(instance) == 0


def test_definitions_load_without_a_warning(home: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "pipeline.definitions"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=settings().home.parent, check=False)
    assert (done.returncode, done.stderr) == (0, "")
