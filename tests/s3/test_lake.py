"""A lake on a real S3 server: the same tables as from a folder, whatever breaks, and no secret told."""

import json
import shutil
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deltalake import Transaction
from pyarrow import fs

from pipeline import cli, inbox, lake, landing, maintenance, replay, rollups
from pipeline.remote import Remote
from pipeline.settings import settings
from tests import steps
from tests.crashes import Crash
from tests.rows import NOON, attempt, write
from tests.s3.conftest import refusal

LATER = NOON + timedelta(days=10)
OLD = attempt(8, start_time=NOON - timedelta(days=500))
DURABLE = [
    (lake.DeltaTable, "create"),
    (lake, "write_frames"),
    (Remote, "_put"),
    (Remote, "_get"),
    (lake, "commit_files"),
    (lake, "append_rows"),
    (lake, "secure_new"),
    (Remote, "recognise"),
]


def set_to(monkeypatch: pytest.MonkeyPatch, **told: object) -> None:
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))
    settings.cache_clear()


def podium(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["podium", *arguments])
    try:
        cli.run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def days_of_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Land, score, publish, refuse and replay, upkeep, land again; the log's rows and the published tables."""
    folder.mkdir()
    set_to(monkeypatch, PODIUM_TOO_LATE_DAYS=400)
    rescued = attempt(3, request_id="request-2", start_time=NOON + timedelta(hours=1))
    steps.land_rows(folder, attempt(1), attempt(2, status="error", error_type="timeout"), rescued, OLD)
    (folder / "scores.jsonl").write_text(json.dumps({"request_id": "request-1", "score": 1, "at": LATER.isoformat()}))
    assert steps.land(folder / "scores.jsonl", source="scores", at=LATER)[0].rows_landed == 1
    steps.publish_now()
    set_to(monkeypatch, PODIUM_TOO_LATE_DAYS=100_000)
    assert [each.landed.rows_landed for each in replay.replay() if each.landed] == [1]
    steps.land_rows(folder, attempt(1), attempt(4), at=LATER)
    maintenance.maintain(LATER)
    steps.land_rows(folder, attempt(5), attempt(9, start_time=NOON + timedelta(days=1)), at=LATER)
    published = steps.publish_now()
    rows = [{name: value for name, value in row.items() if name != "received_at"} for row in steps.log()]
    return rows, steps.contents(published)


def test_the_tables_are_those_of_a_lake_in_a_folder(home, lake_uri, tmp_path, monkeypatch):
    remote = days_of_work(tmp_path / "remote", monkeypatch)
    assert not (home / "lake").exists()
    set_to(monkeypatch, PODIUM_LAKE_URI="", PODIUM_HOME=tmp_path / "local")
    local = days_of_work(tmp_path / "again", monkeypatch)
    assert (tmp_path / "local" / "lake" / "request_log" / "_delta_log").is_dir()
    assert remote == local
    assert len(remote[0]) == 7


@pytest.mark.nightly
def test_a_machine_without_any_copy_publishes_the_same(home, lake_uri, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1), attempt(2))
    before = steps.contents(steps.publish_now())
    set_to(monkeypatch, PODIUM_HOME=tmp_path / "another")
    assert steps.contents(steps.publish_now()) == before


def crash_first_at(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, work: Callable[[], object]) -> None:
    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, crash)
        with pytest.raises(Crash):
            work()


@pytest.mark.nightly
def test_a_crash_before_anything_that_lasts_loses_and_doubles_nothing(home, lake_uri, tmp_path, monkeypatch):
    def refresh() -> dict[str, str]:
        landing.land_inbox(received_at=LATER)
        return steps.contents(steps.publish_now())

    for number, (owner, name) in enumerate(DURABLE):
        hour = NOON + timedelta(hours=number)
        file = write(tmp_path / f"{number}.parquet", attempt(number, start_time=hour), attempt(99, input_tokens=-1))
        inbox.deliver([file], "simulator")
        crash_first_at(monkeypatch, owner, name, refresh)
    disturbed = refresh()
    assert sorted(row["attempt_id"] for row in steps.log()) == [f"attempt-{number}" for number in range(len(DURABLE))]
    assert lake.rows(lake.table("batches")).num_rows == len(DURABLE)
    assert lake.rows(lake.table("quarantine")).num_rows == len(DURABLE)
    set_to(monkeypatch, PODIUM_LAKE_URI="", PODIUM_HOME=tmp_path / "local")
    inbox.deliver([tmp_path / f"{number}.parquet" for number in range(len(DURABLE))], "simulator")
    assert refresh() == disturbed


