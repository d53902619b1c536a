"""Pulling LiteLLM_SpendLogs from a real PostgreSQL: everything once, late rows too, and no secret told."""

import sys
from datetime import datetime
from pathlib import Path

import dagster as dg
import polars as pl
import psycopg
import pytest

from pipeline import cli, definitions, inbox, lake, landing, pull, warehouse, watermark
from pipeline.pull import Pulled
from pipeline.settings import PodiumError, settings
from pipeline.sources import litellm_spendlogs
from tests.postgres.conftest import FIXTURE, PASSWORD

SOURCE = "litellm_spendlogs"
RECEIVED = datetime.fromisoformat("2026-11-22T20:00:00+00:00")
INSERT = """
    insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", model, status)
    values (%s, 'acompletion', %s::timestamp, %s::timestamp, 'gpt-4o', 'success')
"""


@pytest.fixture(autouse=True)
def patient(home, monkeypatch):
    """Nothing is too old, whatever the server's clock says."""
    monkeypatch.setenv("PODIUM_TOO_LATE_DAYS", "100000")
    settings.cache_clear()


@pytest.fixture
def took(dsn):
    return lambda **told: pull.pull(SOURCE, dsn, **told)


def call(database: psycopg.Connection, name: str, start: str) -> None:
    database.execute(INSERT, (name, f"2026-11-22 {start}", f"2026-11-22 {start}"))


def delivered() -> list[Path]:
    return [file for source, file in inbox.waiting() if source == SOURCE]


def names(files: list[Path]) -> list[str]:
    return [name for file in files for name in pl.read_csv(file.read_bytes())["request_id"]]


def land() -> list[tuple]:
    files = landing.land_inbox(received_at=RECEIVED)
    return sorted((one.status, one.rows_landed, one.rows_duplicate, one.rows_quarantined) for one in files)


def logged() -> list[str]:
    return sorted(lake.rows(lake.table("request_log"), "request_id").column(0).to_pylist())


def rows_of(file: Path, work: Path) -> list[dict]:
    work.mkdir()
    staged = litellm_spendlogs.read(warehouse.connect(), file, work).parquet
    return pl.read_parquet(staged).drop("source_row").sort("attempt_id").to_dicts()


def test_the_first_pull_brings_what_an_export_would(recorded, took, tmp_path):
    assert took() == Pulled(rows_read=326, rows_new=326, files=1)
    (file,) = delivered()
    assert rows_of(file, tmp_path / "pulled") == rows_of(FIXTURE, tmp_path / "export")


def test_a_pulled_file_holds_only_what_is_read(recorded, took):
    took()
    text = str(pl.read_csv(delivered()[0].read_bytes(), infer_schema=False).to_dicts())
    hidden = "CANARY-PROMPT", "fake answer", "@example.com", "198.51.100.7", "site-packages", "max_input_tokens", "/v1"
    assert [secret for secret in hidden if secret in text] == []
    assert delivered()[0].stat().st_mode & 0o077 == 0


def test_secrets_in_an_api_base_stay_in_the_database(database, took):
    call(database, "a", "12:00")
    database.execute("""update "LiteLLM_SpendLogs" set api_base = 'http://u:pw@gpu-7:8000/v1?key=sk-1'""")
    took()
    assert pl.read_csv(delivered()[0].read_bytes())["api_base"].to_list() == ["https://gpu-7"]


def test_pulled_rows_land_and_count_once(recorded, took):
    took()
    assert land() == [("landed", 326, 0, 0)]
    assert took() == Pulled(rows_read=326, rows_new=0, files=0)
    assert land() == []


def test_a_later_pull_brings_new_rows_and_late_ones(database, took):
    for name, start in (("a", "10:00"), ("b", "12:00"), ("c", "12:30")):
        call(database, name, start)
    took()
    assert land() == [("landed", 3, 0, 0)]
    for name, start in (("late", "10:45"), ("too late to be seen", "10:15"), ("late too", "12:00:30"), ("d", "13:00")):
        call(database, name, start)
    assert took() == Pulled(rows_read=5, rows_new=4, files=1)
    assert names(delivered()) == ["late", "b", "late too", "d"]  # b: its minute has changed
    assert land() == [("landed", 3, 1, 0)]


