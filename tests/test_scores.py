"""Scores: which become rows, which requests they count for, and the same published tables whatever comes first."""

import gzip
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline import lake, landing, maintenance, publish
from pipeline.one_file import Landed
from pipeline.privacy import pseudonyms
from pipeline.request_log import ROW_REASONS
from pipeline.settings import PodiumError, settings
from tests import steps
from tests.rows import NOON, attempt

LATER = (NOON + timedelta(hours=1)).isoformat()
FAILED = {"status": "error", "error_type": "timeout", "input_tokens": None, "output_tokens": None}
FEEDBACK = "select model_id, feedback_count, feedback_up_count from rollups.usage_daily order by all"
SCORES = "select event_date, model_id, score_name, score_count, score_sum from rollups.scores_daily order by all"


def verdict(number: int = 1, score: object = 1, **told: Any) -> dict[str, Any]:
    """A score of request `number`, given an hour after noon unless told otherwise."""
    return {"request_id": f"request-{number}", "score": score, "at": LATER} | told


def lines(file: Path, *records: object) -> Path:
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return file


def land_scores(folder: Path, *records: object, at: datetime = steps.RECEIVED) -> Landed:
    """Land one file of these scores."""
    file = lines(folder / f"scores-{len(list(folder.glob('scores-*')))}.jsonl", *records)
    (landed,) = steps.land(file, source="scores", at=at)
    return landed


def held() -> list[dict[str, Any]]:
    """Every row of the table."""
    rows = lake.table("scores").to_pyarrow_table()
    return sorted(rows.to_pylist(), key=lambda row: (row["received_at"], row["source_row"]))


def counts(landed: Landed) -> tuple[int | None, int, int, int]:
    return landed.rows_in, landed.rows_landed, landed.rows_duplicate, landed.rows_quarantined


def test_a_score_lands_with_its_name_evaluator_and_instant(home, tmp_path):
    landed = land_scores(tmp_path, verdict(name="Helpful", evaluator="judge-2", score=0.25))
    assert (landed.status, counts(landed)) == ("landed", (1, 1, 0, 0))
    (row,) = held()
    assert row == {
        "request_id": "request-1",
        "score_name": "helpful",
        "evaluator": "judge-2",
        "score": 0.25,
        "scored_at": NOON + timedelta(hours=1),
        "batch_id": row["batch_id"],
        "source_row": 1,
        "received_at": steps.RECEIVED,
        "event_date": date(2026, 11, 2),
    }


@pytest.mark.parametrize(
    ("told", "score"),
    [
        (0, 0.0), (1, 1.0), (0.3, 0.3), ("0.3", 0.3), (True, 1.0), (False, 0.0), ("up", 1.0), ("Down", 0.0),
        ("thumbs_up", 1.0), ("thumbs down", 0.0), ("👍", 1.0), ("👎", 0.0), ("like", 1.0), ("fail", 0.0), (-0.0, 0.0),
        (1 / 3, 0.333333333),
    ],
)  # fmt: skip
def test_numbers_booleans_and_words_are_scores_from_0_to_1(home, tmp_path, told, score):
    land_scores(tmp_path, verdict(score=told))
    assert [str(row["score"]) for row in held()] == [str(score)]


