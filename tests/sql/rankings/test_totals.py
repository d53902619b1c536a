"""All traffic of a week or period, and how it changed."""

from decimal import Decimal

LATEST = "week_start = '2026-03-23'"


def test_weeks_change_against_the_week_before(world):
    world.paid("2026-03-16", "acme/one", 1_000_000, "4", ok_count=18, error_count=2)
    world.paid("2026-03-23", "acme/one", 1_500_000, "3", ok_count=20)
    columns = "total_tokens_change, spend_usd_change, effective_usd_per_mtok_change, round(success_change_pp, 9)"
    assert world.read("totals_weekly", columns, LATEST) == [(0.5, -0.25, -0.5, 10.0)]
    assert world.read("totals", columns, "period = '1w'") == [(0.5, -0.25, -0.5, 10.0)]


def test_the_running_week_has_figures_but_no_change(world):
    world.usage("2026-03-16", "acme/one", 100)
    world.usage("2026-03-23", "acme/one", 100)
    world.usage("2026-03-30", "acme/one", 7)
    columns = "week_start::varchar, is_complete, total_tokens, total_tokens_change"
    assert world.read("totals_weekly", columns, "week_start >= '2026-03-23'") == [
        ("2026-03-23", True, 100, 0.0),
        ("2026-03-30", False, 7, None),
    ]


def test_a_week_the_log_only_partly_covers_is_nothing_to_compare_with(world):
    world.usage("2026-03-18", "acme/one", 100)
    world.usage("2026-03-23", "acme/one", 100)
    columns = "week_start::varchar, is_complete, total_tokens_change"
    assert world.read("totals_weekly", columns, "week_start < '2026-03-30'") == [
        ("2026-03-16", False, None),
        ("2026-03-23", True, None),
    ]
    assert world.read("weekly", "week_start::varchar, is_complete") == [("2026-03-16", False), ("2026-03-23", True)]


def test_a_week_without_traffic_has_zero_requests_but_no_price(world):
    world.paid("2026-03-09", "acme/one", 100, "1")
    world.paid("2026-03-23", "acme/one", 100, "1")
    columns = "total_tokens, spend_usd, effective_usd_per_mtok, request_success_rate"
    assert world.read("totals_weekly", columns, "week_start = '2026-03-16'") == [(0, 0, None, None)]
    assert world.read("totals_weekly", "total_tokens_change", LATEST) == [(None,)]


def test_coverage_stands_beside_every_figure(world):
    world.hides_nobody()
    world.paid("2026-03-23", "acme/one", 300, "1", usage_known_count=5)
    world.usage("2026-03-23", "acme/two", 100)
    world.user("2026-03-23", "ann", "acme/one", request_count=4)
    world.user("2026-03-23", None, "acme/one", request_count=6)
    columns = (
        "spend_usd, pricing_coverage_share, usage_coverage_share, user_coverage_share, active_user_count, model_count"
    )
    assert world.read("totals", columns, "period = '1w'") == [(Decimal(1), 0.75, 0.75, 0.2, 1, 2)]


def test_a_period_sums_its_weeks_but_counts_people_once(world):
    world.hides_nobody()
    for day in ("2026-03-02", "2026-03-23"):
        world.usage(day, "acme/one", 100)
        world.user(day, "ann", "acme/one")
    columns = "period, total_tokens, request_count, active_user_count"
    assert world.read("totals", columns, "period like '%w'") == [
        ("12w", 200, 20, 1),
        ("1w", 100, 10, 1),
        ("4w", 200, 20, 1),
    ]


def test_users_are_told_apart_week_by_week(world):
    world.hides_nobody()
    for day, user in (("2026-03-16", "ann"), ("2026-03-17", "bob"), ("2026-03-23", "ann"), ("2026-03-30", "eve")):
        world.usage(day, "acme/one", 100)
        world.user(day, user, "acme/one")
    columns = "week_start::varchar, active_user_count, active_user_count_change"
    assert world.read("totals_weekly", columns) == [
        ("2026-03-16", 2, None),
        ("2026-03-23", 1, -0.5),
        ("2026-03-30", 1, None),
    ]


def test_a_year_of_history_keeps_26_complete_weeks(world):
    world.usage("2025-03-31", "acme/one", 1)
    assert world.read("totals_weekly", "count(*), min(week_start)::varchar", "is_complete") == [(26, "2025-09-29")]


def test_both_tables_of_totals_tell_the_same_measures(world):
    told = {}
    for name in ("totals", "totals_weekly"):
        world.read(name, "1")
        told[name] = {column for column, *_ in world.con.execute(f"describe rankings.{name}").fetchall()}
    assert told["totals"] ^ told["totals_weekly"] == {"period", "week_start", "is_complete"}
