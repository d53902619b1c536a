"""Success as users see it, uptime as providers earn it."""

import pytest

WEEK = "period = '1w'"
DAY = "2026-03-23"


def attempts(world, ok, model="acme/one", cancelled=0, rate_limit=0, server_error=0, bad_request=0, day=DAY, **columns):
    """Attempts that are all requests of their own, so every failure is final."""
    errors = rate_limit + server_error + bad_request
    usual = {
        "row_count": ok + errors + cancelled,
        "attempt_count": ok + errors + cancelled,
        "request_count": ok + errors + cancelled,
        "ok_count": ok,
        "error_count": errors,
        "cancelled_count": cancelled,
        "error_rate_limit_count": rate_limit,
        "error_server_error_count": server_error,
        "error_bad_request_count": bad_request,
    }
    world.usage(day, model, 1, **usual | columns)


def test_success_leaves_cancelled_requests_out(world):
    attempts(world, ok=30, server_error=10, cancelled=10)
    columns = "request_count, request_success_rate, cancelled_share"
    assert world.read("reliability", columns, WEEK) == [(50, 0.75, 0.2)]


def test_uptime_leaves_out_rate_limits_and_what_the_caller_caused(world):
    attempts(world, ok=30, rate_limit=40, server_error=10, bad_request=20)
    assert world.read("reliability", "uptime_rate, provider_uptime_rate", WEEK) == [(0.5, 0.75)]


@pytest.mark.parametrize(("ok", "uptime"), [(19, None), (20, 1.0)])
def test_uptime_needs_twenty_attempts(world, ok, uptime):
    attempts(world, ok=ok, rate_limit=100)
    assert world.read("reliability", "uptime_rate, provider_uptime_rate", WEEK) == [(uptime, uptime)]


def test_no_uptime_where_only_requests_are_logged(world):
    attempts(world, ok=100, attempt_count=None)
    columns = "attempt_count, uptime_rate, provider_uptime_rate, request_success_rate"
    assert world.read("reliability", columns, WEEK) == [(None, None, None, 1.0)]


@pytest.mark.parametrize(("ok", "rate", "low"), [(19, None, None), (20, 1.0, 0.8389)])
def test_success_needs_twenty_requests_and_so_do_its_interval_and_rank(world, ok, rate, low):
    attempts(world, ok=ok, cancelled=50)
    columns = (
        "request_success_rate, round(request_success_rate_low, 4), request_success_rate_high, request_success_n, rank"
    )
    rank = None if rate is None else 1
    assert world.read("reliability", columns, WEEK) == [(rate, low, rate, ok, rank)]


def test_boards_weeks_providers_and_totals_tell_no_success_of_nineteen_but_their_number(world):
    attempts(world, ok=19)
    world.add("rollups.dimension_usage_daily", event_date=DAY, dimension_value="Code", ok_count=19)
    tables = ["leaderboard", "providers", "totals", "mix_models"]
    told = {table: world.read(table, "request_success_rate, request_success_n", WEEK) for table in tables}
    told["weekly"], told["totals_weekly"] = (
        world.read(table, "request_success_rate, request_success_n", "is_complete")
        for table in ("weekly", "totals_weekly")
    )
    assert {table: set(rows) for table, rows in told.items()} == {key: {(None, 19)} for key in told}


def test_a_total_of_twenty_is_told_although_neither_of_its_models_is(world):
    attempts(world, ok=10)
    attempts(world, ok=5, server_error=5, model="acme/two")
    assert world.read("weekly", "request_success_rate, request_success_n") == [(None, 10), (None, 10)]
    assert world.read("totals", "request_success_rate, request_success_n", WEEK) == [(0.75, 20)]


@pytest.mark.parametrize(
    ("firsts", "failed", "told"), [(20, 19, (0.95, None)), (19, 19, (None, None)), (40, 20, (0.5, 0.5))]
)
def test_first_choices_that_failed_and_their_rescues_need_twenty_each(world, firsts, failed, told):
    attempts(world, ok=40, first_attempt_count=firsts, first_failed_count=failed, first_rescued_count=10)
    columns = "first_choice_failure_rate, rescued_share, first_choice_n, rescued_n"
    assert world.read("reliability", columns, WEEK) == [(*told, firsts, failed)]


def test_error_rates_are_parts_of_all_attempts(world):
    attempts(world, ok=5, cancelled=2, rate_limit=2, bad_request=1)
    columns = "error_rate_rate_limit, error_rate_bad_request, error_rate_timeout"
    assert world.read("reliability", columns, WEEK) == [(0.2, 0.1, 0.0)]


def test_a_failure_that_was_rescued_is_no_failed_request(world):
    attempts(world, ok=0, server_error=20, request_count=0, error_count=0)
    columns = "request_count, request_success_rate, request_success_rate_low, uptime_rate, rank"
    assert world.read("reliability", columns, WEEK) == [(0, None, None, 0.0, None)]


def test_none_of_twenty_may_still_be_sixteen_percent(world):
    attempts(world, ok=0, server_error=20)
    columns = "request_success_rate, request_success_rate_low, round(request_success_rate_high, 3)"
    assert world.read("reliability", columns, WEEK) == [(0.0, 0.0, 0.161)]