@pytest.mark.parametrize(
    ("told", "reason", "column"),
    [
        ({"request_id": None}, "null_id", "request_id"),
        ({"request_id": ""}, "bad_id", "request_id"),
        ({"request_id": "x" * 257}, "bad_id", "request_id"),
        ({"score": None}, "missing_field", "score"),
        ({"score": 1.0001}, "bad_score", "score"),
        ({"score": -1}, "bad_score", "score"),
        ({"score": float("nan")}, "bad_score", "score"),
        ({"score": float("inf")}, "bad_score", "score"),
        ({"score": "so la la"}, "bad_score", "score"),
        ({"score": {"value": 1}}, "bad_score", "score"),
        ({"score": ""}, "bad_score", "score"),
        ({"name": "ann@example.org"}, "bad_label", "name"),
        ({"name": "n" * 101}, "bad_label", "name"),
        ({"name": {"a": 1}}, "bad_label", "name"),
        ({"evaluator": "two\nlines"}, "bad_label", "evaluator"),
        ({"evaluator": ["a"]}, "bad_label", "evaluator"),
        ({"at": "yesterday"}, "bad_ts", "at"),
        ({"at": "1969-01-01"}, "bad_ts", "at"),
        ({"at": 1793620800000}, "bad_ts", "at"),
        ({"at": (steps.RECEIVED + timedelta(seconds=301)).isoformat()}, "future_ts", "at"),
        ({"at": (steps.RECEIVED - timedelta(days=401)).isoformat()}, "too_late", "at"),
    ],
)
def test_a_bad_score_is_refused_with_its_reason_and_the_others_land(home, tmp_path, told, reason, column):
    landed = land_scores(tmp_path, verdict(1), verdict(2, **told), verdict(3))
    assert (counts(landed), landed.reasons) == ((3, 2, 0, 1), {reason: 1})
    (refused,) = lake.rows(lake.table("quarantine")).to_pylist()
    assert (refused["source"], refused["source_row"], refused["reason"], refused["column_name"]) == (
        "scores", 2, reason, column,
    )  # fmt: skip
    assert reason in ROW_REASONS
    assert [row["request_id"] for row in held()] == ["request-1", "request-3"]


def test_lines_that_are_no_object_are_refused_one_by_one(home, tmp_path):
    file = tmp_path / "scores.jsonl"
    file.write_text(json.dumps(verdict(1)) + "\n{broken\n7\n" + json.dumps(verdict(2)) + "\n")
    (landed,) = steps.land(file, source="scores")
    assert (counts(landed), landed.reasons) == ((4, 2, 0, 2), {"bad_json": 1, "wrong_type": 1})


def test_csv_and_gzip_are_read_alike_and_a_column_may_be_missing(home, tmp_path):
    table = "score,comment,request_id,at\n1,so good,request-1,1793624400\nup,,request-2,\n5,,request-3,\n"
    (tmp_path / "scores.csv.gz").write_bytes(gzip.compress(table.encode()))
    (landed,) = steps.land(tmp_path / "scores.csv.gz", source="scores")
    assert (counts(landed), landed.reasons) == ((3, 2, 0, 1), {"bad_score": 1})
    assert [(row["request_id"], row["score"], row["scored_at"]) for row in held()] == [
        ("request-1", 1.0, datetime.fromisoformat("2026-11-02T13:00:00+00:00")),
        ("request-2", 1.0, steps.RECEIVED),
    ]


def test_a_csv_without_the_needed_columns_is_refused_whole(home, tmp_path):
    (tmp_path / "scores.csv").write_text("request_id,rating\nrequest-1,1\n")
    (landed,) = steps.land(tmp_path / "scores.csv", source="scores")
    assert (landed.status, landed.reason) == ("quarantined", "schema_missing_column")


def test_a_score_counts_once_however_often_and_in_whatever_file_it_comes(home, tmp_path):
    first = lines(tmp_path / "a.jsonl", verdict(1), verdict(1), verdict(2), verdict(2, evaluator="judge"))
    second = lines(tmp_path / "b.jsonl", verdict(2, evaluator="judge"), verdict(2, 0), verdict(1))
    landed = steps.land(first, first, second, source="scores")
    assert [(file.status, *counts(file)) for file in landed] == [
        ("landed", 4, 3, 1, 0),
        ("duplicate", 4, 0, 4, 0),
        ("landed", 3, 1, 2, 0),
    ]
    assert len(held()) == 4


def test_no_person_and_no_free_text_reaches_the_lake(home, tmp_path):
    told = {"evaluator": "ann@example.org", "comment": "the secret remark", "request_id": "bob@example.org"}
    land_scores(tmp_path, verdict(1, **told), verdict(2, "what a secret remark"))
    (row,) = held()
    names = dict(zip(*pseudonyms(["ann@example.org", "bob@example.org"]).to_pydict().values(), strict=True))
    assert (row["evaluator"], row["request_id"]) == (names["ann@example.org"], names["bob@example.org"])
    kept = b"".join(file.read_bytes() for file in settings().lake.rglob("*") if file.is_file())
    kept += str(held() + lake.rows(lake.table("quarantine")).to_pylist()).encode()
    assert not [word for word in (b"example.org", b"secret remark") if word in kept]


