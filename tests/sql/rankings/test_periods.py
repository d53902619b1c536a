"""Which windows exist, and which days belong to them."""

from datetime import date

import pytest


def test_windows_are_the_latest_complete_iso_weeks(world):
    world.usage("2025-01-01", "acme/one")
    assert world.read("periods", "period, start_date, end_date, previous_start_date", "is_complete") == [
        ("12w", date(2026, 1, 5), date(2026, 3, 30), date(2025, 10, 13)),
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
