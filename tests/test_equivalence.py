"""However often, in whatever order and in whatever files the same rows arrive, the published tables are the same."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import steps
from tests.conftest import examples
from tests.rows import NOON, attempt, write

Row = dict[str, Any]
FAILED = {"status": "error", "error_type": "rate_limit", "input_tokens": None, "output_tokens": None}
UNPRICED = {"cost_usd": None, "cost_source": "none"}
STREAM = {"stream": True, "time_to_first_chunk_s": 0.7}
NEXT_WEEK = NOON + timedelta(days=7)
TRAFFIC: tuple[Row, ...] = (
    attempt(1),
    attempt(2, **STREAM, user_id="u_2"),
    attempt(3, model_raw="claude-sonnet-4-5", provider_name="anthropic", cost_usd=1 / 3),
    attempt(4, model_raw="nobody-knows-this", **UNPRICED),
    attempt(5, response_cache_hit=True, cost_usd=0.0),
    # A failure at 12:59 rescued at 13:00, and a chain of failures over the next hour.
    attempt(59, request_id="rescued", request_model="claude", **FAILED, **UNPRICED),
    attempt(60, request_id="rescued", source="litellm_slp", **STREAM),
    attempt(118, request_id="lost", **FAILED, **UNPRICED),
    attempt(119, request_id="lost", **FAILED, cost_usd=0.001),
    attempt(121, request_id="lost", **FAILED, **UNPRICED),
    # Two and three versions of one attempt: other tokens, a newer revision, nothing but another first chunk.
    attempt(200),
    attempt(200, output_tokens=150),
    attempt(201, source_revision=1, cost_usd=0.5),
    attempt(201, source_revision=2, cost_usd=0.1),
    attempt(202, **STREAM),
    attempt(202, stream=True, time_to_first_chunk_s=0.9),
    attempt(202, stream=True, time_to_first_chunk_s=0.8),
    # Versions that decide the outcome of a request.
    attempt(210, request_id="decided", **FAILED, **UNPRICED),
    attempt(211, request_id="decided", **FAILED, **UNPRICED),
    attempt(211, request_id="decided", end_time=NOON + timedelta(hours=4)),
    # One call told three times, each inside the one before, from 12:57 on to 13:02.
    attempt(57, trace_id="told", span_id="outer", cost_usd=0.2),
    attempt(61, trace_id="told", span_id="middle", enclosing_span_id="outer", cost_usd=0.3),
    attempt(62, trace_id="told", span_id="inner", enclosing_span_id="middle"),
    attempt(300, input_tokens=-1),
    attempt(301, start_time=NEXT_WEEK),
    attempt(63, conversation_id="session", app_name="Chat", category="code"),
    attempt(122, conversation_id="session", app_name="Chat", category="code"),
    attempt(302, start_time=NEXT_WEEK + timedelta(hours=1), team_name=None, user_id=None),
    attempt(303, start_time=NOON - timedelta(days=6)),
)


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> dict[str, str]:
    """The published tables when everything arrives in one file, in order."""
    return published_from(tmp_path_factory.mktemp("once"), [TRAFFIC])


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Iterator[Path]:
    """A folder of its own for every arrangement."""
    return (tmp_path_factory.mktemp(f"arranged-{number}") for number in count())


def deliver(folder: Path, files: Sequence[Sequence[Row]]) -> Iterator[None]:
    for number, rows in enumerate(files):
        numbered = [row | {"source_row": place} for place, row in enumerate(rows, start=1)]
        steps.land(write(folder / f"{number}.parquet", *numbered))
        yield


def published_from(folder: Path, files: Sequence[Sequence[Row]], *, after_each: bool = False) -> dict[str, str]:
    """Land these files in a fresh home, publish at the end or after each of them, and return the tables' contents."""
    with steps.at_home(folder):
        for _ in deliver(folder, files):
            if after_each:
                steps.publish_now()
        return steps.contents(steps.publish_now(whole=not after_each))


def test_the_traffic_fills_every_kind_of_table(once):
    empty = {name for name, told in once.items() if told.startswith("0 rows")}
    # landed scores and a second source of the same traffic have tests of their own: test_scores, test_reconcile
    of_two_sources = {"rankings.feedback", "rankings.scores", "rollups.reconciliation_daily", "rollups.scores_daily"}
    assert empty == steps.OF_MORE_TRAFFIC | of_two_sources


def test_everything_twice_changes_nothing(once, folders):
    assert published_from(next(folders), [TRAFFIC, TRAFFIC, TRAFFIC[::-1]]) == once


def test_the_other_order_one_row_a_file_changes_nothing(once, folders):
    assert published_from(next(folders), [[row] for row in reversed(TRAFFIC)]) == once


def test_publishing_after_each_file_ends_at_the_same_tables(once, folders):
    thirds = [TRAFFIC[place::3] for place in range(3)]
    assert published_from(next(folders), [*thirds, thirds[1]], after_each=True) == once


@st.composite
def arrangements(draw: st.DrawFn) -> list[list[Row]]:
    """The traffic in any order, some rows twice, cut into one to five files."""
    again = draw(st.lists(st.sampled_from(TRAFFIC), max_size=6))
    rows = draw(st.permutations([*TRAFFIC, *again]))
    cuts = sorted(draw(st.lists(st.integers(1, len(rows) - 1), max_size=4, unique=True)))
    return [list(rows[start:end]) for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


@given(files=arrangements())
@settings(max_examples=examples(2), suppress_health_check=list(HealthCheck))
def test_no_arrangement_changes_a_published_figure(once, folders, files):
    assert published_from(next(folders), files) == once
