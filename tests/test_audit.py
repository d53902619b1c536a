"""The audit: sums agree from log to rankings, and a version that breaks a claim is not published."""

import json
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline import audit, lake, publish, rollups
from pipeline.publish import AuditFailed, Published
from pipeline.settings import SQL, settings
from tests import steps
from tests.rows import NOON, attempt

FAILED = {"status": "error", "error_type": "timeout", "input_tokens": None, "output_tokens": None}
CORE = [file.stem for file in audit.files() if not file.stem.startswith("rankings_")]


def land_a_week(folder: Path) -> None:
    """A week of requests of three models and two teams, two of them rescued, and a row that opens the next week."""
    models = ("gpt-4o", "claude-sonnet-4-5", "nobody-knows-this")
    week = [
        attempt(
            number,
            start_time=NOON + timedelta(hours=5 * number),
            model_raw=models[number % 3],
            cost_usd=number / 7 if number % 5 else None,
            cost_source="gateway" if number % 5 else "none",
            team_name="Search" if number % 2 else None,
            user_id=f"u_{number % 6}",
        )
        for number in range(30)
    ]
    rescued = [
        attempt(
            90 + number,
            start_time=NOON + timedelta(hours=5 * number, minutes=-20),
            request_id=f"request-{number}",
            cost_usd=0.0,
            **FAILED,
        )
        for number in (5, 10)
    ]
    steps.land_rows(folder, *week, *rescued, attempt(99, start_time=NOON + timedelta(days=7)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Published]:
    """A home with that week, published."""
    folder = tmp_path_factory.mktemp("week")
    with steps.at_home(folder) as home:
        land_a_week(folder)
        return home, steps.publish_now()


@pytest.fixture
def published(home, made) -> Published:
    """That version, in a home of this test's own."""
    steps.copy_home(made[0])
    return made[1]


@pytest.fixture
def week(made) -> Path:
    """The same version, for tests that only read it."""
    home, published = made
    return home / "published" / published.file


def pointer(home: Path) -> bytes:
    return (home / "published" / "CURRENT").read_bytes()


def refused(**how: bool) -> str:
    with pytest.raises(AuditFailed) as failure:
        steps.publish_now(**how)
    return str(failure.value)


def test_the_request_log_the_rollups_and_the_rankings_agree_to_the_last_digit(published):
    log = steps.log()
    known = [row for row in log if row["input_tokens"] is not None]
    truth = (
        len(log),
        sum(row["input_tokens"] + row["output_tokens"] for row in known),
        sum((row["cost_usd"] for row in log if row["cost_usd"] is not None), Decimal(0)),
    )
    for table in ("rollups.usage_hourly", "rollups.usage_daily"):
        (sums,) = steps.asked(
            published, f"select sum(row_count), sum(input_tokens + output_tokens), sum(cost_usd) from {table}"
        )
        assert sums == truth
    in_week = [row for row in log if row["start_time"] < NOON.replace(hour=0) + timedelta(days=7)]
    requests = len({row["request_id"] for row in in_week})
    week = (
        requests,
        sum(row["input_tokens"] + row["output_tokens"] for row in in_week if row["input_tokens"] is not None),
        sum((row["cost_usd"] for row in in_week if row["cost_usd"] is not None), Decimal(0)),
    )
    assert steps.asked(
        published, "select request_count, total_tokens, spend_usd from rankings.totals where period = '1w'"
    ) == [week]
    boards = steps.asked(
        published,
        "select unit, sum(value) from rankings.adoption where period = '1w' and unit <> 'users' group by unit",
    )
    assert {unit: Decimal(value) for unit, value in boards} == {
        "requests": week[0],
        "tokens": week[1],
        "spend": week[2],
    }


def test_every_check_is_recorded_with_its_claim_and_holds(week):
    recorded = steps.asked(week, "select check_name, severity, is_ok, claim, description from meta.checks")
    assert {name for name, *_ in recorded} == {file.stem for file in audit.files()}
    assert all(claim and told and (is_ok or severity == "warn") for _, severity, is_ok, claim, told in recorded)


def test_two_logs_of_one_gateway_are_told_until_one_of_them_is_named_as_the_reference(home, tmp_path, monkeypatch):
    payload = attempt(1, source="litellm_slp")
    same = attempt(2, source="litellm_spendlogs", request_id=payload["request_id"], record_kind="request")
    steps.land_rows(tmp_path, payload, same)
    steps.roll_up()
    red = "select check_name from meta.checks where not is_ok and starts_with(check_name, 'sources')"
    assert steps.asked(steps.publish_now(), red) == [("sources__no_gateway_counts_twice",)]
    monkeypatch.setenv("PODIUM_RECONCILE", "litellm_slp=litellm_spendlogs")
    settings.cache_clear()
    steps.roll_up()
    assert steps.asked(steps.publish_now(), red) == []


def test_stale_and_unpriced_data_are_published_with_a_warning(home, tmp_path):
    unpriced = attempt(1, model_raw="nobody-knows-this", cost_usd=None, cost_source="none")
    steps.land_rows(tmp_path, unpriced)
    late = steps.publish_now(as_of=NOON + timedelta(days=9))
    assert steps.asked(late.path, "select check_name from meta.checks where not is_ok order by 1") == [
        ("publication__data_is_fresh",),
        ("sources__most_tokens_have_a_price",),
    ]


def test_a_spoiled_rollup_file_in_the_lake_is_caught_and_not_published(home, published):
    before = pointer(home)
    spoil_tokens("usage_hourly")
    told = refused(whole=True)
    assert "version 2 was not published" in told
    assert "usage_hourly__equals_the_request_log" in told
    assert pointer(home) == before
    assert publish.current() == published
    audited = json.loads((home / "published" / "AUDIT").read_text())
    assert (audited["version"], "usage_hourly__equals_the_request_log" in audited["failed"]) == (2, True)
    assert sorted(file.name for file in (home / "published").glob("podium-*")) == ["podium-1.duckdb"]


def test_a_rollup_whose_sql_is_wrong_is_caught_and_not_published(home, published, tmp_path, monkeypatch):
    before = pointer(home)
    sql_of_rollups(tmp_path, monkeypatch, "usage_hourly", "count(*) as row_count", "2 * count(*) as row_count")
    assert "usage_hourly__adds_up_to_the_log_totals" in refused()
    assert pointer(home) == before


def test_a_rollup_that_loses_cents_is_caught(home, published, tmp_path, monkeypatch):
    right = "cast(sum(billed_usd) as decimal(38, 10)) as cost_usd"
    wrong = "cast(sum(cast(billed_usd as decimal(18, 6))) as decimal(38, 10)) as cost_usd"
    sql_of_rollups(tmp_path, monkeypatch, "usage_hourly", right, wrong)
    assert "usage_hourly__equals_the_request_log" in refused()


def test_a_lost_row_of_the_log_is_caught(home, published):
    log = lake.table("request_log")
    log.delete("event_date = '2026-11-03'")
    assert "batches__every_landed_row_is_in_the_log" in refused()


def test_after_mending_the_next_version_is_published_again(home, published, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        sql_of_rollups(tmp_path, patch, "usage_hourly", "count(*) as row_count", "2 * count(*) as row_count")
        refused()
    later = steps.publish_now()
    assert (later.version, steps.contents(later)) == (2, steps.contents(published))
    assert json.loads((home / "published" / "AUDIT").read_text())["failed"] == {}


SPOILED = {
    "batches__landing_equation_holds": "update meta.batches set rows_duplicate = rows_duplicate + 1",
    "dimension_usage_daily__each_dimension_is_the_whole": (
        "delete from rollups.dimension_usage_daily where dimension = 'team' and event_date = '2026-11-03'"
    ),
    "latency_daily__has_no_more_samples_than_requests": "update rollups.latency_daily set sample_count = 1000",
    "latency_by_hour_daily__adds_up_to_the_days": "update rollups.latency_by_hour_daily set sample_count = 9",
    "latency_by_prompt_daily__adds_up_to_the_days": "delete from rollups.latency_by_prompt_daily",
    "latency_weekly__adds_up_to_the_days": "update rollups.latency_weekly set sample_count = sample_count + 1",
    "request_cost_daily__holds_the_requests_whose_cost_is_known": "delete from rollups.request_cost_daily",
    "scores_daily__feedback_is_not_more_than_usage_holds": (
        "insert into rollups.scores_daily values ('2026-11-03', 'acme/judged', 'feedback', 1, 1)"
    ),
    "traffic_daily__holds_the_requests_that_did_not_fail": (
        "update rollups.traffic_daily set request_count = request_count + 1000"
    ),
    "usage_daily__adds_up_to_the_hours": "update rollups.usage_daily set cost_usd = cost_usd + 0.0000000001",
    "usage_hourly__adds_up_to_the_log_totals": "update rollups.usage_hourly set ok_count = ok_count + 1",
    "user_activity_daily__adds_up_to_the_day": "delete from rollups.user_activity_daily where user_id = 'u_3'",
}


@pytest.mark.parametrize("check", SPOILED)
def test_a_check_sees_what_it_claims_to_see(week, tmp_path, check):
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(week, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute("create schema lake")  # gone from a published file; a whole build copied every day
        con.execute("create table lake.copied_dates as select distinct event_date from rollups.usage_daily")
        file = SQL / "checks" / f"{check}.sql"
        assert audit.violations(con, file) == 0
        con.execute(SPOILED[check])
        assert audit.violations(con, file) > 0


def test_every_core_check_has_been_seen_red():
    caught_while_building = {
        "usage_hourly__equals_the_request_log",
        "batches__every_landed_row_is_in_the_log",
        "batches__every_landed_score_is_in_the_lake",
    }
    warned = {
        "sources__no_gateway_counts_twice",
        "publication__data_is_fresh",
        "reconciliation_daily__sources_agree",
        "sources__most_tokens_have_a_price",
    }
    assert set(CORE) == SPOILED.keys() | caught_while_building | warned


def spoil_tokens(name: str) -> None:
    """Rewrite a rollup's data files in place, one token more in each row."""
    for file in lake.data_files(rollups.table(name)):
        path = lake.folder(f"rollups/{name}") / file.path
        pl.read_parquet(path, hive_partitioning=False).with_columns(pl.col("input_tokens") + 1).write_parquet(path)


def sql_of_rollups(tmp_path: Path, patch: pytest.MonkeyPatch, name: str, right: str, wrong: str) -> None:
    """Roll up by a copy of sql/rollups in which one expression is wrong."""
    shutil.copytree(SQL / "rollups", tmp_path / "rollups")
    file = tmp_path / "rollups" / f"{name}.sql"
    text = file.read_text()
    assert text.count(right) == 1
    file.write_text(text.replace(right, wrong))
    patch.setattr(rollups, "files", lambda: sorted((tmp_path / "rollups").glob("*.sql")))
