"""The lake: durable commits, one writer, a broken log refused, and a crash between commit and acknowledgement."""

import json
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Event as Signal
from pathlib import Path

import pytest
from deltalake import DeltaTable, Transaction
from deltalake.exceptions import DeltaError

from pipeline import lake, landing, one_file
from pipeline.acknowledged import Batches
from pipeline.settings import PodiumError, settings
from pipeline.storage import store
from tests import steps
from tests.rows import NOON, attempt, write


class Crash(BaseException):
    """A stand-in for the process ending here."""


@contextmanager
def crashing(monkeypatch: pytest.MonkeyPatch, owner: object, step: str) -> Iterator[None]:
    """The process ends when it reaches this step."""

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, crash)
        with pytest.raises(Crash):
            yield


def newest_log(name: str) -> Path:
    return max((lake.folder(name) / "_delta_log").glob("*.json"))


def hold_the_lock(held: Signal, done: Signal) -> None:
    with lake.writer_lock():
        held.set()
        done.wait(30)


def test_an_empty_log_file_is_refused_because_its_rows_would_vanish(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    log = newest_log("request_log")
    log.write_bytes(b"")
    with pytest.raises(PodiumError, match=rf"{log.name} is empty .a power cut.*podium land"):
        lake.table("request_log")


def test_a_log_file_cut_in_the_middle_is_never_read_as_fewer_rows(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    log = newest_log("request_log")
    log.write_bytes(log.read_bytes()[:-40])
    with pytest.raises(Exception, match=r"(?i)json|parse|eof|invalid"):
        lake.table("request_log")


def test_a_second_writer_waits_and_then_names_the_one_that_holds_the_lock(home, monkeypatch):
    monkeypatch.setenv("PODIUM_LOCK_TIMEOUT_S", "0.2")
    settings.cache_clear()
    fork = multiprocessing.get_context("fork")
    held, done = fork.Event(), fork.Event()
    holder = fork.Process(target=hold_the_lock, args=(held, done))
    holder.start()
    assert held.wait(30)
    try:
        with (
            pytest.raises(PodiumError, match=rf"pid {holder.pid}\) is writing.*PODIUM_LOCK_TIMEOUT_S"),
            lake.writer_lock(),
        ):
            pass
    finally:
        done.set()
        holder.join()
    with lake.writer_lock():
        assert (home / "writer.lock").read_text().strip() == str(os.getpid())


def test_the_lock_of_a_killed_writer_is_free(home):
    fork = multiprocessing.get_context("fork")
    held, done = fork.Event(), fork.Event()
    holder = fork.Process(target=hold_the_lock, args=(held, done))
    holder.start()
    assert held.wait(30)
    holder.kill()
    holder.join()
    with lake.writer_lock():
        pass


def test_whoever_holds_the_lock_may_take_it_again(home):
    with lake.writer_lock(), lake.writer_lock():
        pass
    with lake.writer_lock():
        pass


def test_whoever_holds_the_lock_opens_a_table_once_and_sees_what_it_wrote(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    with lake.writer_lock():
        log = lake.table("request_log")
        steps.land_rows(tmp_path, attempt(2), attempt(3))
        assert lake.table("request_log") is log
        assert sum(file.rows for file in lake.data_files(log)) == 3
        assert lake.mark("request_log") == f"{log.metadata().id}@{DeltaTable(log.table_uri).version()}"
    assert lake.table("request_log") is not log
    assert lake.table("request_log") is not lake.table("request_log")


def test_after_a_commit_that_another_writer_forestalled_the_table_is_opened_again(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    with lake.writer_lock():
        log = lake.table("quarantine")
        other = DeltaTable(log.table_uri)
        other.alter.set_table_properties({"delta.appendOnly": "false"})
        with pytest.raises(DeltaError):
            lake.append_rows(log, log.schema().to_arrow().empty_table(), Transaction("test", 1))
        assert lake.table("quarantine").version() == other.version()


def test_a_dropped_table_is_made_anew_while_the_lock_is_held(home, tmp_path):
    with lake.writer_lock():
        log = lake.table("request_log")
        lake.drop("request_log")
        assert not lake.exists("request_log")
        assert lake.table("request_log").metadata().id != log.metadata().id


def test_a_batch_is_a_delta_transaction_of_its_sha256(home, tmp_path):
    file = write(tmp_path / "a.parquet", attempt(1), attempt(2, input_tokens=-1))
    steps.land(file)
    (batch,) = lake.rows(lake.table("batches")).to_pylist()
    for name in ("request_log", "quarantine"):
        judged_at = lake.table(name).transaction_version(batch["batch_id"])
        assert judged_at == steps.RECEIVED.timestamp() * 1e6


def test_a_batch_names_its_data_files_and_their_sha256(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=NOON + timedelta(hours=1)))
    (batch,) = lake.rows(lake.table("batches")).to_pylist()
    log = lake.table("request_log")
    files = store().secured(log, lake.data_files(log))
    assert json.loads(batch["data_files"]) == {file.path: file.sha256 for file in files}
    assert len(files) == 2


def test_files_that_no_log_names_are_not_read(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    (file,) = lake.data_files(lake.table("request_log"))
    live = lake.folder("request_log") / file.path
    (live.parent / "orphan.parquet").write_bytes(live.read_bytes())
    (live.parent / "torn.parquet").write_bytes(b"PAR1 torn")
    (lake.folder("request_log") / "_delta_log" / f"{7:020}.json#1").write_bytes(b"half a commit")
    steps.land_rows(tmp_path, attempt(2))
    steps.roll_up()
    assert len(steps.log()) == 2
    assert steps.rollup("usage_hourly")[0]["row_count"] == 2


def test_the_log_is_plain_delta_that_any_engine_reads(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2))
    rows = DeltaTable(str(lake.folder("request_log"))).to_pyarrow_table()
    assert rows.num_rows == 2


def test_a_crash_before_the_acknowledgement_is_made_good_by_landing_again(home, tmp_path, monkeypatch):
    bad, twice = attempt(2, input_tokens=-1), attempt(1, source_row=3)
    file = write(tmp_path / "a.parquet", attempt(1), bad, twice, attempt(4, start_time=NOON + timedelta(hours=1)))
    with crashing(monkeypatch, Batches, "_acknowledge"):
        steps.land(file)
    assert lake.rows(lake.table("batches")).num_rows == 0
    (landed,) = landing.land_inbox(received_at=steps.RECEIVED)
    assert (landed.rows_in, landed.rows_landed, landed.rows_duplicate, landed.rows_quarantined) == (4, 2, 1, 1)
    assert landed.hours == (NOON, NOON + timedelta(hours=1))
    assert len(landed.data_files) == 2
    assert len(steps.log()) == 2
    assert lake.rows(lake.table("quarantine")).num_rows == 1


def test_a_crash_between_quarantine_and_log_is_made_good_by_landing_again(home, tmp_path, monkeypatch):
    file = write(tmp_path / "a.parquet", attempt(1), attempt(2, input_tokens=-1))
    with crashing(monkeypatch, one_file, "_append_log"):
        steps.land(file)
    (landed,) = landing.land_inbox(received_at=steps.RECEIVED)
    assert (landed.rows_landed, landed.rows_quarantined) == (1, 1)
    assert lake.rows(lake.table("quarantine")).num_rows == 1


@pytest.mark.parametrize(("owner", "step"), [(one_file, "_append_log"), (Batches, "_acknowledge")])
def test_rows_judged_before_a_crash_keep_their_judgement_however_late_landing_goes_on(
    home, tmp_path, monkeypatch, owner, step
):
    soon = attempt(1, start_time=steps.RECEIVED + timedelta(minutes=6))
    old = attempt(2, start_time=steps.RECEIVED - timedelta(days=400) + timedelta(hours=1))
    file = write(tmp_path / "a.parquet", soon, old, attempt(3))
    with crashing(monkeypatch, owner, step):
        steps.land(file)
    (landed,) = landing.land_inbox(received_at=steps.RECEIVED + timedelta(hours=2))
    assert (landed.rows_in, landed.rows_landed, landed.rows_duplicate, landed.rows_quarantined) == (3, 2, 0, 1)
    assert landed.reasons == {"future_ts": 1}
    assert lake.rows(lake.table("quarantine")).num_rows == 1
    assert len(steps.log()) == 2


def test_a_file_acknowledged_but_not_yet_archived_is_only_archived(home, tmp_path, monkeypatch):
    file = write(tmp_path / "a.parquet", attempt(1))
    with crashing(monkeypatch, landing, "archive"):
        steps.land(file)
    landing.land_inbox(received_at=steps.RECEIVED)
    assert lake.rows(lake.table("batches")).num_rows == 1
    assert len(list((home / "archive" / "simulator").iterdir())) == 1


def test_another_file_under_the_name_and_time_of_one_that_landed_lands_too(home, tmp_path):
    inbox = home / "inbox" / "simulator"
    for number in (1, 2):
        file = write(inbox / "log.parquet", attempt(number))
        os.utime(file, (0, 0))
        landing.land_inbox(received_at=steps.RECEIVED)
    assert [row["attempt_id"] for row in steps.log()] == ["attempt-1", "attempt-2"]
