"""Replay: what was refused lands after its cause was mended, once, and what is refused still counts once."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import batch, inbox, lake, landing, one_file, replay, warehouse
from pipeline.cli import app as command
from pipeline.settings import SQL, PodiumError, settings
from tests import crashes, steps
from tests.rows import NOON, attempt, write

OLD = steps.RECEIVED - timedelta(days=500)
EQUATION = (
    "select sum(rows_in)::bigint, sum(rows_landed)::bigint, sum(rows_duplicate)::bigint, "
    "sum(rows_quarantined)::bigint, count(*) filter (is_file), bool_and(rows_in is null or "
    "rows_in = rows_landed + rows_duplicate + rows_quarantined) from meta.batches"
)
MAPPING = """format = ["json"]
[columns]
request_id = "id"
start_time = {{ path = "at", unit = "epoch_ms" }}
request_model = "{model}"
status = {{ path = "code", unit = "http" }}
"""


class Killed(BaseException):
    """What no code under test catches."""


@pytest.fixture
def old_rows_are_welcome(monkeypatch):
    def welcome(days: int = 5000) -> None:
        monkeypatch.setenv("PODIUM_TOO_LATE_DAYS", str(days))
        settings.cache_clear()

    return welcome


def counts(done: list[replay.Replayed]) -> list[tuple[str, int | None, int, int, int]]:
    landed = [each.landed for each in done if each.landed]
    return [
        (each.status, each.rows_in, each.rows_landed, each.rows_duplicate, each.rows_quarantined) for each in landed
    ]


def marks() -> dict[str, str]:
    return {name: lake.mark(name) for name in ("request_log", "quarantine", "batches")}


def published(sql: str) -> list[tuple]:
    return steps.asked(steps.publish_now(), sql)


def asked(sql: str) -> list[tuple]:
    return steps.asked(settings().published / "current.duckdb", sql)


def land_three(tmp_path: Path) -> None:
    """A good row, one that is too late, and one that no setting makes good."""
    steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=OLD), attempt(3, input_tokens=-1))


def test_only_the_refused_rows_that_are_good_now_land_and_every_row_counts_once(home, tmp_path, old_rows_are_welcome):
    land_three(tmp_path)
    old_rows_are_welcome()
    assert counts(replay.replay()) == [("landed", 2, 1, 0, 1)]
    assert [row["attempt_id"] for row in steps.log()] == ["attempt-1", "attempt-2"]
    assert published(EQUATION) == [(3, 2, 0, 1, 1, True)]
    assert asked("select source_row, reason from meta.quarantine") == [(3, "neg_tokens")]
    (first, again) = asked(
        "select batch_id, replays_batch_id, reasons, rows_in from meta.batches order by batch_sequence"
    )
    assert first[1:] == (None, "{}", 1)
    assert again[1:] == (first[0], json.dumps({"neg_tokens": 1}), 2)


def test_a_replay_without_a_change_lands_nothing_and_grows_nothing(home, tmp_path, old_rows_are_welcome):
    land_three(tmp_path)
    before = marks()
    assert counts(replay.replay()) == [("unchanged", 2, 0, 0, 2)]
    assert marks() == before
    old_rows_are_welcome()
    replay.replay()
    before = marks()
    assert counts(replay.replay()) == [("unchanged", 1, 0, 0, 1)]
    assert marks() == before
    assert len(list((home / "archive" / "simulator").iterdir())) == 1


def test_a_replay_of_a_replay_lands_what_is_good_by_then(home, tmp_path, old_rows_are_welcome):
    older = attempt(2, start_time=steps.RECEIVED - timedelta(days=900))
    steps.land_rows(tmp_path, attempt(1, start_time=OLD), older)
    old_rows_are_welcome(600)
    assert counts(replay.replay()) == [("landed", 2, 1, 0, 1)]
    old_rows_are_welcome(1000)
    assert counts(replay.replay()) == [("landed", 1, 1, 0, 0)]
    assert replay.replay() == []
    assert published(EQUATION) == [(2, 2, 0, 0, 1, True)]


def test_a_row_that_landed_meanwhile_from_another_file_is_a_duplicate(home, tmp_path, old_rows_are_welcome):
    steps.land_rows(tmp_path, attempt(1, start_time=OLD))
    old_rows_are_welcome()
    steps.land_rows(tmp_path, attempt(1, start_time=OLD), attempt(2))
    assert counts(replay.replay()) == [("landed", 1, 0, 1, 0)]
    assert published(EQUATION) == [(3, 2, 1, 0, 2, True)]


def test_a_stricter_setting_refuses_no_row_that_has_landed(home, tmp_path, old_rows_are_welcome):
    steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=OLD))
    old_rows_are_welcome(1)
    assert counts(replay.replay()) == [("unchanged", 1, 0, 0, 1)]


def test_rows_grow_no_older_while_they_wait(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, start_time=steps.RECEIVED - timedelta(days=399)), attempt(2, start_time=OLD))
    ahead = attempt(1, start_time=steps.RECEIVED + timedelta(days=1))
    steps.land_rows(tmp_path, ahead)
    assert [status for status, *_ in counts(replay.replay())] == ["unchanged", "unchanged"]


def test_a_mended_mapping_lands_the_refused_rows_and_moves_no_landed_one(home, tmp_path):
    mappings = home / "overrides" / "mappings"
    mappings.mkdir(parents=True)
    (mappings / "mine.toml").write_text(MAPPING.format(model="model"))
    named = {"id": "a", "at": 1762084800000, "model": "gpt-4o", "code": 200}
    other = {"id": "b", "at": 1762084860000, "name": "gpt-4o", "code": 200}
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(map(json.dumps, (named, other))))
    steps.land(file, source="mine")
    (mappings / "mine.toml").write_text(MAPPING.format(model="name"))
    assert counts(replay.replay(source="mine")) == [("landed", 1, 1, 0, 0)]
    assert len(steps.log()) == 2
    assert published(EQUATION) == [(2, 2, 0, 0, 1, True)]


def test_a_file_refused_whole_lands_when_podium_can_read_it(home, tmp_path):
    file = write(tmp_path / "big.parquet", attempt(1), attempt(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_file, "_refuse_oversize", refuse_whole)
        (first,) = steps.land(file)
        assert first.status == "quarantined"
        assert counts(replay.replay()) == [("unchanged", None, 0, 0, 0)]
    assert counts(replay.replay()) == [("landed", 2, 2, 0, 0)]
    assert published(EQUATION) == [(2, 2, 0, 0, 1, True)]
    statuses = "select status from meta.batches order by batch_sequence"
    assert asked(statuses) == [("replayed",), ("landed",)]
    (again,) = steps.land(file)
    assert (again.status, again.rows_duplicate) == ("duplicate", 2)
    assert replay.replay() == []


def refuse_whole(_file: Path) -> None:
    raise one_file.FileRejected("too_large", "as if PODIUM_MAX_FILE_MIB were small")


def test_a_dry_run_says_what_would_land_and_leaves_no_trace(home, tmp_path, old_rows_are_welcome):
    land_three(tmp_path)
    old_rows_are_welcome()
    before = marks()
    assert counts(replay.replay(dry_run=True)) == [("landed", 2, 1, 0, 1)]
    assert (marks(), inbox.waiting()) == (before, [])
    assert counts(replay.replay()) == [("landed", 2, 1, 0, 1)]


def test_reason_source_and_batch_choose_what_is_replayed(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, start_time=OLD))
    steps.land_rows(tmp_path, attempt(2, input_tokens=-1))
    late, negative = replay.replay(dry_run=True)
    assert replay.replay("too_late", dry_run=True) == [late]
    assert replay.replay(source="simulator", dry_run=True) == [late, negative]
    assert replay.replay(source="litellm", dry_run=True) == []
    assert replay.replay(batch=negative.refused.batch_id[:8], dry_run=True) == [negative]
    with pytest.raises(PodiumError, match="no batch whose id begins with 'nope'"):
        replay.replay(batch="nope")


def test_a_file_that_left_the_archive_is_named_and_can_be_delivered_again(home, tmp_path, old_rows_are_welcome):
    land_three(tmp_path)
    (kept,) = (home / "archive" / "simulator").iterdir()
    kept.unlink()
    old_rows_are_welcome()
    ran = CliRunner().invoke(command, ["replay"])
    assert "rows-0.parquet: no longer in the archive; deliver it again" in ran.stdout
    assert isinstance(ran.exception, PodiumError)
    steps.land(tmp_path / "rows-0.parquet")
    assert counts(replay.replay()) == [("landed", 2, 1, 0, 1)]
    assert published(EQUATION) == [(6, 2, 3, 1, 2, True)]


def test_the_command_tells_what_came_of_it_by_its_exit_code_too(home, tmp_path, old_rows_are_welcome):
    land_three(tmp_path)
    old_rows_are_welcome()
    ran = CliRunner().invoke(command, ["replay"])
    assert "rows-0.parquet: refused still, neg_tokens 1" in ran.stdout
    assert ran.exit_code == 4
    assert CliRunner().invoke(command, ["replay", "--reason", "too_late"]).exit_code == 0


KILLS = ["land", "_append_quarantine", "_append_log", "_acknowledge", "archive"]


@pytest.mark.parametrize("place", KILLS)
@pytest.mark.parametrize("goes_on", ["replay", "refresh"])
def test_a_replay_killed_anywhere_is_finished_by_the_next_replay_or_refresh(
    home, tmp_path, old_rows_are_welcome, place, goes_on
):
    land_three(tmp_path)
    old_rows_are_welcome()
    kill_before(place)
    (landing.land_inbox if goes_on == "refresh" else replay.replay)()
    assert inbox.waiting() == []
    assert [row["attempt_id"] for row in steps.log()] == ["attempt-1", "attempt-2"]
    assert published(EQUATION) == [(3, 2, 0, 1, 1, True)]
    assert asked("select source_row from meta.quarantine") == [(3,)]
    assert len(lake.rows(lake.table("batches"))) == 2


def kill_before(place: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crashes.owner_of(place), place, killed)
        with pytest.raises(Killed):
            replay.replay()


def killed(*_: object) -> None:
    raise Killed


def test_what_a_killed_replay_refused_is_judged_again_after_it_is_finished(home, tmp_path, old_rows_are_welcome):
    older = attempt(2, start_time=steps.RECEIVED - timedelta(days=900))
    steps.land_rows(tmp_path, attempt(1, start_time=OLD), older)
    old_rows_are_welcome(600)
    kill_before("_append_log")
    old_rows_are_welcome(1000)
    assert counts(replay.replay()) == [("landed", 2, 1, 0, 1), ("landed", 1, 1, 0, 0)]
    assert published(EQUATION) == [(2, 2, 0, 0, 1, True)]


def test_a_file_that_only_calls_itself_a_replay_lands_as_any_other(home, tmp_path):
    land_three(tmp_path)
    (refused,) = [each.refused for each in replay.replay(dry_run=True)]
    write(home / "inbox" / "simulator" / f"{refused.prefix}x~b.parquet", attempt(9, start_time=NOON))
    (landed,) = landing.land_inbox(received_at=steps.RECEIVED)
    assert (landed.status, landed.rows_landed) == ("landed", 1)


def test_a_dry_run_tells_a_damaged_file_as_landing_does_and_goes_on_to_the_next(home, tmp_path):
    file = write(tmp_path / "damaged.parquet", *[attempt(number) for number in range(1, 59)])
    data = bytearray(file.read_bytes())
    ids = pq.read_metadata(file).row_group(0).column(2).data_page_offset
    data[ids + 30 : ids + 60] = bytes(byte ^ 0xFF for byte in data[ids + 30 : ids + 60])
    file.write_bytes(data)
    steps.land(file)
    steps.land_rows(tmp_path, attempt(61, start_time=OLD))
    damaged, late = [each.landed for each in replay.replay(dry_run=True) if each.landed]
    assert (damaged.status, damaged.reason) == ("quarantined", "corrupt")
    assert (late.rows_in, late.reasons) == (1, {"too_late": 1})


def test_a_dry_run_that_podiums_own_sql_fails_in_says_where_and_nothing_of_the_record(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1, start_time=OLD))
    shutil.copytree(SQL, tmp_path / "sql")
    rules = tmp_path / "sql" / "landing" / "refused.sql"
    first = "when attempt_id is null then"
    rules.write_text(rules.read_text().replace(first, f"when status = 'ok' then error(request_model) {first}"))
    monkeypatch.setattr(batch, "FOLDER", tmp_path / "sql" / "landing")
    monkeypatch.setattr(warehouse, "SQL", tmp_path / "sql")
    ran = CliRunner().invoke(command, ["replay", "--dry-run"])
    said = " ".join(ran.stdout.split())
    assert "would not land, Podium itself fails on it: fault (InvalidInputException in sql/landing/refused.sql)" in said
    assert str(ran.exception).startswith("a file stays in the archive, for Podium itself fails on it")
    assert "inbox" not in ran.stdout + str(ran.exception)
    assert "gpt-4o" not in ran.stdout + str(ran.exception)
