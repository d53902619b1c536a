"""A file put into the wrong source's inbox: what came to nothing there lands at the right one, and counts once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import inbox, lake, landing, replay
from pipeline.one_file import Landed
from pipeline.settings import settings
from tests import crashes, steps
from tests.litellm import payload

LANDED_AT = datetime(2026, 11, 25, tzinfo=UTC)  # `payload` is of the 22nd
MAPPING = """format = ["json"]
[columns]
request_id = "id"
start_time = { path = "startTime", unit = "epoch_s" }
request_model = "MODEL"
status = { value = "ok" }
"""
OF_TWO = b"".join(json.dumps(payload(number)).encode() + b"\n" for number in (1, 2))


@pytest.fixture
def log(home: Path, tmp_path: Path) -> Path:
    """Two calls as LiteLLM writes them."""
    (tmp_path / "log.jsonl").write_bytes(OF_TWO)
    return tmp_path / "log.jsonl"


def mapped(model: str) -> None:
    """A gateway `mine`, that tells the model in this field."""
    folder = settings().overrides / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.toml").write_text(MAPPING.replace("MODEL", model))


def land(file: Path, source: str) -> Landed:
    (landed,) = steps.land(file, source=source, at=LANDED_AT)
    return landed


def counts(landed: Landed) -> tuple[str, int | None, int, int, int]:
    return (
        landed.status,
        landed.rows_in,
        landed.rows_landed,
        landed.rows_duplicate,
        landed.rows_quarantined,
    )


def acknowledged() -> list[tuple[str, str]]:
    rows = lake.rows(lake.table("batches"), "sequence", "source", "status").to_pylist()
    return [(row["source"], row["status"]) for row in sorted(rows, key=lambda row: row["sequence"])]


@pytest.mark.parametrize(
    ("wrong", "came"),
    [("otel", ("landed", 2, 0, 0, 2)), ("simulator", ("quarantined", None, 0, 0, 0))],
    ids=["every row refused", "refused whole"],
)
def test_a_file_that_came_to_nothing_at_one_source_lands_at_another(log, wrong, came):
    assert counts(land(log, wrong)) == came
    assert counts(land(log, "litellm")) == ("landed", 2, 2, 0, 0)
    assert counts(land(log, "litellm")) == ("duplicate", 2, 0, 2, 0)
    assert counts(land(log, wrong)) == ("duplicate", 2, 0, 2, 0)
    assert len(steps.log()) == 2


def test_the_boards_show_each_delivery_of_it_and_the_equation_holds(log):
    land(log, "otel")
    land(log, "litellm")
    told = "select source, rows_in, rows_landed, rows_quarantined, is_file from meta.batches order by batch_sequence"
    published = steps.publish_now(as_of=LANDED_AT)
    assert steps.asked(published, told) == [("otlp", 2, 0, 2, True), ("litellm_slp", 2, 2, 0, True)]


def test_a_file_without_one_call_lands_at_another_source(home, tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_bytes(json.dumps({"resourceLogs": [], **payload(1)}).encode())
    assert counts(land(file, "otel")) == ("landed", 0, 0, 0, 0)
    assert counts(land(file, "litellm")) == ("landed", 1, 1, 0, 0)


def test_a_file_that_came_to_something_is_a_duplicate_at_every_other_source(log):
    mapped("model")
    assert counts(land(log, "mine")) == ("landed", 2, 2, 0, 0)
    assert counts(land(log, "litellm")) == ("duplicate", 2, 0, 2, 0)
    assert len(steps.log()) == 2


def test_each_source_s_refusals_of_one_file_are_in_quarantine_and_replayed_at_that_source(log):
    mapped("unknown")
    assert counts(land(log, "otel")) == ("landed", 2, 0, 0, 2)
    assert counts(land(log, "mine")) == ("landed", 2, 0, 0, 2)
    rows = lake.rows(lake.table("quarantine"), "batch_id", "source").to_pylist()
    assert sorted(row["source"] for row in rows) == ["mine", "mine", "otlp", "otlp"]
    assert len({row["batch_id"] for row in rows}) == 2
    mapped("model")
    done = [(each.refused.source, each.landed.status) for each in replay.replay() if each.landed]
    assert done == [("otlp", "unchanged"), ("mine", "landed")]
    assert len(steps.log()) == 2
    assert replay.replay() == []


def test_a_replay_counts_no_file_that_landed_at_another_source_meanwhile(log):
    mapped("unknown")
    assert counts(land(log, "mine")) == ("landed", 2, 0, 0, 2)
    assert counts(land(log, "litellm")) == ("landed", 2, 2, 0, 0)
    mapped("model")
    assert replay.replay() == []
    assert len(steps.log()) == 2


def test_one_replay_counts_a_file_once_that_two_sources_had_refused(log):
    mapped("unknown")
    land(log, "mine")
    other = settings().overrides / "mappings" / "other.toml"
    other.write_text((settings().overrides / "mappings" / "mine.toml").read_text())
    land(log, "other")
    mapped("model")
    other.write_text(MAPPING.replace("MODEL", "model"))
    done = [(each.refused.source, each.landed.status) for each in replay.replay() if each.landed]
    assert done == [("mine", "landed"), ("other", "unchanged")]
    assert len(steps.log()) == 2
    assert inbox.waiting() == []


STEPS = ["_append_quarantine", "_append_log", "_acknowledge", "archive"]


class Killed(BaseException):
    """The process ends here."""


def killed_before(step: str, run: Callable[[], object]) -> None:
    """A run that dies there."""

    def die(*_: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crashes.owner_of(step), step, die)
        with pytest.raises(Killed):
            run()


@pytest.mark.parametrize("step", STEPS)
def test_a_file_taken_from_a_landing_that_was_killed_at_the_wrong_source_loses_no_row(log, step):
    killed_before(step, lambda: land(log, "otel"))
    ((_, moved),) = inbox.waiting()
    moved.unlink()
    assert land(log, "litellm").rows_landed == 2
    assert set(acknowledged()) <= {("otlp", "landed"), ("litellm_slp", "landed")}
    rows = lake.rows(lake.table("quarantine"), "batch_id").column(0).to_pylist()
    assert (len(steps.log()), len(rows)) == (2, 0 if step == "_append_quarantine" else 2)


@pytest.mark.parametrize("other", ["litellm", "otel", "simulator"])
def test_a_file_that_a_killed_run_had_landed_at_one_source_counts_there_whatever_another_makes_of_it(log, other):
    mapped("model")
    killed_before("_acknowledge", lambda: land(log, "mine"))
    ((_, moved),) = inbox.waiting()
    moved.unlink()
    assert counts(land(log, other)) == ("duplicate", 2, 0, 2, 0)
    assert counts(land(log, "mine")) == ("duplicate", 2, 0, 2, 0)
    assert [status for _, status in acknowledged()] == ["landed", "duplicate", "duplicate"]
    assert ({row["source"] for row in steps.log()}, len(steps.log())) == ({"mine"}, 2)
    steps.publish_now(as_of=LANDED_AT)


def test_a_file_without_one_call_taken_from_a_killed_landing_loses_no_row(home, tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_bytes(json.dumps({"resourceLogs": [], **payload(1)}).encode())
    killed_before("_acknowledge", lambda: land(file, "otel"))
    ((_, moved),) = inbox.waiting()
    moved.unlink()
    assert counts(land(file, "litellm")) == ("landed", 1, 1, 0, 0)
    assert acknowledged() == [("otlp", "landed"), ("litellm_slp", "landed")]


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_landing_killed_at_the_second_source_is_finished_once(log, step):
    land(log, "otel")
    killed_before(step, lambda: land(log, "litellm"))
    landing.land_inbox(received_at=LANDED_AT)
    assert (len(steps.log()), acknowledged()) == (2, [("otlp", "landed"), ("litellm_slp", "landed")])
    assert land(log, "litellm").status == "duplicate"


def test_a_killed_replay_is_finished_before_the_same_bytes_land_at_another_source(log):
    mapped("unknown")
    land(log, "mine")
    mapped("model")
    killed_before("_acknowledge", replay.replay)
    inbox.deliver([log], "litellm")  # which comes before `mine`
    landed = landing.land_inbox(received_at=LANDED_AT)
    assert [(each.status, each.rows_landed) for each in landed] == [("landed", 2), ("duplicate", 0)]
    assert (len(steps.log()), inbox.waiting()) == (2, [])
    steps.publish_now(as_of=LANDED_AT)
