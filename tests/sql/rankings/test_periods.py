"""Which windows exist, and which days belong to them."""

from datetime import date

import pytest


def test_windows_are_the_latest_complete_day_month_and_iso_weeks(world):
    world.usage("2025-01-01", "acme/one")
    assert world.read("periods", "period, start_date, end_date, previous_start_date", "is_complete") == [
        ("12w", date(2026, 1, 5), date(2026, 3, 30), date(2025, 10, 13)),
        ("1d", date(2026, 3, 29), date(2026, 3, 30), date(2026, 3, 28)),
        ("1mo", date(2026, 2, 1), date(2026, 3, 1), date(2026, 1, 1)),
        ("1w", date(2026, 3, 23), date(2026, 3, 30), date(2026, 3, 16)),
        ("4w", date(2026, 3, 2), date(2026, 3, 30), date(2026, 2, 2)),
    ]


def test_the_running_week_stands_apart(world):
    world.usage("2025-01-01", "acme/one")
    assert world.read("periods", "period, start_date, has_previous, coverage_days", "not is_complete") == [
        ("to_date", date(2026, 3, 30), False, 1)
    ]


def test_a_week_is_complete_two_hours_after_its_end_and_not_before(world):
    world.usage("2025-01-01", "acme/one")
    ends = {}
    for as_of in ("2026-03-30 01:59", "2026-03-30 02:00"):
        world.con.execute("update meta.publication set as_of = $as_of", {"as_of": as_of})
        ((ends[as_of],),) = world.read("periods", "end_date", "period = '1w'")
    assert ends == {"2026-03-30 01:59": date(2026, 3, 23), "2026-03-30 02:00": date(2026, 3, 30)}


def test_a_week_the_data_does_not_reach_the_end_of_is_not_complete(world):
    world.usage("2025-01-01", "acme/one")
    world.con.execute("update meta.publication set data_through = timestamp '2026-03-29 23:00'")
    assert world.read("periods", "end_date", "period = '1w'") == [(date(2026, 3, 23),)]


def test_history_shorter_than_the_window_is_said(world):
    world.usage("2026-03-16", "acme/one")
    assert world.read("periods", "period, coverage_days, has_previous", "is_complete") == [
        ("12w", 14, False),
        ("1d", 1, True),
        ("1w", 7, True),
        ("4w", 14, False),
    ]


def test_a_log_of_a_few_days_has_only_the_running_week(world):
    world.usage("2026-03-30", "acme/one")
    assert world.read("periods", "period") == [("to_date",)]


def test_an_empty_log_has_no_periods(world):
    assert world.read("periods", "period") == []


def test_weeks_before_the_log_are_no_windows(world):
    world.usage("2026-03-18", "acme/one")
    assert world.read("windows", "windows_back, start_date, is_covered", "period = '1w'") == [
        (0, date(2026, 3, 23), True),
        (1, date(2026, 3, 16), False),
    ]


@pytest.mark.parametrize(
    ("first_hour", "is_covered", "whole_days"),
    [("2026-03-16 00:00", True, 14), ("2026-03-16 01:00", False, 13), ("2026-03-16 23:00", False, 13)],
)
def test_a_week_is_covered_from_its_first_hour_on_or_not_at_all(world, first_hour, is_covered, whole_days):
    world.usage("2026-03-16", "acme/one", 100)
    world.usage("2026-03-23", "acme/one", 100)
    world.log_began(first_hour)
    assert world.read("windows", "is_covered", "period = '1w' and windows_back = 1") == [(is_covered,)]
    assert world.read("periods", "coverage_days, has_previous", "period = '1w'") == [(7, is_covered)]
    assert world.read("periods", "coverage_days, has_previous", "period = '4w'") == [(whole_days, False)]
    change = 0.0 if is_covered else None
    assert world.read("totals", "total_tokens_change", "period = '1w'") == [(change,)]
    assert world.read("totals_weekly", "is_complete, total_tokens_change", "week_start = '2026-03-23'") == [
        (True, change)
    ]
    assert world.read("weekly", "is_complete", "week_start = '2026-03-16'") == [(is_covered,)]
    assert world.read("adoption", "change", "period = '1w' and unit = 'tokens'") == [(change,)]


def test_a_week_the_log_began_on_the_last_day_of_has_no_whole_day(world):
    world.usage("2026-03-29", "acme/one", 100)
    world.log_began("2026-03-29 23:00")
    assert world.read("periods", "period, coverage_days", "is_complete") == []
    assert world.read("periods", "period, coverage_days") == [("to_date", 1)]


def test_the_running_week_counts_its_first_day_though_it_began_at_noon(world):
    world.usage("2026-03-30", "acme/one", 100)
    world.log_began("2026-03-30 11:00")
    assert world.read("periods", "period, coverage_days") == [("to_date", 1)]


