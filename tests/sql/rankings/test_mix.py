"""What traffic is for and which apps send it: shares of what is known, and how they moved."""

from decimal import Decimal

import pytest

LAST, BEFORE = "2026-03-23", "2026-03-16"


@pytest.fixture
def mixed(world):
    """Last week 60 tokens of code, 20 of writing, 20 unclassified; the week before 30 of code, 30 of writing."""
    for date, value, tokens in (
        (BEFORE, "code", 30),
        (BEFORE, "writing", 30),
        (LAST, "code", 60),
        (LAST, "writing", 20),
        (LAST, "(unknown)", 20),
    ):
        world.add("rollups.dimension_usage_daily", event_date=date, dimension_value=value, input_tokens=tokens)
        world.usage(date, "acme/one", tokens)
    return world


def test_a_category_has_a_share_of_what_is_classified(mixed):
    columns = "rank, dimension_value, value::integer, share, coverage_share"
    assert mixed.read("mix", columns, "period = '1w' and unit = 'tokens'") == [
        (1, "code", 60, 0.75, 0.8),
        (2, "writing", 20, 0.25, 0.8),
        (None, "(unknown)", 20, None, 0.8),
    ]


def test_an_app_has_a_share_of_all_traffic(world):
    world.usage(LAST, "acme/one", 100)
    for value, tokens in (("Chat", 75), ("(unknown)", 25)):
        row = {"dimension": "app", "dimension_value": value, "input_tokens": tokens}
        world.add("rollups.dimension_usage_daily", event_date=LAST, **row)
    columns = "rank, dimension_value, share"
    assert world.read("mix", columns, "period = '1w' and unit = 'tokens'") == [
        (1, "Chat", 0.75),
        (None, "(unknown)", 0.25),
    ]


def test_what_moved_against_the_week_before(mixed):
    columns = "dimension_value, previous_value::integer, change, rank_change, is_new, gained::integer"
    assert mixed.read("mix", columns, "period = '1w' and unit = 'tokens'") == [
        ("(unknown)", None, None, None, True, 20),
        ("code", 30, 1.0, 0, False, 30),
        ("writing", 30, pytest.approx(-1 / 3), 0, False, -10),
    ]


def test_without_a_whole_week_before_nothing_moved(world):
    world.usage(LAST, "acme/one", 10)
    world.add("rollups.dimension_usage_daily", event_date=LAST, dimension_value="code", input_tokens=10)
    columns = "previous_value, change, is_new, gained"
    assert world.read("mix", columns, "period = '1w' and unit = 'tokens'") == [(None, None, None, None)]


def test_unknown_money_is_no_share(mixed):
    assert mixed.read("mix", "distinct value, share", "period = '1w' and unit = 'spend'") == [(None, None)]


def test_weeks_have_shares_of_what_is_classified(mixed):
    columns = "week_start::varchar, dimension_value, share"
    assert mixed.read("mix_weekly", columns, "unit = 'tokens' and share is not null") == [
        (BEFORE, "code", 0.5),
        (BEFORE, "writing", 0.5),
        (LAST, "code", 0.75),
        (LAST, "writing", 0.25),
    ]


def test_the_first_ten_models_of_a_category(world):
    world.usage(LAST, "acme/one", 100)
    for number in range(12):
        row = {"dimension_value": "code", "model_id": f"acme/m{number:02}", "input_tokens": 100 - number}
        world.add("rollups.dimension_usage_daily", event_date=LAST, **row)
    ranked = world.read("mix_models", "rank, model_id, total_tokens", "period = '1w'")
    assert ranked[0] == (1, "acme/m00", 100)
    assert ranked[-1] == (10, "acme/m09", 91)


def test_prompts_answers_tools_and_streams_over_the_requests_that_tell(world):
    world.usage(LAST, "acme/one", 100, output_tokens=40, reasoning_output_tokens=10, reasoning_known_output_tokens=20)
    world.add(
        "rollups.traffic_daily", event_date=LAST, prompt_tokens_to=1000, prompt_tokens=5000, completion_tokens=100
    )
    world.add(
        "rollups.traffic_daily",
        event_date=LAST,
        prompt_tokens_to=10000,
        prompt_tokens=45000,
        completion_tokens=300,
        stream_known_count=10,
        stream_count=5,
        finish_known_count=8,
        tool_call_count=2,
        truncated_count=1,
    )
    columns = (
        "prompt_tokens_per_request, completion_tokens_per_request, length_coverage_share, reasoning_share, "
        "reasoning_coverage_share, stream_share, stream_coverage_share, tool_call_share, truncated_share, "
        "finish_coverage_share"
    )
    where = "period = '1w' and windows_back = 0 and model_id = '(all)'"
    assert world.read("traffic_shape", columns, where) == [(2500.0, 20.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.125, 0.4)]


def test_sizes_are_shares_of_the_counted_prompts(world):
    world.usage(LAST, "acme/one", 100)
    for edge, requests in ((1000, 6), (10000, 2), (None, 2)):
        world.add("rollups.traffic_daily", event_date=LAST, prompt_tokens_to=edge, request_count=requests)
    columns = "prompt_tokens_to, request_count, request_share, coverage_share"
    assert world.read("context_size", columns, "period = '1w' and model_id = '(all)'") == [
        (1000, 6, 0.75, 0.8),
        (10000, 2, 0.25, 0.8),
        (None, 2, None, 0.8),
    ]


def test_a_session_is_summed_over_its_days_and_costs_the_median_of_its_app(world):
    world.usage(LAST, "acme/one", 100)
    for number in range(8):
        for date in (BEFORE, LAST):
            row = {"session_id": f"s{number}", "cost_usd": Decimal(number)}
            world.add("rollups.session_daily", event_date=date, **row)
    world.add(
        "rollups.session_daily", event_date=LAST, session_id="dear", request_count=2, unpriced_count=1, cost_usd=9
    )
    columns = "app_name, turn_bucket, session_count, request_count, session_cost_p50_usd, coverage_share"
    assert world.read("session_cost", columns) == [("Chat", "2-9", 9, 18, 7.0, pytest.approx(8 / 9))]


def test_seven_sessions_are_too_few_for_a_median(world):
    world.usage(LAST, "acme/one", 100)
    for number in range(7):
        world.add("rollups.session_daily", event_date=LAST, session_id=f"s{number}", cost_usd=1)
    assert world.read("session_cost", "turn_bucket, session_count, session_cost_p50_usd") == [("1", 7, None)]


def test_sessions_of_no_app_are_not_pooled(world):
    world.usage(LAST, "acme/one", 100)
    world.add("rollups.session_daily", event_date=LAST, session_id="s", app_name=None, cost_usd=1)
    assert world.read("session_cost", "app_name") == []
