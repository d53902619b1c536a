"""The same records of six sources, in any files, in any order, again and again, with crashes: the same tables."""

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import inbox, lake, landing
from pipeline.settings import SAMPLES
from tests import otlp, steps
from tests.conftest import examples
from tests.crashes import crashing_at
from tests.rows import NOON, attempt, write

FIXTURES = Path(__file__).parent / "fixtures"
RECEIVED = datetime(2026, 11, 23, tzinfo=UTC)  # the day after all of it was recorded
AS_OF = datetime(2026, 11, 30, tzinfo=UTC)
DURABLE_CALLS = 24  # more than one landing and one publishing of a few files makes


@dataclass(frozen=True)
class Record:
    """One record of one source, as the gateway writes it; `place` tells it apart."""

    source: str
    place: int

    @property
    def told(self) -> object:
        """A line, a row of cells, or the columns of a row."""
        return RECORDS[self.source][self.place]


def recorded(file: Path) -> list[str]:
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode().splitlines()


def litellm() -> list[str]:
    """Every eleventh recorded payload, both payloads of each request among them, and a broken one."""
    lines = recorded(SAMPLES / "litellm_slp.jsonl.gz")
    requests = [json.loads(line)["litellm_call_id"] for line in lines]
    chosen = set(requests[::11])
    return [*(line for line, request in zip(lines, requests, strict=True) if request in chosen), "{broken"]


def spendlogs() -> list[list[str]]:
    text = "\n".join(recorded(FIXTURES / "litellm_spendlogs.csv.gz"))
    return list(csv.reader(io.StringIO(text)))[:1] + list(csv.reader(io.StringIO(text)))[1::13]


def score(request_id: str, **told: Any) -> str:
    return json.dumps({"request_id": request_id, "at": "2026-11-02T14:00:00Z"} | told)


HEADER, *TABLE = spendlogs()
FAILED = {"status": "error", "error_type": "rate_limit", "input_tokens": None, "output_tokens": None}
RECORDS = {
    "litellm": litellm(),
    "litellm_spendlogs": TABLE,
    "otel": [
        json.dumps(otlp.export(otlp.call(1), otlp.call(2))),
        json.dumps(otlp.export(otlp.call(3, gen_ai__usage__output_tokens=None))),
        json.dumps(otlp.export(otlp.call(3, gen_ai__usage__output_tokens=7))),
        json.dumps(otlp.export(otlp.call(4, error__type="timeout"), otlp.call(5, gen_ai__request__model=None))),
        # One call told twice, before the hour and after it.
        json.dumps(otlp.export(otlp.call(-5) | {"traceId": "a" * 32, "spanId": "b" * 16})),
        json.dumps(otlp.export(otlp.call(6) | {"traceId": "a" * 32, "parentSpanId": "b" * 16})),
    ],
    "helicone": recorded(FIXTURES / "mapped" / "helicone.jsonl"),
    "simulator": [
        attempt(1),
        attempt(2, output_tokens=150),
        attempt(2, output_tokens=151),
        attempt(59, request_id="rescued", **FAILED, cost_usd=0.0),
        attempt(60, request_id="rescued", stream=True, time_to_first_chunk_s=0.5),
        attempt(61, input_tokens=-1),
        attempt(62, start_time=NOON + timedelta(days=8), app_name="Chat", category="code", conversation_id="session"),
    ],
    "scores": [
        score("request-1", score="up"),
        score("request-1", score="down", at="2026-11-03T09:00:00Z"),
        score("request-2", score=0.8, name="helpfulness"),
        score("rescued", score=True),
        score("request-2", score=7),
    ],
}
TRAFFIC = tuple(Record(source, place) for source, records in RECORDS.items() for place in range(len(records)))


@dataclass(frozen=True)
class Round:
    """Files delivered together and landed, perhaps published; left at a durable call, perhaps."""

    files: tuple[tuple[Record, ...], ...]
    is_published: bool = False
    crash_at: int | None = None


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Iterator[Path]:
    """A folder of its own for every arrangement."""
    return (tmp_path_factory.mktemp(f"in-{number}") for number in count())