def zone_of_new_york(world):
    """Days as New York cuts them in the winter of 2026: from 05:00 UTC on, from 04:00 UTC on since 8 March's change."""
    world.con.execute(
        "update meta.days set starts_at = starts_at + to_hours(if(event_date > '2026-03-08', 4, 5)), "
        "ends_at = ends_at + to_hours(if(event_date >= '2026-03-08', 4, 5))"
    )


def test_the_running_day_begins_at_the_reporting_timezones_midnight(world):
    world.usage("2025-01-01", "acme/one")
    zone_of_new_york(world)
    ends = {}
    for as_of in ("2026-03-30 05:59", "2026-03-30 06:00"):
        world.con.execute("update meta.publication set as_of = $as_of", {"as_of": as_of})
        ends[as_of] = world.read("periods", "period, end_date", "period in ('1d', '1w')")
    assert ends == {
        "2026-03-30 05:59": [("1d", date(2026, 3, 29)), ("1w", date(2026, 3, 23))],
        "2026-03-30 06:00": [("1d", date(2026, 3, 30)), ("1w", date(2026, 3, 30))],
    }


@pytest.mark.parametrize(("first_hour", "is_covered"), [("2026-03-16 04:00", True), ("2026-03-16 05:00", False)])
def test_a_week_is_covered_from_its_first_hour_in_the_reporting_timezone(world, first_hour, is_covered):
    world.usage("2026-03-16", "acme/one", 100)
    zone_of_new_york(world)
    world.log_began(first_hour)
    assert world.read("windows", "is_covered", "period = '1w' and windows_back = 1") == [(is_covered,)]
    assert world.read("periods", "has_previous", "period = '1w'") == [(is_covered,)]


def test_a_month_goes_back_by_calendar_months(world):
    world.usage("2025-01-01", "acme/one")
    assert world.read("windows", "windows_back, start_date, end_date", "period = '1mo'") == [
        (0, date(2026, 2, 1), date(2026, 3, 1)),
        (1, date(2026, 1, 1), date(2026, 2, 1)),
        (2, date(2025, 12, 1), date(2026, 1, 1)),
        (3, date(2025, 11, 1), date(2025, 12, 1)),
    ]


def test_a_months_change_is_of_the_mean_per_day_and_users_have_none(world):
    world.hides_nobody()
    world.usage("2025-10-31", "acme/one", 1)
    for day, tokens in (("2025-11-10", 60), ("2025-12-10", 62), ("2026-01-10", 31), ("2026-02-10", 56)):
        world.usage(day, "acme/one", tokens, request_count=tokens)
        world.user(day, "ann", "acme/one")
    moved = "total_tokens_change, request_count_change, active_user_count_change"
    assert world.read("totals", moved, "period = '1mo'") == [(1.0, 1.0, None)]  # two a day, after one a day
    board = "unit, value::int, previous_value::int, change, trending"
    assert world.read("adoption", board, "period = '1mo' and unit in ('tokens', 'users')") == [
        ("tokens", 56, 31, 1.0, 56 - (28 + 56 + 56) / 3),
        ("users", 1, 1, None, None),
    ]
    assert world.read("market", "change", "period = '1mo' and market = 'model' and unit = 'tokens'") == [(1.0,)]


def test_a_day_is_compared_with_the_day_before(world):
    world.hides_nobody()
    world.usage("2026-03-01", "acme/one", 1)
    for day, tokens, user in (("2026-03-28", 100, "ann"), ("2026-03-29", 150, "bob"), ("2026-03-30", 7, "eve")):
        world.usage(day, "acme/one", tokens)
        world.user(day, user, "acme/one")
    columns = "value::int, previous_value::int, change"
    assert world.read("adoption", columns, "period = '1d' and unit = 'tokens'") == [(150, 100, 0.5)]
    assert world.read("adoption", columns, "period = '1d' and unit = 'users'") == [(1, 1, 0.0)]


def test_the_first_whole_day_is_ranked_before_the_first_whole_week(world):
    world.usage("2026-03-27", "acme/one", 5)
    world.usage("2026-03-29", "acme/one", 9)
    world.con.execute("update meta.publication set as_of = '2026-03-29 12:00', data_through = '2026-03-29 12:00'")
    assert world.read("periods", "period, start_date", "is_complete") == [("1d", date(2026, 3, 28))]
    world.con.execute("update meta.publication set as_of = '2026-03-28 12:00', data_through = '2026-03-28 12:00'")
    assert world.read("leaderboard", "period, model_id, value::int", "unit = 'tokens'") == [("1d", "acme/one", 5)]