def test_a_server_that_refuses_half_way_is_told_and_the_next_run_goes_on(home, lake_uri, tmp_path, monkeypatch, store):
    steps.land_rows(tmp_path, attempt(1))
    for number, (owner, name) in enumerate(((Remote, "_put"), (lake, "commit_files"), (lake, "append_rows")), start=2):
        real = getattr(owner, name)

        def refused(*told: Any, _real: Callable[..., Any] = real, **more: Any) -> Any:
            store.check_credentials(really=True)
            return _real(*told, **more)

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, refused)
            told = refusal(lambda number=number: steps.land_rows(tmp_path, attempt(number)))
        store.check_credentials(really=False)
        assert told.startswith(f"{lake_uri}: it refuses these credentials; see AWS_ACCESS_KEY_ID")
        assert [file.status for file in landing.land_inbox(received_at=steps.RECEIVED)] == ["landed"]
    assert [row["attempt_id"] for row in steps.log()] == [f"attempt-{number}" for number in range(1, 5)]


def test_a_server_that_is_away_is_told(home, lake_uri, tmp_path, monkeypatch, capsys):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        set_to(monkeypatch, AWS_ENDPOINT_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        told = refusal(lambda: steps.land_rows(tmp_path, attempt(1)))
    assert told.startswith(f"{lake_uri}: it does not answer; see AWS_ENDPOINT_URL")
    assert len(inbox.waiting()) == 1


def test_two_writers_make_two_versions_and_never_the_same(home, lake_uri, tmp_path):
    steps.land_rows(tmp_path, attempt(1, input_tokens=-1))
    one, other = lake.table("quarantine"), lake.table("quarantine")
    row = lake.rows(one)
    lake.append_rows(one, row, Transaction("one", 1))
    lake.append_rows(other, row, Transaction("other", 1))
    assert other.version() == one.version() + 1
    assert lake.rows(lake.table("quarantine")).num_rows == 3


def test_two_writers_can_not_both_replace_a_file(home, lake_uri, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    one, other = lake.table("request_log"), lake.table("request_log")
    files = lake.data_files(one)
    lake.commit_files(one, [], Transaction("one", 1), removed=files)
    told = refusal(lambda: lake.commit_files(other, [], Transaction("other", 1), removed=files))
    assert "another machine writes to this lake" in told
    assert lake.data_files(lake.table("request_log")) == []


def test_copies_give_way_when_there_are_too_many_and_come_again(home, lake_uri, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    set_to(monkeypatch, PODIUM_LAKE_CACHE_MIB=0)
    maintenance.maintain(LATER)
    assert list(lake.folder("request_log").rglob("*.parquet")) == []
    assert len(steps.log()) == 1


def test_a_damaged_copy_is_replaced_and_a_damaged_object_is_named(home, lake_uri, tmp_path, store):
    steps.land_rows(tmp_path, attempt(1))
    (file,) = lake.data_files(lake.table("request_log"))
    copy = lake.folder("request_log") / file.path
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + b"0")
    maintenance.scrub()
    assert not copy.exists()
    assert len(steps.log()) == 1
    assert copy.read_bytes() == whole
    bucket, key = fs.S3FileSystem(endpoint_override=store.url), f"{store.bucket}/team/lake/request_log/{file.path}"
    with bucket.open_output_stream(key) as stream:
        stream.write(whole[:-1] + b"0")
    assert f"first of all request_log/{file.path}" in refusal(maintenance.scrub)
    bucket.delete_file(key)
    assert "Restore them from a backup" in refusal(maintenance.scrub)
    copy.unlink()
    assert f"request_log/{file.path} is damaged or gone" in refusal(steps.log)


def test_files_of_killed_writers_go_and_live_ones_stay(home, lake_uri, tmp_path, store):
    steps.land_rows(tmp_path, attempt(1))
    lake.write_frames("request_log", [], "killed")
    store.put("team/lake/request_log/orphan.parquet", b"of a killed writer")
    made = lake.table("request_log")
    removed = made.vacuum(retention_hours=0, dry_run=False, full=True, enforce_retention_duration=False)
    assert removed == ["orphan.parquet"]
    assert maintenance.scrub() == len([1 for _ in maintenance._live_files()]) > 0


def test_a_kill_while_a_table_of_other_sql_is_dropped_leaves_no_half_a_table(home, lake_uri, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    steps.roll_up()
    monkeypatch.setattr(rollups, "fingerprint", lambda: "another")
    crash_first_at(monkeypatch, Remote, "_remove", steps.roll_up)
    assert steps.roll_up() == [NOON]
    assert steps.rollup("usage_hourly")[0]["row_count"] == 1


def test_a_lake_that_was_removed_is_missed(home, lake_uri, tmp_path, store):
    steps.land_rows(tmp_path, attempt(1))
    fs.S3FileSystem(endpoint_override=store.url).delete_dir(f"{store.bucket}/team")
    told = refusal(lambda: steps.land_rows(tmp_path, attempt(2)))
    assert told.startswith(f"{lake_uri}/batches is gone")
    shutil.rmtree(settings().lake)
    assert [file.status for file in landing.land_inbox(received_at=steps.RECEIVED)] == ["landed"]


def test_a_wrong_bucket_is_told(home, lake_uri, tmp_path, monkeypatch, capsys):
    set_to(monkeypatch, PODIUM_LAKE_URI="s3://no-such-bucket/lake")
    file = write(tmp_path / "a.parquet", attempt(1))
    assert podium(monkeypatch, "land", str(file), "--source", "simulator") == 1
    assert "s3://no-such-bucket/lake: there is no such bucket; see PODIUM_LAKE_URI" in capsys.readouterr().err


def test_wrong_credentials_are_told(home, store, lake_uri):
    store.check_credentials(really=True)
    try:
        told = refusal(lambda: lake.exists("batches"))
    finally:
        store.check_credentials(really=False)
    assert told.startswith(f"{lake_uri}: it refuses these credentials; see AWS_ACCESS_KEY_ID")
    assert "s3:PutObject" in told


@pytest.mark.parametrize("uri", ["lake", "s3://key:hidden@bucket/lake", "s3://bucket/my lake", "s3://bucket/../hidden"])
def test_an_address_that_is_none_is_refused_and_not_shown(home, monkeypatch, capsys, uri):
    set_to(monkeypatch, PODIUM_LAKE_URI=uri)
    assert podium(monkeypatch, "refresh") == 1
    told = capsys.readouterr().err
    assert "PODIUM_LAKE_URI is (not shown): an address such as s3://bucket/prefix" in told
    assert "hidden" not in told


def test_the_inbox_lies_elsewhere(store, monkeypatch, capsys):
    set_to(monkeypatch, PODIUM_LAKE_URI=f"s3://{store.bucket}/logs/")
    assert podium(monkeypatch, "refresh") == 1
    assert "another address than that of PODIUM_INBOX_URI is needed" in capsys.readouterr().err


def test_a_lake_copied_from_a_folder_into_a_bucket_goes_on(home, lake_uri, tmp_path, monkeypatch, store):
    set_to(monkeypatch, PODIUM_LAKE_URI="")
    steps.land_rows(tmp_path, attempt(1))
    before = steps.contents(steps.publish_now())
    bucket = fs.S3FileSystem(endpoint_override=store.url)
    fs.copy_files(str(home / "lake"), f"{store.bucket}/team/lake", destination_filesystem=bucket)
    set_to(monkeypatch, PODIUM_LAKE_URI=lake_uri)
    assert steps.contents(steps.publish_now()) == before
    assert steps.land(write(tmp_path / "again.parquet", attempt(1), attempt(2)))[0].rows_landed == 1
