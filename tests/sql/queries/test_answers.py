"""Answers of ready-made questions on rows that a reader can add up; as of Monday 2026-03-30, noon."""

from datetime import date
from decimal import Decimal

from tests.sql.conftest import World
from tests.sql.queries.conftest import Ask

WEEK, BEFORE = "2026-03-23", "2026-03-16"  # days of the last complete week and of the one before
DAY = date(2026, 3, 23)


def usd(amount: str) -> Decimal:
    return Decimal(amount)


def of(world: World, dimension: str, value: str, model: str, usd: str | None, date: str = WEEK, **columns) -> None:
    """A day of one team, key, ...: 100 tokens, priced where there is a cost."""
    tokens = {"input_tokens": 100, "priced_tokens": None if usd is None else 100}
    row = {"event_date": date, "dimension": dimension, "dimension_value": value, "model_id": model, "cost_usd": usd}
    world.add("rollups.dimension_usage_daily", **row | tokens | columns)


def streams(world: World, provider: str, bucket: int) -> None:
    row = {"event_date": WEEK, "model_id": "acme/one", "provider_name": provider, "bucket": bucket}
    world.add("rollups.latency_daily", **row, sample_count=100)


def test_last_month_is_the_calendar_month_before_and_says_which_of_its_days_are_logged(world: World, ask: Ask) -> None:
    of(world, "team", "Blue", "acme/one", "1", date="2026-02-27")
    of(world, "team", "Blue", "acme/one", "2", date="2026-02-28")
    of(world, "team", "Blue", "acme/two", None, date="2026-02-28")
    of(world, "team", "Red", "acme/one", None, date="2026-02-28")
    of(world, "team", "Red", "acme/one", "9", date="2026-03-01")
    of(world, "app", "Blue", "acme/one", "9", date="2026-02-28")
    columns = "team, model_id, total_tokens, spend_usd, team_spend_usd, priced_token_share, first_date, last_date"
    first, last = date(2026, 2, 27), date(2026, 2, 28)
    assert ask("team_spend_last_month", columns) == [
        ("Blue", "acme/one", 200, usd("3.00"), usd("3.00"), 1.0, first, last),
        ("Blue", "acme/two", 100, None, usd("3.00"), 0.0, first, last),
        ("Red", "acme/one", 100, None, None, 0.0, first, last),
    ]


