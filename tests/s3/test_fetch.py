"""Fetching from a real S3 server: every object once, late ones too, whatever breaks, and no secret told."""

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, date, datetime

import dagster as dg
import pytest

from pipeline import cli, definitions, fetch, fetched, inbox, lake, landing
from pipeline.settings import PROJECT, PodiumError, settings
from tests.s3.conftest import KEY_ID, SECRET, Store

TODAY = date(2026, 11, 22)
RECEIVED = datetime.fromisoformat("2026-11-22T20:00:00+00:00")
KILLED = """
import os, signal
from pipeline import bucket, fetch, fetched

fetch.CHUNK = 6
noted = fetched.Record.add

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

"""
KILL_POINTS = {
    "while it reads an object": "bucket.Bucket.blocks = lambda *_: (die() if late else b'half' for late in (0, 1))\n",
    "before it notes a chunk": "fetched.Record.add = die\n",
    "after it noted a chunk": "fetched.Record.add = lambda *told: (noted(*told), die())\n",
}


def call(number: int) -> bytes:
    """One LiteLLM payload, as s3_v2 writes it: a JSON object in an object of its own."""
    start = 1_795_336_800.25 + number
    return json.dumps(
        {
            "id": f"chatcmpl-{number}",
            "litellm_call_id": f"call-{number}",
            "status": "success",
            "call_type": "acompletion",
            "model": "openai/gpt-4o",
            "custom_llm_provider": "openai",
            "startTime": start,
            "endTime": start + 2,
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "response_cost": 0.0001,
        }
    ).encode()


def put(store: Store, *numbers: int, day: str = "2026-11-22") -> None:
    for number in numbers:
        store.put(f"logs/litellm/{day}/time-08-40-00-{number:06}_chatcmpl-{number}.json", call(number))


def took(today: date = TODAY, **told) -> tuple[int, int]:
    """(objects listed, objects delivered) of a fetch without a fault."""
    done = fetch.fetch(today=today, **told)
    assert done.fault == ""
    return done.listed, done.objects


def delivered() -> list[str]:
    return sorted(file.name.partition("~")[2] for _, file in inbox.waiting())


def land() -> tuple[int, int]:
    """(rows landed, rows that were there)."""
    files = landing.land_inbox(received_at=RECEIVED)
    assert {file.status for file in files} <= {"landed", "duplicate"}
    return sum(file.rows_landed for file in files), sum(file.rows_duplicate for file in files)


def logged() -> list[str]:
    return sorted(lake.rows(lake.table("request_log"), "request_id").column(0).to_pylist())


def podium(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["podium", *arguments])
    try:
        cli.run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def set_to(monkeypatch: pytest.MonkeyPatch, **told: object) -> None:
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))
    settings.cache_clear()


def test_every_object_comes_once_as_it_is_and_its_rows_count_once(store):
    put(store, 1, 2, 3)
    put(store, 4, day="my team/2026-11-21")
    assert took() == (4, 4)
    files = {file.name.partition("~")[2]: file for _, file in inbox.waiting()}
    assert files["time-08-40-00-000004_chatcmpl-4.json"].read_bytes() == call(4)
    assert {file.parent.name for file in files.values()} == {"litellm"}
    assert {file.stat().st_mode & 0o077 for file in files.values()} == {0}
    assert took() == (4, 0)
    assert land() == (4, 0)
    assert took() == (4, 0)
    assert logged() == ["call-1", "call-2", "call-3", "call-4"]


def test_names_are_no_order_a_smaller_one_comes_later(store):
    put(store, 7)
    took()
    put(store, 5)
    assert took() == (2, 1)
    assert delivered()[0] == "time-08-40-00-000005_chatcmpl-5.json"


def test_an_object_written_again_comes_again(store):
    put(store, 1)
    took()
    key = "logs/litellm/2026-11-22/time-08-40-00-000001_chatcmpl-1.json"
    store.delete(key)
    store.put(key, call(1) + b"\n")
    assert took() == (1, 1)
    assert land() == (1, 1)


def test_a_late_object_in_an_open_day_comes_and_a_closed_day_is_not_listed(store):
    put(store, 1, day="2026-11-20")
    assert took(date(2026, 11, 22)) == (1, 1)
    put(store, 2, day="2026-11-20")
    assert took(date(2026, 11, 22)) == (2, 1)
    assert took(date(2026, 11, 23)) == (2, 0)  # three days later: listed a last time
    put(store, 3, day="2026-11-20")
    assert took(date(2026, 11, 23)) == (0, 0)
    assert took(date(2026, 11, 23), since=date(2026, 11, 21)) == (0, 0)
    assert took(date(2026, 11, 23), since=date(2026, 11, 20)) == (3, 3)
    assert took(date(2026, 11, 23)) == (0, 0)
    assert land() == (3, 2)


