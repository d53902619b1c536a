"""Rollups in the lake: how attempts become requests, tokens and dollars of an hour, and which hours are done again."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import lake, rollups
from pipeline.settings import PROJECT, PodiumError, settings
from tests import steps
from tests.rows import NOON, attempt

ELEVEN, TWELVE, THIRTEEN = (datetime(2026, 11, 2, hour) for hour in (11, 12, 13))  # noqa: DTZ001
FAILED = {"status": "error", "error_type": "timeout", "input_tokens": None, "output_tokens": None}
UNBILLED = {"cost_usd": None, "cost_source": "none"}


def usage() -> dict:
    """The only row of usage_hourly."""
    steps.roll_up()
    (row,) = steps.rollup("usage_hourly")
    return row


def by(name: str, *keys: str) -> dict:
    return {tuple(row[key] for key in keys): row for row in steps.rollup(name)}


def test_an_hour_adds_up_requests_tokens_and_dollars_exactly(home, tmp_path):
    steps.land_rows(tmp_path, *(attempt(number, cost_usd=0.1, cache_read_input_tokens=400) for number in range(3)))
    row = usage()
    assert (row["hour"], row["model_id"], row["provider_name"]) == (TWELVE, "openai/gpt-4o", "openai")
    assert (row["row_count"], row["request_count"], row["ok_count"], row["attempt_count"]) == (3, 3, 3, 3)
    assert (row["input_tokens"], row["output_tokens"], row["cache_read_input_tokens"]) == (3000, 300, 1200)
    assert row["cost_usd"] == Decimal("0.3")
    assert (row["priced_tokens"], row["priced_cost_usd"]) == (3300, Decimal("0.3"))


def test_unknown_stays_null_in_every_sum_and_zero_stays_zero(home, tmp_path):
    unknown = {"input_tokens": None, "output_tokens": None, "user_id": None} | UNBILLED
    steps.land_rows(
        tmp_path,
        attempt(1, **unknown),
        attempt(2, provider_name="azure", input_tokens=0, output_tokens=0, cost_usd=0.0, reasoning_output_tokens=0),
    )
    steps.roll_up()
    rows = by("usage_hourly", "provider_name")
    sums = [name for name in rows["openai",] if name.endswith(("_tokens", "_usd"))]
    assert {rows["openai",][name] for name in sums} == {None}
    zero = rows["azure",]
    assert (zero["input_tokens"], zero["output_tokens"], zero["cost_usd"], zero["free_tokens"]) == (0, 0, Decimal(0), 0)
    assert (zero["reasoning_output_tokens"], zero["cache_read_input_tokens"]) == (0, None)
    assert (rows["openai",]["usage_due_count"], rows["openai",]["usage_known_count"]) == (1, 0)
    assert (rows["openai",]["unpriced_count"], zero["unpriced_count"]) == (1, 0)
    (activity,) = [row for row in steps.rollup("user_activity_hourly") if row["user_id"] is None]
    assert (activity["request_count"], activity["total_tokens"], activity["cost_usd"]) == (1, None, None)


def test_an_unknown_row_does_not_hide_a_known_one(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, input_tokens=None, output_tokens=None, **UNBILLED))
    row = usage()
    assert (row["input_tokens"], row["cost_usd"]) == (1000, Decimal("0.0035"))
    assert (row["usage_known_count"], row["usage_due_count"], row["unpriced_count"]) == (1, 2, 1)


def test_a_users_price_is_of_rows_that_have_both_tokens_and_a_cost(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, input_tokens=None, cost_usd=0.5))
    steps.roll_up()
    (activity,) = steps.rollup("user_activity_hourly")
    assert (activity["priced_tokens"], activity["priced_cost_usd"]) == (1100, Decimal("0.0035"))
    assert (activity["total_tokens"], activity["cost_usd"]) == (1100, Decimal("0.5035"))


def test_a_requests_cost_is_that_of_all_its_attempts_in_the_outcomes_model(home, tmp_path):
    failed = attempt(1, request_id="r", model_raw="gpt-4o-mini", cost_usd=0.25, **FAILED)
    steps.land_rows(
        tmp_path,
        failed,
        attempt(2, request_id="r", cost_usd=0.75),
        attempt(3, cost_usd=0.0),
        attempt(4, cost_usd=1.0),
        attempt(5, model_raw="nobody-knows", **UNBILLED),
        attempt(6, response_cache_hit=True, cost_usd=0.0),
    )
    steps.roll_up()
    rows = {(row["model_id"], row["bucket"]): row["request_count"] for row in steps.rollup("request_cost_hourly")}
    dollar = 1037  # ceil(ln(1e9) / ln(1.01 / 0.99))
    assert rows == {("openai/gpt-4o", dollar): 2, ("openai/gpt-4o", 0): 1}


def test_a_failure_followed_by_a_success_is_one_successful_request_of_two_attempts(home, tmp_path):
    failed = attempt(1, request_id="r", provider_name="azure", **FAILED, **UNBILLED)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r"))
    steps.roll_up()
    rows = by("usage_hourly", "provider_name")
    outcome = ("row_count", "request_count", "ok_count", "error_count", "attempt_error_count", "error_timeout_count")
    assert [rows["azure",][name] for name in outcome] == [1, 0, 0, 0, 1, 1]
    assert [rows["openai",][name] for name in outcome] == [1, 1, 1, 0, 0, 0]


def test_the_row_that_ends_last_decides_even_if_it_starts_first(home, tmp_path):
    failed = attempt(5, request_id="r", **FAILED, **UNBILLED)
    rescued = attempt(1, request_id="r", end_time=NOON + timedelta(minutes=9))
    steps.land_rows(tmp_path, failed, rescued)
    row = usage()
    assert (row["request_count"], row["ok_count"], row["error_count"]) == (1, 1, 0)


def test_a_request_whose_attempts_all_failed_is_one_failed_request(home, tmp_path):
    steps.land_rows(tmp_path, *(attempt(number, request_id="r", **FAILED, **UNBILLED) for number in (1, 2, 3)))
    row = usage()
    assert (row["row_count"], row["request_count"], row["error_count"], row["attempt_error_count"]) == (3, 1, 1, 3)


def test_a_client_that_went_away_after_a_failure_is_a_cancelled_request(home, tmp_path):
    failed = attempt(1, request_id="r", **FAILED, **UNBILLED)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r", status="cancelled"))
    row = usage()
    assert (row["request_count"], row["cancelled_count"], row["error_count"]) == (1, 1, 0)


def test_fallback_counts_for_the_model_that_answered(home, tmp_path):
    failed = attempt(1, request_id="r", request_model="claude", served_model_group="claude", **FAILED, **UNBILLED)
    rescued = attempt(2, request_id="r", request_model="gpt-4o", served_model_group="gpt-4o")
    steps.land_rows(tmp_path, failed, rescued, attempt(3), attempt(4, served_model_group=None))
    row = usage()
    assert (row["fallback_count"], row["fallback_known_count"], row["ok_count"]) == (1, 2, 3)


def test_a_stream_after_a_failure_of_litellm_is_not_the_models_own_clock(home, tmp_path):
    stream = {"stream": True, "time_to_first_chunk_s": 1.0, "source": "litellm_slp"}
    failed = attempt(1, request_id="r", source="litellm_slp", **FAILED, **UNBILLED)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r", **stream), attempt(3, **stream))
    steps.roll_up()
    counted = {key: row["sample_count"] for key, row in by("latency_hourly", "metric").items()}
    assert counted == {("duration",): 1, ("output_speed",): 1, ("ttft",): 1}


def test_a_call_that_is_no_stream_restarts_litellms_clock_after_a_failure(home, tmp_path):
    failed = attempt(1, request_id="r", source="litellm_slp", **FAILED, **UNBILLED)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r", source="litellm_slp"))
    steps.roll_up()
    assert [row["metric"] for row in steps.rollup("latency_hourly")] == ["duration"]


def test_latency_of_a_failure_or_of_a_whole_request_is_nobodys(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, latency_scope="request"), attempt(2, **FAILED, **UNBILLED))
    steps.roll_up()
    assert steps.rollup("latency_hourly") == []


def test_gateway_cache_hits_count_as_requests_but_neither_in_latency_nor_in_price(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, response_cache_hit=True, cost_usd=0.0))
    row = usage()
    assert (row["request_count"], row["response_cache_hit_count"]) == (2, 1)
    assert (row["input_tokens"] + row["output_tokens"], row["response_cache_hit_tokens"]) == (2200, 1100)
    assert (row["priced_tokens"], row["free_tokens"], row["priced_cost_usd"]) == (1100, None, Decimal("0.0035"))
    (latency,) = steps.rollup("latency_hourly")
    assert latency["sample_count"] == 1


def test_a_billed_failure_is_spend_and_told_apart(home, tmp_path):
    billed = {"status": "error", "error_type": "connection", "cost_usd": 0.001}
    steps.land_rows(tmp_path, attempt(1), attempt(2, **billed))
    row = usage()
    assert (row["cost_usd"], row["failed_cost_usd"]) == (Decimal("0.0045"), Decimal("0.001"))


def test_requests_of_a_gateway_that_logs_outcomes_only_have_no_attempts(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, record_kind="request"))
    row = usage()
    assert (row["request_count"], row["attempt_count"]) == (1, None)


def test_every_dimension_alone_adds_up_to_the_hour(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, category="code"), attempt(2, team_name=None, app_name="Bot"))
    steps.roll_up()
    rows = by("dimension_usage_hourly", "dimension", "dimension_value")
    assert {key: row["request_count"] for key, row in rows.items()} == {
        ("team", "Search"): 1,
        ("team", "(unknown)"): 1,
        ("app", "Bot"): 1,
        ("app", "(unknown)"): 1,
        ("api_key", "(unknown)"): 2,
        ("category", "code"): 1,
        ("category", "(unknown)"): 1,
        ("region", "(unknown)"): 2,
    }


def test_users_are_counted_by_pseudonym(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2), attempt(3, user_id="u_2"), attempt(4, user_id=None))
    steps.roll_up()
    counted = {key: row["request_count"] for key, row in by("user_activity_hourly", "user_id").items()}
    assert counted == {("u_1",): 2, ("u_2",): 1, (None,): 1}


def test_the_people_of_teams_apps_and_keys_are_told_apart_and_nobody_is_nobody(home, tmp_path):
    told = {"app_name": "Bot", "api_key_alias": "ci", "team_name": None}
    steps.land_rows(tmp_path, attempt(1), attempt(2), attempt(3, user_id="u_2", **told), attempt(4, user_id=None))
    steps.roll_up()
    rows = by("dimension_users_hourly", "dimension", "dimension_value", "user_id")
    assert {key: row["request_count"] for key, row in rows.items()} == {
        ("team", "Search", "u_1"): 2,
        ("app", "Bot", "u_2"): 1,
        ("api_key", "ci", "u_2"): 1,
    }


def test_only_the_hours_that_landing_touched_are_computed_again(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=NOON + timedelta(hours=1)))
    assert steps.roll_up() == [NOON, NOON + timedelta(hours=1)]
    assert steps.roll_up() == []
    steps.land_rows(tmp_path, attempt(3, start_time=NOON + timedelta(minutes=90)))
    assert steps.roll_up() == [NOON + timedelta(hours=1)]
    assert [(row["hour"], row["row_count"]) for row in steps.rollup("usage_hourly")] == [(TWELVE, 1), (THIRTEEN, 2)]


def test_a_late_row_leaves_the_other_hours_of_its_day_as_they_were(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=NOON + timedelta(hours=1)))
    steps.roll_up()
    before = {name: steps.rollup(name) for name in (file.stem for file in rollups.files())}
    steps.land_rows(tmp_path, attempt(3, start_time=NOON - timedelta(minutes=30)))
    steps.roll_up()
    for name, rows in before.items():
        assert [row for row in steps.rollup(name) if row["hour"] != ELEVEN] == rows


@pytest.mark.parametrize("failure_first", [True, False])
def test_a_request_across_the_hour_is_one_request_whichever_half_lands_first(home, tmp_path, failure_first):
    failed = attempt(59, request_id="r", **FAILED, **UNBILLED)
    rescued = attempt(60, request_id="r")
    for row in (failed, rescued) if failure_first else (rescued, failed):
        steps.land_rows(tmp_path, row)
        steps.roll_up()
    rows = by("usage_hourly", "hour")
    assert [(hour, row["request_count"], row["row_count"]) for (hour,), row in rows.items()] == [
        (TWELVE, 0, 1),
        (THIRTEEN, 1, 1),
    ]


@pytest.mark.parametrize("together", [True, False])
def test_rows_of_a_request_hours_apart_never_meet_whatever_is_folded_together(home, tmp_path, together):
    failed = attempt(1, request_id="r", **FAILED, **UNBILLED)
    late = attempt(181, request_id="r")
    for rows in [(failed, late)] if together else [(failed,), (late,)]:
        steps.land_rows(tmp_path, *rows)
        steps.roll_up()
    rows = by("usage_hourly", "hour")
    assert [(row["request_count"], row["error_count"], row["ok_count"]) for row in rows.values()] == [
        (1, 1, 0),
        (1, 0, 1),
    ]


def test_two_successes_under_one_request_id_are_one_request(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, request_id="r"), attempt(2, request_id="r"))
    row = usage()
    assert (row["row_count"], row["request_count"], row["ok_count"]) == (2, 1, 1)


@pytest.mark.parametrize("smaller_first", [True, False])
def test_of_two_versions_of_an_attempt_one_counts_whichever_lands_first(home, tmp_path, smaller_first):
    versions = [attempt(1, output_tokens=100), attempt(1, output_tokens=150, status="cancelled")]
    for row in versions if smaller_first else reversed(versions):
        steps.land_rows(tmp_path, row)
        steps.roll_up()
    (row,) = steps.rollup("usage_hourly")
    assert (row["row_count"], row["request_count"], row["cancelled_count"], row["output_tokens"]) == (1, 1, 1, 150)


def test_the_newest_revision_of_an_attempt_wins_over_a_larger_one(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, source_revision=2, output_tokens=10))
    steps.land_rows(tmp_path, attempt(1, source_revision=1, output_tokens=99))
    assert usage()["output_tokens"] == 10


def test_versions_of_a_failed_attempt_leave_one_outcome_of_the_request(home, tmp_path):
    failed = attempt(1, request_id="r", **FAILED, **UNBILLED)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r"))
    steps.land_rows(tmp_path, attempt(2, request_id="r", output_tokens=150), failed | {"error_type": "auth"})
    row = usage()
    assert (row["row_count"], row["request_count"], row["ok_count"], row["error_count"]) == (2, 1, 1, 0)
    assert row["output_tokens"] == 150


@pytest.mark.parametrize("filler", [7, 8, 9, 10])
def test_versions_that_differ_in_any_column_are_settled_by_content_not_by_file(home, tmp_path, filler):
    versions = [attempt(1, stream=True, time_to_first_chunk_s=first_chunk) for first_chunk in (0.5, 0.9)]
    for row in reversed(versions) if filler % 2 else versions:
        steps.land_rows(tmp_path, row, attempt(filler))
    steps.roll_up()
    buckets = {row["bucket"] for row in steps.rollup("latency_hourly") if row["metric"] == "ttft"}
    assert buckets == {311}  # 0.5 s


def test_a_day_whose_first_rows_have_no_latency_takes_later_ones_that_have(home, tmp_path):
    silent = {"duration_s": None, "end_time": None}
    steps.land_rows(tmp_path, attempt(1, **silent))
    steps.roll_up()
    steps.land_rows(tmp_path, attempt(2))
    steps.roll_up()
    assert len(steps.rollup("latency_hourly")) == 1
    assert steps.rollup("usage_hourly")[0]["row_count"] == 2


def test_a_log_that_holds_only_refused_rows_rolls_up_to_nothing(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, input_tokens=-1))
    assert steps.roll_up() == []
    steps.land_rows(tmp_path, attempt(1))
    assert steps.roll_up() == [NOON]


def test_hours_can_be_computed_again_on_request(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2, start_time=NOON + timedelta(hours=1)))
    steps.roll_up()
    before = {file.stem: steps.rollup(file.stem) for file in rollups.files()}
    empty_hour = NOON - timedelta(hours=4)
    assert steps.roll_up([NOON, empty_hour]) == [empty_hour, NOON]
    assert {name: steps.rollup(name) for name in before} == before


def test_other_sql_makes_every_hour_again(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    steps.roll_up()
    monkeypatch.setattr(rollups, "fingerprint", lambda: "another")
    assert steps.roll_up() == [NOON]
    assert len(steps.rollup("usage_hourly")) == 1


def test_a_kill_while_a_table_of_other_sql_is_dropped_leaves_no_half_a_table(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    steps.roll_up()

    def killed_halfway(folder: Path, **_: bool) -> None:
        if folder.exists():
            (folder / "_delta_log" / f"{0:020}.json").unlink()
            raise KeyboardInterrupt

    monkeypatch.setattr(rollups, "fingerprint", lambda: "another")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed_halfway)
        with pytest.raises(KeyboardInterrupt):
            steps.roll_up()
    assert steps.roll_up() == [NOON]
    assert steps.rollup("usage_hourly")[0]["row_count"] == 1


def test_many_rows_are_rolled_up_a_few_hours_at_a_time_to_the_same_result(home, tmp_path, monkeypatch):
    from pipeline.engines import duckdb as engine

    steps.land_rows(tmp_path, *(attempt(n, start_time=NOON + timedelta(hours=n)) for n in range(5)))
    steps.roll_up()
    at_once = {file.stem: steps.rollup(file.stem) for file in rollups.files()}
    monkeypatch.setattr(engine, "ROWS_AT_ONCE", 2)
    steps.roll_up([NOON + timedelta(hours=n) for n in range(5)])
    assert {name: steps.rollup(name) for name in at_once} == at_once


def test_an_alias_written_while_hours_are_computed_is_heard_by_the_next_refresh(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    steps.roll_up()
    steps.land_rows(tmp_path, attempt(2, start_time=NOON + timedelta(hours=1)))
    usual = rollups.dirty_hours

    def interrupted(since: int | None) -> set[datetime]:
        settings().overrides.mkdir()
        (settings().overrides / "aliases.csv").write_text("raw_name,provider_name,model_id\nhouse,,acme/house\n")
        return usual(since)

    with monkeypatch.context() as patch:
        patch.setattr(rollups, "dirty_hours", interrupted)
        assert steps.roll_up() == [NOON + timedelta(hours=1)]
    assert steps.roll_up() == [NOON, NOON + timedelta(hours=1)]


def test_an_engine_nobody_wrote_is_refused_by_name(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    monkeypatch.setenv("PODIUM_ENGINE", "abacus")
    settings.cache_clear()
    with pytest.raises(PodiumError, match=r"PODIUM_ENGINE is 'abacus'; there are: duckdb"):
        steps.roll_up()


ZONED = """
__file__ = "zoned.py"  # without one DuckDB takes this for a prompt, and draws the progress of what takes two seconds
import sys
from pathlib import Path
from tests import steps
from tests.rows import attempt
steps.land_rows(Path(sys.argv[1]), attempt(1), attempt(700), attempt(800))
published = steps.publish_now()
print(sorted(steps.contents(published).items()))
print(steps.asked(published, "select as_of, data_through from meta.publication"))
"""


def test_the_machines_time_zone_changes_nothing(tmp_path):
    told = set()
    for zone in ("America/New_York", "Asia/Tokyo"):
        folder = tmp_path / zone.replace("/", "-")
        folder.mkdir()
        zoned = {"TZ": zone, "PODIUM_HOME": str(folder / "home"), "PODIUM_KEY_FILE": str(tmp_path / "pseudonym.key")}
        run = [sys.executable, "-c", ZONED, str(folder)]
        told.add(subprocess.run(run, cwd=PROJECT, env=os.environ | zoned, check=True, capture_output=True).stdout)
    assert len(told) == 1
    assert b"rollups.usage_hourly" in told.pop()


def test_the_hours_of_the_log_are_utc(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    (file,) = lake.data_files(lake.table("request_log"))
    assert lake.hour_of(file.partition) == NOON.astimezone(UTC)
