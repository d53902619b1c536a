"""Sizes, streams, tools and sessions from literal folded attempts."""

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
    app_name varchar default 'Chat',
    conversation_id varchar,
    status varchar default 'ok',
    stream boolean,
    prompt_tokens_to bigint,
    finish_reason varchar,
    response_cache_hit boolean default false,
    tokens_in bigint,
    tokens_out bigint,
    tokens_both bigint,
    billed_usd decimal(38, 10),
    is_final boolean default true
)
"""


class Folded:
    """Folded attempts, and the rows a rollup makes of them."""

    def __init__(self) -> None:
        self.con = warehouse.connect()
        self.con.execute(FOLDED)

    def attempt(self, **told: object) -> None:
        """A successful final attempt, unless told otherwise."""
        row = {"status": "ok"} | told
        marks = ", ".join(f"${name}" for name in row)
        self.con.execute(f"insert into lake.folded ({', '.join(row)}) values ({marks})", row)

    def read(self, rollup: str, columns: str) -> list[tuple[object, ...]]:
        """These columns of its rows, sorted."""
        select = (SQL / "rollups" / f"{rollup}.sql").read_text(encoding="utf-8")
        return self.con.execute(f"with rolled as ({select}) select {columns} from rolled order by all").fetchall()


@pytest.fixture
def folded():
    made = Folded()
    yield made
    made.con.close()


def test_each_size_of_prompt_is_a_row(folded):
    folded.attempt(prompt_tokens_to=1000)
    folded.attempt(prompt_tokens_to=10_000)
    folded.attempt(prompt_tokens_to=1000)
    folded.attempt()
    assert folded.read("traffic_hourly", "prompt_tokens_to, request_count") == [(1000, 2), (10_000, 1), (None, 1)]


def test_only_the_outcome_of_a_request_that_a_model_answered_counts(folded):
    folded.attempt(status="error")
    folded.attempt(response_cache_hit=True)
    folded.attempt(is_final=False)
    folded.attempt(status="cancelled")
    folded.attempt()
    assert folded.read("traffic_hourly", "request_count") == [(2,)]


def test_what_a_request_does_not_say_is_in_no_denominator(folded):
    folded.attempt(tokens_in=500, tokens_out=20, tokens_both=520, stream=True, finish_reason="tool_calls")
    folded.attempt(tokens_in=500, stream=False, finish_reason="length")
    folded.attempt(tokens_in=500)
    columns = (
        "request_count, length_known_count, prompt_tokens, completion_tokens, stream_known_count, stream_count, "
        "finish_known_count, tool_call_count, truncated_count"
    )
    assert folded.read("traffic_hourly", columns) == [(3, 1, 500, 20, 2, 1, 2, 1, 1)]


def test_a_session_pays_for_its_failed_attempts_and_knows_its_unpriced_ones(folded):
    folded.attempt(conversation_id="s", status="error", is_final=False, billed_usd=Decimal(1))
    folded.attempt(conversation_id="s", billed_usd=Decimal(2))
    folded.attempt(conversation_id="s")
    folded.attempt()
    columns = "session_id, request_count, cost_usd, unpriced_count"
    assert folded.read("session_hourly", columns) == [("s", 2, Decimal(3), 1)]