def test_the_lookback_is_a_setting(store, monkeypatch):
    set_to(monkeypatch, PODIUM_INBOX_LOOKBACK_DAYS=5)
    put(store, 1, day="2026-11-17")
    took()
    put(store, 2, day="2026-11-17")
    assert took() == (2, 1)


def test_days_too_old_to_land_are_not_listed(store, monkeypatch):
    set_to(monkeypatch, PODIUM_TOO_LATE_DAYS=30)
    put(store, 1, day="2026-10-22")
    put(store, 2, day="2026-10-23")
    assert took() == (1, 1)


def test_days_in_any_writing_close_and_what_lies_beside_them_never_does(store):
    for number, day in enumerate(("2025/03/09", "dt=2025-03-09", "2025-03-09/14", "2025-13-09", "plain"), 1):
        put(store, number, day=day)
    assert took() == (5, 5)
    assert took() == (2, 0)


def test_a_closed_day_leaves_one_row_in_the_record(store):
    put(store, *range(5), day="2026-11-01")
    took()
    with fetched.held(settings().inbox_uri) as record:
        folder = f"{store.bucket}/logs/litellm/2026-11-01"
        assert (record.is_closed(folder), record.seen(folder)) == (True, set())
        record.forget(date(2026, 11, 2))
        assert not record.is_closed(folder)


def test_objects_beyond_the_thousand_that_one_answer_lists_come_too(store):
    for number in range(1000):
        store.put(f"logs/litellm/2026-11-22/{number:04}.json.part", b"{}")
    put(store, 1, 2)
    assert took() == (1002, 2)
    assert took() == (1002, 0)


def test_chunks_are_noted_one_by_one(store, monkeypatch):
    monkeypatch.setattr(fetch, "CHUNK", 3)
    put(store, *range(8))
    assert took() == (8, 8)
    assert took() == (8, 0)


def test_an_object_of_several_blocks_comes_whole(store):
    body = os.urandom((9 << 20) + 17)
    store.put("logs/litellm/2026-11-22/big.jsonl", body)
    took()
    ((_, file),) = inbox.waiting()
    assert file.read_bytes() == body


def test_half_copies_hidden_objects_and_other_folders_stay(store):
    for key in ("litellm/2026-11-22/a.json.part", "litellm/.hidden", "litellm/2026-11-22/", "nobodys/a.json", "a.json"):
        store.put(f"logs/{key}", b"{}" if not key.endswith("/") else b"")
    put(store, 1)
    fetch.fetch(today=TODAY)
    assert delivered() == ["time-08-40-00-000001_chatcmpl-1.json"]


def test_each_source_has_its_folder(store):
    put(store, 1)
    store.put("logs/otel/2026-11-22/spans.json", b"{}")
    assert took() == (2, 2)
    assert [source for source, _ in inbox.waiting()] == ["litellm", "otel"]


def test_an_object_that_can_not_be_read_stops_no_other_and_is_tried_again(store):
    put(store, 1)
    key = "logs/litellm/2026-11-01/ann@example.com.json"
    store.put(key, call(2), x_amz_storage_class="GLACIER")
    done = fetch.fetch(today=TODAY)
    assert (done.listed, done.objects) == (2, 1)
    assert "1 of 2 new objects were not fetched" in done.fault
    assert "podium fetch --skip-unreadable" in done.fault
    assert "ann@" not in done.fault
    assert [file.name for file in settings().inbox.rglob("*.part")] == []
    store.delete(key)
    store.put(key, call(2))  # restored
    assert took() == (2, 1)
    assert took() == (1, 0)


def test_what_can_not_be_read_can_be_left_out_for_good(store):
    store.put("logs/litellm/2026-11-22/a.json", call(1), x_amz_storage_class="GLACIER")
    assert "left out from now on" in fetch.fetch(today=TODAY, skip_unreadable=True).fault
    assert took() == (1, 0)
    assert delivered() == []


def test_an_object_larger_than_a_file_may_be_is_not_read(store, monkeypatch):
    set_to(monkeypatch, PODIUM_MAX_FILE_MIB=1)
    store.put("logs/litellm/2026-11-22/a.json", bytes(1 << 20))
    store.put("logs/litellm/2026-11-22/b.json", bytes((1 << 20) + 1))
    assert "b.json: it is larger than PODIUM_MAX_FILE_MIB" in fetch.fetch(today=TODAY).fault
    assert delivered() == ["a.json"]


def test_a_full_disk_is_told_before_it_is_full(store, monkeypatch):
    put(store, 1)
    set_to(monkeypatch, PODIUM_COLLECT_MIN_FREE_MIB=1 << 40)
    with pytest.raises(PodiumError, match="the disk is almost full"):
        took()
    assert delivered() == []


def refusal() -> str:
    with pytest.raises(PodiumError) as told:
        took()
    assert SECRET not in str(told.value)
    assert KEY_ID not in str(told.value)
    return str(told.value)