def test_the_dearest_keys_come_first_and_one_of_unknown_cost_last(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    of(world, "api_key", "cheap", "acme/one", "1")
    of(world, "api_key", "dear", "acme/one", "1")
    of(world, "api_key", "dear", "acme/two", "2")
    of(world, "api_key", "unpriced", "acme/one", None)
    assert ask("most_expensive_keys", "api_key, spend_usd, spend_share, costliest_model, priced_token_share") == [
        ("dear", usd("3.00"), 0.75, "acme/two", 1.0),
        ("cheap", usd("1.00"), 0.25, "acme/one", 1.0),
        ("unpriced", None, None, None, 0.0),
    ]


def test_shares_of_categories_are_of_the_whole_and_unknown_is_one_of_them(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    of(world, "category", "writing", "acme/one", "3", request_count=1)
    of(world, "category", "(unknown)", "acme/two", None, request_count=3)
    columns = "category, request_share, token_share, spend_share, most_used_model"
    assert ask("traffic_by_category", columns) == [
        ("(unknown)", 0.75, 0.5, None, "acme/two"),
        ("writing", 0.25, 0.5, 1.0, "acme/one"),
    ]


def test_unpriced_tokens_are_those_without_a_known_cost(world: World, ask: Ask) -> None:
    world.paid(WEEK, "acme/priced", 100, "1")
    world.paid(WEEK, "acme/partly", 400, "1", priced_tokens=100, unpriced_count=7)
    world.usage(WEEK, "acme/nothing_known", None, unpriced_count=2)
    assert ask("unpriced_models") == [
        ("acme/partly", "acme", 7, 300, 0.75),
        ("acme/nothing_known", "acme", 2, None, None),
    ]


def test_a_provider_is_dominated_only_by_one_that_is_no_worse_in_anything(world: World, ask: Ask) -> None:
    for provider, dollars, bucket in (("slow", "2", 400), ("quick", "3", 300), ("best", "1", 350), ("tiny", "1", 1)):
        count = 10 if provider == "tiny" else 100
        columns = {"request_count": count, "ok_count": count, "provider_name": provider}
        world.paid(WEEK, "acme/one", 1_000_000, dollars, **columns)
        streams(world, provider, bucket)
    columns = "provider_name, effective_usd_per_mtok, better_provider, better_usd_per_mtok, clear_on"
    assert ask("dominated_providers", columns) == [("slow", 2.0, "best", 1.0, "price, first token")]


def test_the_worst_provider_of_a_model_stands_beside_the_best(world: World, ask: Ask) -> None:
    for provider, ok in (("good", 100), ("middling", 95), ("bad", 90)):
        outcome = {"ok_count": ok, "error_count": 100 - ok, "request_count": 100}
        world.usage(WEEK, "acme/one", 1, provider_name=provider, **outcome)
    world.usage(WEEK, "acme/alone", 1, request_count=100)
    columns = "model_id, worst_provider, worst_success_rate, best_provider, difference_pp, provider_count"
    assert ask("least_reliable_providers", columns) == [("acme/one", "bad", 0.9, "good", 10.0, 3)]


def test_errors_are_a_part_of_all_attempts_of_their_provider(world: World, ask: Ask) -> None:
    world.usage(WEEK, "acme/one", 1, row_count=50, error_timeout_count=5)
    world.usage(WEEK, "acme/two", 1, row_count=50, error_timeout_count=5, error_auth_count=1)
    world.usage(WEEK, "acme/two", 1, row_count=10, provider_name=None, error_other_count=1)
    assert ask("errors_by_provider") == [
        ("acme", "timeout", 10, 100, 0.1),
        ("(unknown)", "other", 1, 10, 0.1),
        ("acme", "auth", 1, 100, 0.01),
    ]


def test_rate_limits_are_by_hour_of_the_day_and_name_the_provider_that_limits_most(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    for hour, provider, limited in (("23 09:00", "a", 1), ("24 09:00", "b", 3), ("24 10:00", "a", 0)):
        row = {"hour": f"2026-03-{hour}:00", "model_id": "acme/one", "provider_name": provider, "row_count": 10}
        world.add("rollups.usage_hourly", **row, error_rate_limit_count=limited)
    assert ask("rate_limits_by_hour") == [(9, 20, 4, 0.2, "b"), (10, 10, 0, 0.0, None)]


def test_a_model_is_new_if_the_log_is_older_than_its_first_row(world: World, ask: Ask) -> None:
    world.usage("2026-03-01", "acme/old", 1)
    world.usage(WEEK, "acme/old", 1)
    world.usage("2026-03-24", "acme/new", 1)
    world.usage("2026-03-30", "acme/newest", 1, provider_name="b")
    columns = "model_id, first_date, spend_usd, provider_names"
    expected = [("acme/new", date(2026, 3, 24), None, "acme"), ("acme/newest", date(2026, 3, 30), None, "b")]
    assert ask("new_models", columns) == expected
    world.log_began("2026-03-23")
    assert ask("new_models", columns) == []


def test_what_lost_traffic_is_told_also_when_it_is_gone(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    world.usage(BEFORE, "acme/gone", 3_000_000)
    world.usage(BEFORE, "acme/less", 4_000_000)
    world.usage(WEEK, "acme/less", 3_000_000)
    world.usage(BEFORE, "acme/tiny", 10)
    world.usage(WEEK, "acme/tiny", 5)
    world.usage(BEFORE, "acme/more", 1)
    world.usage(WEEK, "acme/more", 2)
    assert ask("losing_models", "model_id, lost, change, rank, is_small_base") == [
        ("acme/gone", 3_000_000, -1.0, None, False),
        ("acme/less", 1_000_000, -0.25, 1, False),
        ("acme/tiny", 5, -0.5, 2, True),
    ]


def several(world: World, people: int, models: int, prefix: str) -> None:
    for person in range(people):
        for model in range(models):
            world.user(WEEK, f"{prefix}{person}", f"acme/{model}")


def test_groups_of_five_people_and_more_are_told(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    several(world, 15, 1, "a")
    several(world, 5, 2, "b")
    world.user(WEEK, None, "acme/one")
    assert ask("users_of_several_models") == [("1", 15, 0.75), ("2", 5, 0.25)]


def test_a_group_of_fewer_than_five_hides_the_next_smallest_too(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    several(world, 12, 1, "a")
    several(world, 7, 2, "b")
    several(world, 1, 3, "c")
    assert ask("users_of_several_models") == [("1", 12, 0.6), ("2", None, None), ("3", None, None)]


def test_small_groups_that_are_fewer_than_five_together_hide_one_more(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    several(world, 17, 1, "a")
    several(world, 1, 2, "b")
    several(world, 1, 3, "c")
    assert ask("users_of_several_models", "user_count") == [(None,)] * 3


def test_the_seven_day_mean_needs_seven_known_days_and_the_running_day_is_left_out(world: World, ask: Ask) -> None:
    for day in range(21, 31):
        world.paid(f"2026-03-{day}", "acme/one", 100, str(day - 20))
    world.con.execute("update rollups.usage_daily set cost_usd = null where event_date = '2026-03-21'")
    rows = ask("spend_by_day", "event_date, spend_usd, spend_7_day_mean_usd")
    assert rows[:2] == [
        (date(2026, 3, 29), usd("9.00"), usd("6.00")),
        (date(2026, 3, 28), usd("8.00"), usd("5.00")),
    ]
    assert rows[2] == (date(2026, 3, 27), usd("7.00"), None)
    assert rows[-1] == (date(2026, 3, 21), None, None)


def test_an_hour_of_the_week_is_a_mean_that_holds_its_quiet_hours(world: World, ask: Ask) -> None:
    world.log_began("2026-03-09 10:00:00")
    for day, requests in (("09", 99), ("16", 4), ("23", 2)):
        row = {"hour": f"2026-03-{day} 09:00:00", "model_id": "acme/one", "request_count": requests}
        world.add("rollups.usage_hourly", **row, input_tokens=10 * requests)
    rows = {(weekday, hour): rest for weekday, hour, *rest in ask("usage_by_hour_of_week")}
    assert len(rows) == 168
    assert rows[1, 9] == [3.0, 30, 2]
    assert rows[1, 10] == [0.0, 0, 3]


def test_lateness_is_weighted_by_rows_and_the_last_28_days_count(world: World, ask: Ask) -> None:
    for day, hours, rows in (("2026-03-29", 1.0, 90), ("2026-03-28", 2.0, 8), ("2026-03-28", 30.0, 2)):
        world.add("rollups.arrival_daily", event_date=day, source="a", lateness_hours=hours, row_count=rows)
    world.add("rollups.arrival_daily", event_date="2026-03-01", source="a", lateness_hours=99, row_count=500)
    assert ask("late_arrivals") == [("a", 100, 1.0, 2.0, 30.0, 0.02)]


def test_only_days_beyond_the_tolerance_differ(world: World, ask: Ask) -> None:
    for day, apart in (("2026-03-28", 0.005), ("2026-03-29", 0.2), ("2026-03-27", None)):
        row = {"event_date": day, "source": "a", "reference_source": "b", "tolerance_share": 0.005}
        world.add("rollups.reconciliation_daily", **row, largest_difference_share=apart)
    columns = "event_date, source, difference_share"
    assert ask("reconciliation_differences", columns) == [(date(2026, 3, 29), "a", 0.2)]


def test_the_price_history_is_of_the_most_used_model_where_it_is_served(world: World, ask: Ask) -> None:
    world.usage(WEEK, "acme/most", 100)
    world.usage(WEEK, "acme/less", 10)
    for model, provider, since, price in (
        ("acme/most", "acme", None, "2"),
        ("acme/most", "acme", "2026-02-01", "3"),
        ("acme/most", "elsewhere", None, "9"),
        ("acme/less", "acme", None, "9"),
    ):
        listed = {"model_id": model, "provider_name": provider, "valid_from": since, "input_usd_per_mtok": price}
        world.add("reference.list_prices", **listed)
    columns = "provider_name, valid_from, input_usd_per_mtok, input_price_change"
    assert ask("price_history", columns) == [
        ("acme", None, usd("2"), None),
        ("acme", date(2026, 2, 1), usd("3"), 0.5),
    ]


def test_a_change_of_spend_is_that_of_requests_and_that_of_cost_per_request(world: World, ask: Ask) -> None:
    world.log_began("2026-01-01")
    world.paid(BEFORE, "acme/one", 100, "10")
    world.paid(WEEK, "acme/one", 100, "40", request_count=20)
    world.paid(WEEK, "acme/new", 100, "5")
    world.paid(BEFORE, "acme/same", 100, "5")
    world.paid(WEEK, "acme/same", 100, "5")
    assert ask("spend_changes", "* exclude (previous_spend_usd, spend_usd)") == [("acme/one", usd("30.00"), 15.0, 15.0)]


def test_a_model_of_two_providers_or_of_an_unnamed_one_does_not_hang_on_one(world: World, ask: Ask) -> None:
    world.usage(WEEK, "acme/single", 25)
    world.usage(WEEK, "acme/double", 25)
    world.usage(WEEK, "acme/double", 25, provider_name="b")
    world.usage(WEEK, "acme/unnamed", 25, provider_name=None)
    columns = "model_id, provider_name, all_token_share"
    assert ask("one_provider_only", columns) == [("acme/single", "acme", 0.25)]


def test_the_reasoning_share_is_of_rows_where_reasoning_is_known(world: World, ask: Ask) -> None:
    known = {"reasoning_output_tokens": 30, "reasoning_known_output_tokens": 40}
    world.usage(WEEK, "acme/thinks", 100, output_tokens=40, **known)
    world.usage(WEEK, "acme/thinks", 100, output_tokens=60)
    world.usage(WEEK, "acme/silent", 100, output_tokens=60)
    assert ask("reasoning_share") == [("acme/thinks", 0.75, 30, 40, 100)]


def test_a_recorded_cost_within_five_percent_of_the_list_is_not_off_it(world: World, ask: Ask) -> None:
    for model, dollars in (("acme/dear", "2"), ("acme/right", "1.04"), ("acme/discounted", "0.5")):
        world.paid(WEEK, model, 100, dollars, compared_cost_usd=dollars, compared_list_cost_usd="1")
    world.paid(WEEK, "acme/unlisted", 100, "3")
    columns = "model_id, recorded_to_list_ratio"
    assert ask("off_list_price", columns) == [("acme/dear", 2.0), ("acme/discounted", 0.5)]