def test_wilson_interval_of_a_textbook_case(world):
    attempts(world, ok=81, server_error=182)  # Newcombe 1998, table I: 81 of 263, 0.2553 to 0.3662
    columns = "round(request_success_rate_low, 4), round(request_success_rate_high, 4)"
    assert world.read("reliability", columns, WEEK) == [(0.2553, 0.3662)]


def test_fallback_rate_is_of_requests_where_both_models_are_known(world):
    attempts(world, ok=100, fallback_count=5, fallback_known_count=50)
    assert world.read("reliability", "fallback_rate, fallback_n", WEEK) == [(0.1, 50)]


def test_the_surest_ranks_first_and_too_few_requests_do_not_rank(world):
    attempts(world, ok=99, server_error=1, model="acme/good")
    attempts(world, ok=90, server_error=10, model="acme/fair")
    attempts(world, ok=19, model="acme/rare")
    assert world.read("reliability", "rank, model_id", WEEK) == [
        (1, "acme/good"),
        (2, "acme/fair"),
        (None, "acme/rare"),
    ]


def test_a_first_choice_that_failed_is_counted_where_it_was_and_its_rescue_has_a_price(world):
    told = {"first_attempt_count": 100, "first_failed_count": 20, "first_rescued_count": 16}
    paid = {"rescue_failure_count": 8, "rescue_priced_count": 6, "rescue_cost_usd": "0.3"}
    attempts(world, ok=40, server_error=10, first_unknown_count=100, **told, **paid)
    columns = "first_choice_failure_rate, first_choice_n, first_choice_coverage_share, rescued_share, rescued_n"
    assert world.read("reliability", columns, WEEK) == [(0.2, 100, 0.5, 0.8, 20)]
    columns = "rescue_cost_usd::double, rescue_cost_coverage_share"
    assert world.read("reliability", columns, WEEK) == [(0.3, 0.75)]


def test_a_first_choice_the_gateway_did_not_log_failed_but_is_nobodys(world):
    told = {"first_attempt_count": 80, "first_unknown_count": 20, "first_lost_count": 20}
    attempts(world, ok=100, **told, first_lost_rescued_count=18)
    columns = "model_id, provider_name, first_choice_failure_rate, rescued_share, first_choice_coverage_share"
    assert world.read("outcomes", columns, f"{WEEK} and (model_id = '(all)') = (provider_name = '(all)')") == [
        ("(all)", "(all)", 0.2, 0.9, 1.0),
        ("acme/one", "acme", 0.0, None, 0.8),
    ]


def test_no_rescue_costs_nothing_and_an_unknown_one_is_unknown(world):
    attempts(world, ok=20, first_attempt_count=20, model="acme/sound")
    attempts(world, ok=20, first_attempt_count=20, rescue_failure_count=1, model="acme/unpriced")
    attempts(world, ok=20, model="acme/untold", attempt_count=None)
    assert world.read("reliability", "model_id, rescue_cost_usd::double", WEEK) == [
        ("acme/sound", 0.0),
        ("acme/unpriced", None),
        ("acme/untold", None),
    ]


def test_a_provider_answers_for_all_its_models(world):
    attempts(world, ok=20, provider_name="east")
    attempts(world, ok=10, server_error=10, provider_name="east", model="acme/two")
    attempts(world, ok=20, provider_name=None)
    columns = "provider_name, request_success_rate, request_success_n, uptime_rate"
    assert world.read("outcomes", columns, f"{WEEK} and model_id = '(all)'") == [
        ("(all)", 5 / 6, 60, 5 / 6),
        ("(unknown)", 1.0, 20, 1.0),
        ("east", 0.75, 40, 0.75),
    ]


def test_a_days_success_is_said_from_twenty_calls_and_without_rate_limits(world):
    attempts(world, ok=15, rate_limit=5, server_error=5, attempt_ok_count=15, attempt_error_count=10)
    attempts(world, ok=19, provider_name="west", attempt_ok_count=19)
    columns = "start_date::varchar, provider_name, request_success_rate, request_success_n, uptime_rate, uptime_n"
    assert world.read("success_over_time", columns, "grain = 'day'") == [
        (DAY, "(all)", 34 / 44, 44, 34 / 39, 39),
        (DAY, "acme", 0.6, 25, 0.75, 20),
        (DAY, "west", None, 19, None, 19),
    ]


def test_a_weeks_success_is_of_all_its_calls_and_no_mean_of_its_days(world):
    for day, ok, failed in (("2026-03-23", 10, 0), ("2026-03-29", 15, 15)):
        attempts(world, ok=ok, server_error=failed, day=day)
    attempts(world, ok=30, day="2026-03-22")
    columns = "start_date::varchar, request_success_rate, request_success_n"
    assert world.read("success_over_time", columns, "grain = 'week' and provider_name = 'acme'") == [
        ("2026-03-16", 1.0, 30),
        ("2026-03-23", 0.625, 40),
    ]