def test_a_wrong_bucket_is_told(store, monkeypatch):
    set_to(monkeypatch, PODIUM_INBOX_URI="s3://no-such-bucket/logs")
    assert "there is no such bucket; see PODIUM_INBOX_URI" in refusal()


def test_a_folder_without_sources_is_told(store, monkeypatch):
    put(store, 1)
    set_to(monkeypatch, PODIUM_INBOX_URI=f"s3://{store.bucket}/logs/litellm")
    assert "set PODIUM_INBOX_URI to the folder above it" in refusal()


def test_wrong_credentials_are_told(store):
    put(store, 1)
    store.check_credentials(really=True)
    try:
        assert "it refuses these credentials; see AWS_ACCESS_KEY_ID" in refusal()
    finally:
        store.check_credentials(really=False)


def test_a_server_that_is_away_is_told(store, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        set_to(monkeypatch, AWS_ENDPOINT_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        assert "it does not answer; see AWS_ENDPOINT_URL" in refusal()


@pytest.mark.parametrize(
    "uri", ["bucket/logs", "s3://", "s3://key:hidden@bucket/logs", "s3://bucket//logs", "s3://bucket/logs?hidden=1"]
)
def test_an_address_that_is_none_is_refused_and_not_shown(home, monkeypatch, capsys, uri):
    set_to(monkeypatch, PODIUM_INBOX_URI=uri)
    assert podium(monkeypatch, "fetch") == 1
    told = capsys.readouterr().err
    assert "PODIUM_INBOX_URI is (not shown): an address such as s3://bucket/prefix is needed" in told
    assert "hidden" not in told


def test_without_an_address_fetch_says_what_to_set(home, monkeypatch, capsys):
    assert podium(monkeypatch, "fetch") == 1
    assert "set PODIUM_INBOX_URI=s3://BUCKET/PREFIX" in capsys.readouterr().err


def test_one_fetch_at_a_time(store):
    with fetched.held(settings().inbox_uri):
        assert "another fetch from this bucket is under way" in refusal()


def test_a_damaged_record_is_told(store):
    put(store, 1)
    took()
    (file,) = (settings().lake / "pulled").glob("*.sqlite")
    file.write_bytes(b"no database" * 1000)
    assert f"{file} is damaged; remove it" in refusal()
    file.unlink()
    assert took() == (1, 1)
    assert land() == (1, 1)


def kill(point: str) -> None:
    """A fetch, in chunks of six, in a process of its own that dies at this point."""
    code = KILLED + KILL_POINTS[point] + "fetch.fetch()"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)})
    assert done.returncode == -signal.SIGKILL


@pytest.mark.crash
def test_killed_at_any_point_nothing_is_lost_and_nothing_counts_twice(store):
    day = datetime.now(UTC).date()  # the clock of the processes that die: the day is open for them
    put(store, *range(15), day=day.isoformat())
    kill("while it reads an object")
    assert len(list(settings().inbox.rglob(".*.part"))) >= 1
    assert delivered() == []
    kill("before it notes a chunk")
    assert len(delivered()) == 6
    kill("after it noted a chunk")
    assert len(delivered()) == 12
    assert took(day) == (15, 9)
    assert took(day) == (15, 0)
    assert land() == (15, 6)
    assert logged() == sorted(f"call-{number}" for number in range(15))


def test_refresh_fetches_first(store, monkeypatch, capsys):
    set_to(monkeypatch, PODIUM_FUTURE_TOLERANCE_S="1e10")
    put(store, 1, 2)
    assert podium(monkeypatch, "refresh") == 0
    assert "2 log rows" in capsys.readouterr().out


def test_refresh_goes_on_without_the_bucket_and_says_so(store, monkeypatch, capsys):
    put(store, 1)
    took()
    set_to(monkeypatch, PODIUM_INBOX_URI="s3://no-such-bucket", PODIUM_FUTURE_TOLERANCE_S="1e10")
    assert podium(monkeypatch, "refresh") == 1
    told = capsys.readouterr()
    assert "1 log row" in told.out
    assert "fetching ended early: s3://no-such-bucket: there is no such bucket" in told.err


def test_the_command_says_what_came(store, monkeypatch, capsys):
    put(store, 1, 2)
    assert podium(monkeypatch, "fetch") == 0
    assert "2 of 2 objects listed are new and in the inbox" in capsys.readouterr().out


@pytest.mark.parametrize("is_there", [True, False])
def test_the_hourly_job_fetches_too(store, monkeypatch, is_there):
    put(store, 1)
    if not is_there:
        set_to(monkeypatch, PODIUM_INBOX_URI="s3://no-such-bucket")
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([definitions.request_log], instance=instance)
        assert isinstance(definitions.hourly(dg.build_schedule_context(instance)), dg.RunRequest)
    checks = {check.check_name: check.passed for check in done.get_asset_check_evaluations()}
    assert checks["bucket_was_fetched"] is is_there
    assert lake.exists("batches") is is_there