def test_a_pull_writes_no_file_that_landing_would_refuse(database, took, monkeypatch):
    monkeypatch.setenv("PODIUM_MAX_FILE_MIB", "1")
    settings.cache_clear()
    database.execute(MANY)
    done = took()
    assert (done.rows_new, done.files > 1) == (12_000, True)
    landed = land()
    assert {status for status, *_ in landed} == {"landed"}
    assert sum(rows for _, rows, *_ in landed) == 12_000


MANY = """
    insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", model, status)
    select
        (select string_agg(md5(place || '-' || number), '') from generate_series(1, 7) as place),
        'acompletion', timestamp '2026-11-22 12:00', timestamp '2026-11-22 12:00:01', 'gpt-4o', 'success'
    from generate_series(1, 12000) as number
"""


def test_the_lookback_is_a_setting(database, took, monkeypatch):
    monkeypatch.setenv("PODIUM_LITELLM_LOOKBACK_S", "60")
    settings.cache_clear()
    call(database, "a", "12:00")
    took()
    call(database, "b", "11:58:59")
    call(database, "c", "11:59")
    assert took() == Pulled(rows_read=2, rows_new=1, files=1)


def test_nothing_new_delivers_nothing_however_often(database, took):
    call(database, "a", "12:00")
    took()
    state = next((settings().lake / "pulled").glob("*.json"))
    before = state.read_bytes(), state.stat().st_mtime_ns
    assert [took(), took()] == [Pulled(rows_read=1, rows_new=0, files=0)] * 2
    assert (state.read_bytes(), state.stat().st_mtime_ns) == before
    assert len(delivered()) == 1


def test_a_changed_row_comes_again(database, took):
    call(database, "a", "12:00")
    took()
    database.execute("""update "LiteLLM_SpendLogs" set spend = 0.5""")
    assert took() == Pulled(rows_read=1, rows_new=1, files=1)


