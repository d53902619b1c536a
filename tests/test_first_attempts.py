"""Which attempt was a request's first choice, whether it was rescued, and what the log cannot know of it."""

from decimal import Decimal

from tests import steps
from tests.rows import attempt

FAILED = {"status": "error", "error_type": "timeout", "input_tokens": None, "output_tokens": None}
UNBILLED = {"cost_usd": None, "cost_source": "none"}
FIRSTS = ("first_attempt_count", "first_failed_count", "first_rescued_count", "first_unknown_count", "first_lost_count")


def firsts(*more: str) -> dict[str, tuple]:
    """provider -> its counts of first attempts."""
    steps.roll_up()
    return {row["provider_name"]: tuple(row[name] for name in (*FIRSTS, *more)) for row in steps.rollup("usage_hourly")}


def test_a_failed_first_choice_is_its_own_providers_and_a_later_one_rescues_it(home, tmp_path):
    failed = attempt(1, request_id="r", provider_name="azure", **FAILED, cost_usd=0.5)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r"))
    found = firsts("rescue_failure_count", "rescue_priced_count", "rescue_cost_usd")
    assert found == {"azure": (1, 1, 1, 0, 0, 1, 1, Decimal("0.5")), "openai": (0, 0, 0, 0, 0, 0, 0, None)}


def test_a_first_choice_nobody_could_answer_for_is_not_rescued(home, tmp_path):
    tries = [attempt(n, request_id="r", **FAILED, **UNBILLED) for n in (1, 2)]
    steps.land_rows(tmp_path, *tries)
    assert firsts("rescue_failure_count") == {"openai": (1, 1, 0, 0, 0, 0)}


def test_a_client_that_went_away_was_not_rescued(home, tmp_path):
    failed = attempt(1, request_id="r", **FAILED, **UNBILLED)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r", status="cancelled"))
    assert firsts("rescue_failure_count") == {"openai": (1, 1, 0, 0, 0, 0)}


def test_a_retry_of_an_answer_is_no_first_choice(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, request_id="r"), attempt(2, request_id="r", **FAILED, **UNBILLED))
    assert firsts("rescue_failure_count") == {"openai": (1, 0, 0, 0, 0, 0)}


def test_the_place_in_a_record_says_which_was_first_where_no_end_is_told(home, tmp_path):
    unended = {"end_time": None, "duration_s": None}
    failed = attempt(1, request_id="r", provider_name="azure", attempt_index=0, **FAILED, **UNBILLED, **unended)
    steps.land_rows(tmp_path, failed, attempt(2, request_id="r", attempt_index=1))
    assert firsts() == {"azure": (1, 1, 1, 0, 0), "openai": (0, 0, 0, 0, 0)}


def test_a_gateway_that_counts_a_try_it_did_not_log_leaves_the_first_unknown_and_lost(home, tmp_path):
    steps.land_rows(
        tmp_path,
        attempt(1, reported_retries=1),
        attempt(2, reported_fallbacks=2, **FAILED, **UNBILLED),
        attempt(3, attempt_index=1),
        attempt(4, reported_retries=0, reported_fallbacks=0),
    )
    assert firsts("first_lost_rescued_count") == {"openai": (1, 0, 0, 3, 3, 2)}


def test_a_log_of_outcomes_knows_the_first_choice_only_by_its_gateways_counters(home, tmp_path):
    outcome = {"record_kind": "request", "latency_scope": "request"}
    steps.land_rows(
        tmp_path,
        attempt(1, **outcome),
        attempt(2, reported_retries=0, **outcome),
        attempt(3, reported_retries=0, **outcome, **FAILED, **UNBILLED),
    )
    assert firsts() == {"openai": (2, 1, 0, 1, 0)}


def test_the_gateways_own_cache_chose_nobody(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, response_cache_hit=True, cost_usd=0.0))
    assert firsts() == {"openai": (0, 0, 0, 0, 0)}


def test_a_prompts_size_has_its_upper_edge_inside(home, tmp_path):
    sizes = (0, 1000, 1001, 10_000, 10_000_000, 10_000_001, None)
    steps.land_rows(tmp_path, *(attempt(n, input_tokens=size) for n, size in enumerate(sizes, 1)))
    steps.roll_up()
    counts = [(row["prompt_tokens_to"], row["sample_count"]) for row in steps.rollup("latency_hourly")]
    assert sorted(counts, key=str) == [(1000, 2), (10_000, 2), (10_000_000, 1), (None, 2)]
