"""What goes wrong around a batch, and what a person then does: nothing blocks, nothing is left lying about."""

import json
import shutil
import stat
from datetime import timedelta

import polars as pl
import pytest

from pipeline import inbox, lake, landing, one_file, publish
from pipeline.publish import AuditFailed
from pipeline.settings import PodiumError, settings
from tests import steps
from tests.rows import NOON, attempt, write

REQUESTS = "select sum(request_count), sum(ok_count), sum(error_count) from rollups.usage_hourly"
FAILED = {"status": "error", "error_type": "timeout", "input_tokens": None, "output_tokens": None, "cost_usd": 0.0}


def test_rows_more_than_an_hour_apart_are_two_requests_however_they_arrive(home, tmp_path):
    first = attempt(1, request_id="r", start_time=NOON + timedelta(minutes=50), **FAILED)
    last = attempt(2, request_id="r", start_time=NOON + timedelta(minutes=121))
    found = []
    for batches in ([first, last],), ([first], [last]), ([last], [first]):
        shutil.rmtree(home, ignore_errors=True)
        for batch in batches:
            steps.land_rows(tmp_path, *batch)
            steps.roll_up()
        found.append(steps.asked(steps.publish_now().path, REQUESTS))
    assert found == [[(2, 1, 1)]] * 3


def test_one_request_id_seen_twice_counts_once(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, request_id="r"), attempt(2, request_id="r"))
    assert steps.asked(steps.publish_now().path, REQUESTS) == [(1, 1, 0)]


def test_a_file_podium_stumbles_over_waits_and_the_next_one_lands(home, tmp_path, monkeypatch):
    inbox.deliver([write(tmp_path / "a.parquet", attempt(1)), write(tmp_path / "b.parquet", attempt(2))], "simulator")
    right = one_file.land
    monkeypatch.setattr(one_file, "land", lambda d: 1 / 0 if d.name == "a.parquet" else right(d))
    landed = {file.name: file.status for file in landing.land_inbox(received_at=steps.RECEIVED)}
    assert landed == {"a.parquet": "failed", "b.parquet": "landed"}
    monkeypatch.setattr(one_file, "land", right)
    assert [file.status for file in landing.land_inbox(received_at=steps.RECEIVED)] == ["landed"]


def test_a_name_as_long_as_a_file_system_allows_is_delivered_landed_and_archived(home, tmp_path):
    name = "\N{CJK UNIFIED IDEOGRAPH-6F22}" * 80 + ".parquet"
    (landed,) = steps.land(write(tmp_path / name, attempt(1)))
    (beside,) = [write(settings().inbox / "simulator" / name, attempt(2))]
    assert landed.status == "landed"
    assert [file.status for file in landing.land_inbox(received_at=steps.RECEIVED)] == ["landed"]
    assert not beside.exists()


def test_a_file_named_after_a_person_does_not_bring_the_name_into_the_lake(home, tmp_path):
    steps.land(write(tmp_path / "alice.canary@example.com.parquet", attempt(1)))
    assert [row["source_file"] for row in steps.log()] == ["***@example.com.parquet"]


def test_a_refused_file_delivered_again_is_a_duplicate(home, tmp_path):
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"not parquet at all")
    assert [file.status for file in steps.land(broken, broken)] == ["quarantined", "duplicate"]


def test_what_a_killed_run_left_in_the_scratch_folder_is_gone_with_the_next(home, tmp_path):
    left = settings().work / "tmpdead" / "sifted.jsonl"
    left.parent.mkdir(parents=True)
    left.write_text("alice@example.com")
    steps.land_rows(tmp_path, attempt(1))
    assert list(settings().work.iterdir()) == []


def test_delivered_copies_are_their_owners_alone(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    (copy,) = [file for file in settings().archive.rglob("*") if file.is_file()]
    assert (stat.S_IMODE(settings().archive.stat().st_mode), stat.S_IMODE(copy.stat().st_mode)) == (0o700, 0o600)


def test_the_advice_for_a_broken_log_works_when_followed(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    steps.land_rows(tmp_path, attempt(2))
    before = steps.publish_now()
    (lake.folder("request_log") / "_delta_log" / f"{1:020d}.json").write_text("")
    with pytest.raises(PodiumError, match="move that whole folder away and land"):
        steps.publish_now()
    shutil.move(settings().lake, tmp_path / "lake.broken")
    inbox.deliver([settings().archive / "simulator"], "simulator")
    assert [file.status for file in landing.land_inbox(received_at=steps.RECEIVED)] == ["landed", "landed"]
    after = steps.publish_now()
    assert after.version == before.version + 1
    assert steps.asked(after.path, REQUESTS) == steps.asked(before.path, REQUESTS) == [(2, 2, 0)]


def test_a_rollup_table_made_anew_is_published_whole(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    before = steps.publish_now()
    shutil.rmtree(lake.folder("rollups/usage_hourly"))
    after = steps.publish_now()
    assert steps.contents(after.path, ("rollups",)) == steps.contents(before.path, ("rollups",))


def test_a_contested_row_does_not_hide_a_lost_one(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2), attempt(2, output_tokens=999), attempt(3))
    kept = steps.publish_now()
    held = lake.data_files(lake.table("rollups/usage_hourly"))
    spoil(held[0].path)
    with pytest.raises(AuditFailed) as refused:
        steps.publish_now(whole=True)
    assert "usage_hourly__equals_the_request_log" in refused.value.failed
    assert publish.current() == kept
    assert json.loads((home / "published" / "AUDIT").read_text())["version"] == 2


def spoil(path: str) -> None:
    """Lose one row of an hour, consistently in every measure of the rollup that counts rows."""
    file = lake.folder("rollups/usage_hourly") / path
    pl.read_parquet(file, hive_partitioning=False).with_columns(pl.col("row_count") - 1).write_parquet(file)


def test_an_unfinished_file_is_refused_by_name_and_skipped_in_a_folder(home, tmp_path):
    folder = tmp_path / "logs"
    part = write(folder / "a.parquet.part", attempt(1))
    write(folder / "b.parquet", attempt(2))
    with pytest.raises(PodiumError, match="not complete yet"):
        inbox.deliver([part], "simulator")
    assert [file.name.partition("~")[2] for file in inbox.deliver([folder], "simulator")] == ["b.parquet"]


def test_files_beside_the_sources_folders_are_known_as_strays(home):
    stray = settings().inbox / "litelm" / "a.jsonl"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    assert inbox.strays() == [stray]