def test_feedback_that_comes_later_makes_its_hour_and_no_other_dirty(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2), attempt(70), attempt(130))
    steps.publish_now()
    land_scores(tmp_path, verdict(1), verdict(70, "down"), verdict(999))
    assert steps.roll_up() == [NOON, NOON + timedelta(hours=1)]
    assert steps.asked(steps.publish_now(), FEEDBACK) == [("openai/gpt-4o", 2, 1)]


def test_a_landed_score_replaces_what_the_log_says_of_the_request(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, feedback_score=0.0), attempt(2, feedback_score=0.0), attempt(3))
    land_scores(tmp_path, verdict(1, "up"), verdict(3, "up", name="helpful"))
    published = steps.publish_now()
    assert steps.asked(published, FEEDBACK) == [("openai/gpt-4o", 2, 1)]
    assert steps.asked(published, SCORES) == [
        (date(2026, 11, 2), "openai/gpt-4o", "feedback", 1, Decimal(1)),
        (date(2026, 11, 2), "openai/gpt-4o", "helpful", 1, Decimal(1)),
    ]


def test_the_model_that_answered_gets_the_score_and_the_failed_attempt_none(home, tmp_path):
    claude = {"model_raw": "claude-sonnet-4-5", "provider_name": "anthropic", "feedback_score": 0.0}
    steps.land_rows(tmp_path, attempt(1, request_id="both", **claude, **FAILED), attempt(2, request_id="both"))
    land_scores(tmp_path, verdict(request_id="both"))
    assert steps.asked(steps.publish_now(), FEEDBACK) == [
        ("anthropic/claude-sonnet-4.5", 0, 0),
        ("openai/gpt-4o", 1, 1),
    ]


def test_the_latest_score_of_a_name_counts_and_means_are_exact(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2), attempt(3))
    earlier = (NOON + timedelta(minutes=30)).isoformat()
    land_scores(
        tmp_path, verdict(1, "up"), verdict(1, "down", at=earlier), *(verdict(n, 0.1, name="a") for n in (1, 2, 3))
    )
    land_scores(tmp_path, verdict(2, "up", at=earlier), verdict(2, "down"))
    published = steps.publish_now()
    assert steps.asked(published, FEEDBACK) == [("openai/gpt-4o", 2, 1)]
    assert [row[2:] for row in steps.asked(published, SCORES)] == [
        ("a", 3, Decimal("0.3")),
        ("feedback", 2, Decimal(1)),
    ]


@pytest.mark.parametrize(("days", "counted"), [(-1, 1), (-2, 0), (0, 1), (7, 1), (8, 0)])
def test_a_score_counts_from_the_day_before_its_request_to_seven_days_after(home, tmp_path, days, counted):
    score = verdict(1, at=(NOON + timedelta(days=days)).isoformat())
    for folder, is_score_first in ((tmp_path / "a", True), (tmp_path / "b", False)):
        with steps.at_home(folder):
            folder.mkdir()
            late = steps.RECEIVED + timedelta(days=1)
            if is_score_first:
                land_scores(folder, score, at=late)
                steps.roll_up()
            steps.land_rows(folder, attempt(1))
            steps.roll_up()
            if not is_score_first:
                land_scores(folder, score, at=late)
            steps.roll_up()
            assert [row["feedback_count"] for row in steps.rollup("usage_hourly")] == [counted]


def test_another_number_of_days_computes_everything_again(home, tmp_path, monkeypatch):
    steps.land_rows(tmp_path, attempt(1))
    land_scores(tmp_path, verdict(1, at=(NOON + timedelta(days=1)).isoformat()))
    assert steps.asked(steps.publish_now(), FEEDBACK) == [("openai/gpt-4o", 1, 1)]
    monkeypatch.setenv("PODIUM_SCORE_DAYS", "0")
    settings.cache_clear()
    assert steps.asked(steps.publish_now(), FEEDBACK) == [("openai/gpt-4o", 0, 0)]