def test_a_crash_between_delivery_and_watermark_loses_and_doubles_nothing(database, took, monkeypatch):
    call(database, "a", "12:00")
    took()
    assert land() == [("landed", 1, 0, 0)]
    call(database, "b", "12:01")
    with monkeypatch.context() as crash:
        crash.setattr(watermark.Watermark, "save", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            took()
    assert names(delivered()) == ["b"]
    assert took() == Pulled(rows_read=2, rows_new=1, files=1)
    assert land() == [("duplicate", 0, 1, 0), ("landed", 1, 0, 0)]
    assert logged() == ["a", "b"]


def test_a_crash_while_a_file_is_written_leaves_none(database, took, monkeypatch):
    call(database, "a", "12:00")
    with monkeypatch.context() as crash:
        crash.setattr(pull.pa, "CompressedOutputStream", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            took()
    assert list(settings().inbox.rglob("*.zst*")) == []
    assert took() == Pulled(rows_read=1, rows_new=1, files=1)


def test_files_and_pages_are_bounded_and_lose_no_row(recorded, took, monkeypatch):
    monkeypatch.setattr(pull, "PAGE", 7)
    monkeypatch.setattr(pull, "GROUP", 10)
    monkeypatch.setattr(pull, "FILE", 50)
    assert took() == Pulled(rows_read=326, rows_new=326, files=7)
    told = [len(names([file])) for file in delivered()]
    assert sum(told) == 326
    assert max(told) < 50 + 10
    land()
    assert len(logged()) == 326
    assert took().rows_new == 0


def test_rows_of_one_instant_are_told_apart_across_pages(database, took, monkeypatch):
    monkeypatch.setattr(pull, "PAGE", 2)
    for name in ("a", 'b "quoted", too', "c\nd", "e"):
        call(database, name, "12:00")
    assert took() == Pulled(rows_read=4, rows_new=4, files=1)
    assert sorted(names(delivered())) == ["a", 'b "quoted", too', "c\nd", "e"]
    assert land() == [("landed", 4, 0, 0)]


def test_progress_ends_full(recorded, took):
    told = []
    took(progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_a_clock_that_ran_ahead_does_not_stop_the_pull(database, took):
    database.execute(INSERT, ("a", "2199-01-01", "2199-01-01"))
    database.execute(INSERT, ("b", "infinity", "infinity"))
    took()
    database.execute(INSERT.replace("%s::timestamp", "now() at time zone 'utc'"), ("c",))
    assert took() == Pulled(rows_read=3, rows_new=1, files=1)


def test_a_row_with_everything_null_is_put_aside(database, took):
    columns = {column.name for column in database.execute('select * from "LiteLLM_SpendLogs"').description}
    call(database, "null", "12:00")
    for column in columns - {"request_id", "startTime"}:
        database.execute(f'alter table "LiteLLM_SpendLogs" alter column "{column}" drop not null')
        database.execute(f'update "LiteLLM_SpendLogs" set "{column}" = null')
    call(database, "sound", "12:00")
    assert took() == Pulled(rows_read=2, rows_new=2, files=1)
    assert land() == [("landed", 1, 0, 1)]
    assert logged() == ["sound"]


def test_metadata_that_is_no_object_is_put_aside_unread(database, took):
    call(database, "a", "12:00")
    database.execute("""update "LiteLLM_SpendLogs" set metadata = '"CANARY-PROMPT"'""")
    took()
    assert "CANARY" not in str(pl.read_csv(delivered()[0].read_bytes()).to_dicts())
    assert land() == [("landed", 0, 0, 1)]


def test_an_older_table_without_the_newer_columns_is_pulled(recorded, took):
    for column in ("litellm_call_id", "organization_id", "status", "session_id", "completionStartTime", "request_tags"):
        recorded.execute(f'alter table "LiteLLM_SpendLogs" drop column "{column}"')
    assert took() == Pulled(rows_read=326, rows_new=326, files=1)
    assert land() == [("landed", 326, 0, 0)]


def refusal(dsn: str) -> str:
    with pytest.raises(PodiumError) as refused:
        pull.pull(SOURCE, dsn)
    assert PASSWORD not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return str(refused.value)


def test_a_missing_column_is_named(database, dsn):
    database.execute('alter table "LiteLLM_SpendLogs" drop column spend')
    assert 'column "spend" does not exist' in refusal(dsn)


def test_a_missing_table_is_told(database, dsn):
    database.execute('drop table "LiteLLM_SpendLogs"')
    assert 'relation "LiteLLM_SpendLogs" does not exist: is this LiteLLM' in refusal(dsn)


def test_a_user_who_may_not_read_is_told_what_to_ask_for(database, server):
    database.execute(f"create role reader login password '{PASSWORD}'")
    told = refusal(server.dsn(database.info.dbname, user="reader"))
    database.execute("drop role reader")
    assert 'grant select on "LiteLLM_SpendLogs"' in told


def test_a_wrong_password_is_told_without_it(database, server):
    with pytest.raises(PodiumError, match=r"can not be reached: .*password authentication failed") as refused:
        pull.pull(SOURCE, server.dsn(database.info.dbname, password="wr0ng-one"))  # noqa: S106
    assert "wr0ng-one" not in str(refused.value)


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://u:{PASSWORD}@db/litellm?connection_limit=5",
        f"u {PASSWORD}",
        f"postgresql://u:{PASSWORD}@db:port/x",
    ],
)
def test_what_is_no_connection_string_is_told_without_it(dsn):
    refusal(dsn)


def test_no_server_is_told(tmp_path):
    assert "PostgreSQL can not be reached" in refusal(f"host={tmp_path} dbname=x password={PASSWORD}")


def test_a_slow_database_is_given_up(recorded, dsn, monkeypatch):
    monkeypatch.setenv("PODIUM_LITELLM_TIMEOUT_S", "1")
    settings.cache_clear()
    recorded.execute('alter table "LiteLLM_SpendLogs" rename to slow')
    recorded.execute('create view "LiteLLM_SpendLogs" as select slow.* from slow, pg_sleep(5)')
    assert "took longer than PODIUM_LITELLM_TIMEOUT_S = 1" in refusal(dsn)


def test_two_pulls_at_once_are_refused(recorded, dsn, took):
    took()
    (state,) = (settings().lake / "pulled").glob("*.json")
    database = recorded.info
    asked = "select oid::text from pg_database where datname = current_database()"
    ((oid,),) = recorded.execute(asked).fetchall()
    with watermark.held(SOURCE, f"{database.host}/{database.port}/{database.dbname}/public/{oid}") as mark:
        assert mark.file == state
        assert "another pull of this database is under way" in refusal(dsn)


def test_a_damaged_watermark_is_named(recorded, dsn, took):
    took()
    (state,) = (settings().lake / "pulled").glob("*.json")
    state.write_text("{")
    assert f"{state} is damaged; remove it" in refusal(dsn)


def test_another_source_can_not_be_pulled(dsn):
    with pytest.raises(PodiumError, match="'simulator' can not be pulled; what can: litellm_spendlogs"):
        pull.pull("simulator", dsn)


def test_a_pull_leaves_the_database_as_it_was(recorded, took):
    state = "select md5(string_agg(s::text, '' order by request_id)) from \"LiteLLM_SpendLogs\" as s"
    before = recorded.execute(state).fetchone()
    took()
    assert recorded.execute(state).fetchone() == before


def podium(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["podium", *arguments])
    try:
        cli.run()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_the_command_says_what_is_new_and_never_where(recorded, dsn, monkeypatch, capsys):
    monkeypatch.setenv("PODIUM_LITELLM_DSN", dsn)
    settings.cache_clear()
    assert podium(monkeypatch, "pull", SOURCE) == 0
    assert podium(monkeypatch, "pull", SOURCE, "--since", "2026-11-22") == 0
    told = capsys.readouterr()
    assert told.out.count("of 326 rows are new") == 2
    assert "326 of 326 rows are new, in 1 file" in told.out
    assert "Next: podium refresh" in told.out
    assert PASSWORD not in told.out + told.err + repr(settings())


def test_libpqs_own_variables_say_which_database(recorded, server, monkeypatch):
    for name, value in {
        "HOST": server.folder,
        "USER": "owner",
        "PASSWORD": PASSWORD,
        "DATABASE": recorded.info.dbname,
    }.items():
        monkeypatch.setenv(f"PG{name}", str(value))
    assert pull.pull(SOURCE).rows_new == 326


def test_refresh_pulls_first_where_a_database_is_set(recorded, dsn, monkeypatch, capsys):
    monkeypatch.setenv("PODIUM_LITELLM_DSN", dsn)
    settings.cache_clear()
    assert podium(monkeypatch, "refresh") == 0
    assert "326 log rows" in capsys.readouterr().out


def test_refresh_goes_on_without_the_database_and_says_so(recorded, dsn, took, monkeypatch, capsys):
    took()
    monkeypatch.setenv("PODIUM_LITELLM_DSN", f"host=/nowhere password={PASSWORD}")
    settings.cache_clear()
    assert podium(monkeypatch, "refresh") == 1
    told = capsys.readouterr()
    assert "326 log rows" in told.out
    assert "nothing was pulled: PostgreSQL can not be reached" in told.err
    assert PASSWORD not in told.out + told.err


@pytest.mark.parametrize("is_reachable", [True, False])
def test_the_hourly_job_pulls_too(recorded, dsn, monkeypatch, is_reachable):
    monkeypatch.setenv("PODIUM_LITELLM_DSN", dsn if is_reachable else "host=/nowhere")
    settings.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([definitions.request_log], instance=instance)
    checks = {check.check_name: check.passed for check in done.get_asset_check_evaluations()}
    assert checks["database_was_pulled"] is is_reachable
    assert lake.exists("batches") is is_reachable


def test_the_hourly_schedule_runs_for_a_database_alone(home, monkeypatch):
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance)
        assert isinstance(definitions.hourly(context), dg.SkipReason)
        monkeypatch.setenv("PODIUM_LITELLM_DSN", "host=/nowhere")
        settings.cache_clear()
        assert isinstance(definitions.hourly(context), dg.RunRequest)