@pytest.fixture(scope="module")
def once(folders) -> dict[str, str]:
    """The published tables when each source's records arrive in one file, in order."""
    by_source = tuple(tuple(Record(name, place) for place in range(len(RECORDS[name]))) for name in RECORDS)
    return published_from(next(folders), [Round(by_source)])


def written(folder: Path, records: Sequence[Record]) -> list[tuple[str, Path]]:
    """The records as their gateways deliver them, a file per source; every other text packed."""
    by_source: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_source[record.source].append(record)
    return [(source, _file(folder / source, source, some)) for source, some in by_source.items()]


def _file(target: Path, source: str, records: list[Record]) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source == "simulator":
        return write(target, *(record.told for record in records))
    text = io.StringIO()
    if source == "litellm_spendlogs":
        csv.writer(text).writerows([HEADER, *(record.told for record in records)])
    else:
        text.writelines(f"{record.told}\n" for record in records)
    data = text.getvalue().encode()
    target.write_bytes(gzip.compress(data) if len(records) % 2 else data)
    return target


def published_from(folder: Path, rounds: Sequence[Round]) -> dict[str, str]:
    """Live through these rounds in a fresh home, then land what a crash left; the contents of what is published."""
    number = count()
    key = folder / "pseudonym.key"
    key.write_text("ab" * 32)  # the same people in every home
    key.chmod(0o600)
    with steps.at_home(folder):
        for each in rounds:
            for records in each.files:
                for source, file in written(folder / str(next(number)), records):
                    inbox.deliver([file], source)
            with crashing_at(each.crash_at):
                landing.land_inbox(received_at=RECEIVED)
                if each.is_published:
                    steps.publish_now(as_of=AS_OF)
        landing.land_inbox(received_at=RECEIVED)
        published = steps.publish_now(as_of=AS_OF)
        check_the_equations()
        return steps.contents(published) | {"log": logged()}


def check_the_equations() -> None:
    """Every delivery is acknowledged once, and every row of it is landed, a duplicate or in quarantine."""
    batches = lake.rows(lake.table("batches")).to_pylist()
    assert len({row["delivery"] for row in batches}) == len(batches)
    assert {row["status"] for row in batches} <= {"landed", "duplicate"}
    for row in batches:
        assert row["rows_in"] == row["rows_landed"] + row["rows_duplicate"] + row["rows_quarantined"]
    assert sum(row["rows_landed"] for row in batches) == steps.rows_kept()


def logged() -> str:
    """The attempts that the request log knows."""
    return str(sorted({row["attempt_id"] for row in steps.log()}))


def test_every_source_and_every_kind_of_table_is_filled(once):
    empty = {name for name, told in once.items() if told.startswith("0 rows")}
    # no two sources are set against each other
    assert empty == steps.OF_MORE_TRAFFIC | {"rollups.reconciliation_daily"}
    assert once["log"].count(",") > 60


def test_a_round_that_crashes_everywhere_in_turn_ends_at_the_same_tables(once, folders):
    rounds = [Round((TRAFFIC[place::3],), is_published=place == 1, crash_at=3 + 5 * place) for place in range(3)]
    assert published_from(next(folders), rounds) == once


@st.composite
def arrangements(draw: st.DrawFn) -> list[Round]:
    """The traffic in any order, some records again, cut into one to three rounds of one or two files a source."""
    again = draw(st.lists(st.sampled_from(TRAFFIC), max_size=12))
    records = draw(st.permutations([*TRAFFIC, *again]))
    cuts = sorted(draw(st.lists(st.integers(1, len(records) - 1), max_size=2, unique=True)))
    rounds = []
    for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True):
        middle = draw(st.integers(start + 1, end))
        files = tuple(tuple(some) for some in (records[start:middle], records[middle:end]) if some)
        crash = draw(st.none() | st.integers(0, DURABLE_CALLS))
        rounds.append(Round(files, is_published=draw(st.booleans()), crash_at=crash))
    return rounds


@given(rounds=arrangements())
@settings(max_examples=examples(1), suppress_health_check=list(HealthCheck))
def test_no_way_in_changes_a_published_figure(once, folders, rounds):
    assert published_from(next(folders), rounds) == once