LOG = (attempt(1), attempt(2), attempt(59, request_id="both", **FAILED), attempt(61, request_id="both"), attempt(3))
GIVEN = (
    verdict(1, "up"),
    verdict(1, "down"),
    verdict(1, "down", evaluator="judge"),
    verdict(2, 0.4, name="helpful"),
    verdict(2, 0.4, name="helpful", at=(NOON + timedelta(hours=2)).isoformat()),
    verdict(2, 0.9, name="helpful"),
    verdict(request_id="both"),
    verdict(99),
)
ARRANGEMENTS = {
    "log, scores": [LOG, GIVEN],
    "scores, log": [GIVEN, LOG],
    "scores backwards, log backwards": [GIVEN[::-1], LOG[::-1]],
    "each by itself": [[row] for pair in zip(GIVEN, [*LOG, *LOG[:3]], strict=True) for row in pair],
    "everything twice": [GIVEN, LOG[:3], GIVEN[4:], LOG, GIVEN[:5]],
}


def published_from(folder: Path, arrangement: Any, *, is_each_rolled_up: bool) -> dict[str, str]:
    """The published tables of these deliveries."""
    with steps.at_home(folder):
        for records in arrangement:
            if "attempt_id" in records[0]:
                steps.land_rows(folder, *records)
            else:
                land_scores(folder, *records)
            if is_each_rolled_up:
                steps.roll_up()
        published = steps.publish_now()
        assert [row[2:4] for row in steps.asked(published, SCORES)] == [("feedback", 2), ("helpful", 1)]
        return steps.contents(published)


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> dict[str, str]:
    """The published tables when the log comes first, then the scores, each in one file."""
    return published_from(tmp_path_factory.mktemp("once"), ARRANGEMENTS["log, scores"], is_each_rolled_up=False)


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_the_order_of_arrival_changes_nothing(tmp_path, once, name):
    assert published_from(tmp_path, ARRANGEMENTS[name], is_each_rolled_up=True) == once


@pytest.mark.parametrize("step", ["append_rows", "commit_files", "write_frames"])
def test_a_batch_of_scores_that_died_anywhere_lands_once(home, tmp_path, monkeypatch, step):
    steps.land_rows(tmp_path, attempt(1))
    steps.roll_up()
    real, calls = getattr(lake, step), []

    def dying(*args: Any, **told: Any) -> Any:
        made = real(*args, **told)
        calls.append(step)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return made

    file = lines(tmp_path / "scores.jsonl", verdict(1), verdict(2, 7))
    monkeypatch.setattr(lake, step, dying)
    with pytest.raises(KeyboardInterrupt):
        steps.land(file, source="scores")
    landed = landing.land_inbox(received_at=steps.RECEIVED + timedelta(days=1))
    assert [(file.status, *counts(file)) for file in landed] == [("landed", 2, 1, 0, 1)]
    assert steps.asked(steps.publish_now(), FEEDBACK) == [("openai/gpt-4o", 1, 1)]
    assert len(held()) == lake.rows(lake.table("quarantine")).num_rows == 1


def test_the_audit_sees_a_score_that_is_gone(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    land_scores(tmp_path, verdict(1), verdict(2))
    made = lake.table("scores")
    made.delete("request_id = 'request-2'")
    with pytest.raises(publish.AuditFailed) as refused:
        steps.publish_now()
    assert refused.value.failed == {"batches__every_landed_score_is_in_the_lake": 1}


def test_scores_without_any_log_can_be_published_and_wait(home, tmp_path):
    land_scores(tmp_path, verdict(1))
    assert steps.asked(steps.publish_now(), SCORES) == []
    steps.land_rows(tmp_path, attempt(1))
    assert steps.asked(steps.publish_now(), FEEDBACK) == [("openai/gpt-4o", 1, 1)]


def test_maintenance_scrubs_and_compacts_scores_and_changes_no_figure(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1), attempt(2))
    land_scores(tmp_path, verdict(1))
    land_scores(tmp_path, verdict(2, "down"))
    before = steps.contents(steps.publish_now())
    maintenance.maintain(steps.RECEIVED + timedelta(days=10))
    (file,) = lake.data_files(lake.table("scores"))
    assert file.rows == 2
    assert steps.contents(steps.publish_now(whole=True)) == before
    path = lake.folder("scores") / file.path
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(PodiumError, match="damaged"):
        maintenance.maintain(steps.RECEIVED + timedelta(days=10))
