"""Which attempts of an hour each sum is of, from literal folded attempts."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from pipeline import warehouse
from pipeline.settings import SQL

FOLDED = """
create schema lake;
create table lake.folded (
    event_date date default date '2026-11-02',
    hour timestamp default timestamp '2026-11-02 12:00',
    model_id varchar default 'acme/one',
    provider_name varchar default 'acme',
    record_kind varchar default 'attempt',
    status varchar default 'ok',
    error_type varchar,
    stream boolean default false,
    response_cache_hit boolean default false,
    feedback_score double,
    tokens_in bigint default 100,
    tokens_out bigint default 10,
    tokens_cache_read bigint,
    tokens_cache_write bigint,
    tokens_reasoning bigint,
    tokens_both bigint default 110,
    billed_usd decimal(38, 10),
    cost_source varchar default 'gateway',
    listed_usd decimal(38, 10),
    saved_usd decimal(38, 10),
    is_final boolean default true,
    is_first boolean default true,
    is_after_lost_first boolean default false,
    is_rescued boolean default false,
    is_fallback boolean default false
)
"""


class Hour:
    """One hour of folded attempts, and its row of the rollup."""

    def __init__(self) -> None:
        self.con = warehouse.connect()
        self.con.execute(FOLDED)

    def attempt(self, **told: object) -> None:
        """An ordinary successful attempt without a known cost, unless told otherwise."""
        row = {"status": "ok"} | told
        marks = ", ".join(f"${name}" for name in row)
        self.con.execute(f"insert into lake.folded ({', '.join(row)}) values ({marks})", row)

    def read(self, columns: str) -> tuple[object, ...]:
        """These columns of its only row."""
        select = (SQL / "rollups" / "usage_hourly.sql").read_text(encoding="utf-8")
        (row,) = self.con.execute(f"with rolled as ({select}) select {columns} from rolled").fetchall()
        return row


@pytest.fixture
def hour() -> Iterator[Hour]:
    """An empty hour."""
    made = Hour()
    yield made
    made.con.close()


def test_requests_whose_cost_is_known_are_counted_by_how_they_ended(hour):
    hour.attempt(billed_usd=2)
    hour.attempt()
    hour.attempt(response_cache_hit=True, billed_usd=0)
    hour.attempt(status="cancelled", billed_usd=1)
    hour.attempt(status="error", billed_usd=1)
    hour.attempt(status="error")
    hour.attempt(status="error", billed_usd=1, is_final=False)
    columns = "priced_ok_count, priced_outcome_count, priced_request_count, price_due_count, cost_usd"
    assert hour.read(columns) == (1, 3, 2, 3, Decimal(5))


def test_tokens_of_the_gateways_cache_are_no_work_of_the_model(hour):
    hour.attempt(tokens_cache_read=40, tokens_cache_write=20)
    hour.attempt(tokens_cache_read=None)
    hour.attempt(response_cache_hit=True, tokens_cache_read=70, tokens_cache_write=30)
    worked = "model_input_tokens, model_output_tokens, model_cache_read_tokens, model_cache_write_tokens"
    assert hour.read(f"{worked}, cache_known_input_tokens") == (200, 20, 40, 20, 100)
    assert hour.read("input_tokens, cache_read_input_tokens, cache_write_input_tokens") == (300, 110, 50)


def test_cache_use_without_a_known_input_is_in_neither_side_of_the_rate(hour):
    hour.attempt(tokens_cache_read=40)
    hour.attempt(tokens_cache_read=70, tokens_in=None, tokens_both=None)
    columns = "model_cache_read_tokens, cache_known_input_tokens, cache_read_input_tokens"
    assert hour.read(columns) == (40, 100, 110)


def test_the_failed_attempts_of_a_rescue_are_counted_and_priced_by_themselves(hour):
    hour.attempt(status="error", is_final=False, is_rescued=True, billed_usd=2)
    hour.attempt(status="error", is_final=False, is_first=False, is_rescued=True)
    hour.attempt(is_first=False, billed_usd=9)
    hour.attempt(status="error")
    firsts = "first_attempt_count, first_failed_count, first_rescued_count, first_unknown_count"
    assert hour.read(firsts) == (2, 2, 1, 0)
    assert hour.read("rescue_failure_count, rescue_priced_count, rescue_cost_usd") == (2, 1, Decimal(2))


def test_a_first_attempt_that_may_be_missing_is_unknown_and_a_told_one_lost(hour):
    hour.attempt(is_first=None)
    hour.attempt(is_first=None, is_after_lost_first=True)
    hour.attempt(is_first=None, is_after_lost_first=True, status="error")
    lost = "first_attempt_count, first_unknown_count, first_lost_count, first_lost_rescued_count, rescue_cost_usd"
    assert hour.read(lost) == (0, 3, 2, 1, None)
