"""The reporting timezone: the same log cut into other days, and not a row more or less."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from pipeline import zones
from pipeline.settings import Settings, settings
from tests import steps
from tests.rows import attempt

SATURDAY, SUNDAY, MONDAY = (date(2026, 3, day) for day in (7, 8, 9))
# New York's clocks go from 02:00 to 03:00 on Sunday 8 March 2026; Auckland's are 13 hours ahead of UTC all the while.
HOURS = {
    "2026-03-08T04:59:00+00:00": 1,
    "2026-03-08T05:00:00+00:00": 10,
    "2026-03-09T03:59:00+00:00": 100,
    "2026-03-09T04:00:00+00:00": 1000,
    "2026-03-09T11:00:00+00:00": 10000,
}
AS_OF = datetime(2026, 3, 10, tzinfo=UTC)
DAYS = {
    "UTC": [(SUNDAY, 11), (MONDAY, 11100)],
    "America/New_York": [(SATURDAY, 1), (SUNDAY, 110), (MONDAY, 11000)],
    "Pacific/Auckland": [(SUNDAY, 11), (MONDAY, 1100), (date(2026, 3, 10), 10000)],
}


@pytest.fixture
def here(home, monkeypatch):
    """Sets the reporting timezone of this home."""

    def choose(name: str) -> None:
        monkeypatch.setenv("PODIUM_REPORTING_TIMEZONE", name)
        settings.cache_clear()

    return choose


def calls(instants: dict[str, int]) -> list[dict]:
    """An attempt at each instant, of so many input tokens and no output."""
    return [
        attempt(number, start_time=datetime.fromisoformat(instant), input_tokens=tokens, output_tokens=0)
        for number, (instant, tokens) in enumerate(instants.items(), 1)
    ]


def test_a_log_is_cut_into_the_days_of_each_timezone_and_adds_up_to_the_same(here, tmp_path):
    steps.land_rows(tmp_path, *calls(HOURS), at=AS_OF)
    for name, days in DAYS.items():
        here(name)
        made = steps.publish_now(as_of=AS_OF)
        for table, column in (("usage_daily", "input_tokens"), ("user_activity_daily", "total_tokens")):
            found = f"select event_date, sum({column})::bigint from rollups.{table} group by all order by all"
            assert steps.asked(made, found) == days
        whole = "select sum(input_tokens)::bigint, sum(cost_usd) from rollups.usage_daily"
        assert steps.asked(made, whole) == [(11111, Decimal("0.0175"))]
        assert steps.asked(made, "select count(*) from rollups.usage_hourly") == [(5,)]
        assert steps.asked(made, "select reporting_timezone from meta.publication") == [(name,)]
        assert steps.asked(made, "select check_name from meta.checks where not is_ok and severity = 'error'") == []


@pytest.mark.parametrize("name", DAYS)
def test_a_file_built_upon_the_last_equals_one_built_whole_in_every_timezone(here, tmp_path, name):
    here(name)
    instants = list(HOURS.items())
    steps.land_rows(tmp_path, *calls(dict(instants[::2])), at=AS_OF)
    steps.publish_now(as_of=AS_OF)
    later = [row | {"attempt_id": f"late-{row['attempt_id']}"} for row in calls(dict(instants[1::2]))]
    steps.land_rows(tmp_path, *later, at=AS_OF)
    grown = steps.contents(steps.publish_now(as_of=AS_OF), ("rollups", "rankings"))
    assert grown == steps.contents(steps.publish_now(as_of=AS_OF, whole=True), ("rollups", "rankings"))


def test_a_changed_timezone_cuts_every_day_again_and_back(here, tmp_path):
    steps.land_rows(tmp_path, *calls(HOURS), at=AS_OF)
    first = steps.contents(steps.publish_now(as_of=AS_OF), ("rollups", "rankings"))
    here("Pacific/Auckland")
    assert steps.contents(steps.publish_now(as_of=AS_OF), ("rollups", "rankings")) != first
    here("UTC")
    assert steps.contents(steps.publish_now(as_of=AS_OF), ("rollups", "rankings")) == first


def test_a_week_ends_at_midnight_of_the_reporting_timezone(here, tmp_path):
    rows = calls({"2026-03-08T23:30:00+00:00": 1, "2026-03-09T04:30:00+00:00": 2})
    steps.land_rows(tmp_path, *rows, at=AS_OF)
    ends = {}
    for name in ("UTC", "America/New_York"):
        here(name)
        made = steps.publish_now(as_of=AS_OF)
        running = "select week_start, total_tokens from rankings.totals_weekly where not is_complete order by all"
        ends[name] = steps.asked(made, running)
    assert ends["UTC"][-1] == ends["America/New_York"][-1] == (MONDAY, 2)
    # New York: Sunday has four hours left when Monday begins in UTC; neither zone's first week is whole.
    assert steps.asked(made, "select coverage_days from rankings.periods where period = 'to_date'") == [(1,)]


@pytest.mark.parametrize(
    ("name", "day", "hours", "starts_at"),
    [
        ("America/New_York", date(2026, 3, 8), 23, datetime(2026, 3, 8, 5)),  # noqa: DTZ001
        ("America/New_York", date(2026, 11, 1), 25, datetime(2026, 11, 1, 4)),  # noqa: DTZ001
        ("Pacific/Auckland", date(2026, 4, 5), 25, datetime(2026, 4, 4, 11)),  # noqa: DTZ001
        ("America/Santiago", date(2026, 9, 6), 23, datetime(2026, 9, 6, 4)),  # noqa: DTZ001 - midnight is skipped
        ("America/Santiago", date(2026, 4, 4), 25, datetime(2026, 4, 4, 3)),  # noqa: DTZ001 - 23:00 comes twice
        ("America/Havana", date(2026, 11, 1), 25, datetime(2026, 11, 1, 4)),  # noqa: DTZ001 - midnight comes twice
        ("UTC", date(2026, 3, 8), 24, datetime(2026, 3, 8)),  # noqa: DTZ001
    ],
)
def test_days_have_23_or_25_hours_where_clocks_change(name, day, hours, starts_at):
    ((told, begins, ends), (_, next_begins, _)) = zones.days(name, day, day + timedelta(days=1))
    assert (told, begins, (ends - begins) / timedelta(hours=1)) == (day, starts_at, hours)
    assert ends == next_begins


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Asia/Kolkata", "UTC+05:30, .* Etc/GMT-5 .UTC.05:00. and Etc/GMT-6 "),
        ("Asia/Kathmandu", "UTC.05:45, .* Etc/GMT-5 "),
        ("America/St_Johns", "UTC-03:30, .* Etc/GMT.4 .UTC-04:00. and Etc/GMT.3 "),
        ("Australia/Lord_Howe", "UTC.10:30"),
        ("Europe/Atlantis", "IANA"),
        ("../etc/passwd", "IANA"),
        ("America", "IANA"),
        ("", "IANA"),
    ],
)
def test_a_timezone_whose_days_are_not_whole_hours_is_refused_with_the_nearest_that_are(name, told):
    with pytest.raises(ValidationError, match=told.replace("UTC+", "UTC.")):
        Settings(reporting_timezone=name)
