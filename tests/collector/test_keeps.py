"""What was acknowledged lands, once: through kill -9, a graceful stop under load, and files left half written."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

import pytest

from pipeline import inbox, lake, landing, maintenance
from pipeline.collector import spool
from pipeline.settings import PROJECT, PodiumError
from tests.collector.server import Collector, landing_time, numbered, payload

BATCH = 5
CLIENTS = 8


class Client(threading.Thread):
    """Posts batches of records, one after the other, and notes which were acknowledged; sends again if told to."""

    def __init__(self, collector: Callable[[], Collector], first: int, is_patient: bool) -> None:
        super().__init__(daemon=True)
        self.collector, self.first, self.is_patient = collector, first, is_patient
        self.acknowledged: list[str] = []
        self.is_over = threading.Event()
        self.record = payload(0)

    def run(self) -> None:
        """Until told to end."""
        batch = 0
        while not self.is_over.is_set():
            records = [numbered(self.record, self.first + batch * BATCH + place) for place in range(BATCH)]
            if self._post(records):
                self.acknowledged += [record["litellm_call_id"] for record in records]
            elif self.is_patient:
                continue
            batch += 1

    def _post(self, records: list[dict]) -> bool:
        try:
            return self.collector().post("/v1/litellm", records)[0] == 200
        except (OSError, HTTPException, ValueError):  # killed in the middle of it
            time.sleep(0.02)
            return False


def clients(collector: Callable[[], Collector], *, is_patient: bool) -> list[Client]:
    started = [Client(collector, 1_000_000 * number, is_patient) for number in range(CLIENTS)]
    for client in started:
        client.start()
    return started


def acknowledged(started: list[Client]) -> set[str]:
    for client in started:
        client.is_over.set()
    for client in started:
        client.join(30)
    return {call for client in started for call in client.acknowledged}


def landed() -> Counter[str]:
    """How often each request is in the log, once the inbox has landed."""
    assert {each.status for each in landing.land_inbox(received_at=landing_time())} <= {"landed", "duplicate"}
    return Counter(lake.rows(lake.table("request_log"), "request_id")["request_id"].to_pylist())


def test_killed_again_and_again_it_loses_nothing_it_acknowledged(collector: Callable[..., Collector]) -> None:
    running = collector(segment_s=0.5)
    started = clients(lambda: running, is_patient=True)
    for _ in range(2):
        time.sleep(0.5)
        running.kill()
        running = collector(port=running.port, segment_s=0.5)
    time.sleep(0.2)
    safe = acknowledged(started)
    running.kill()  # and nobody starts it again: landing completes what it left
    found = landed()
    assert len(safe) > 100
    assert not safe - found.keys()
    assert set(found.values()) == {1}
    assert not list((running.home / "inbox" / "litellm").iterdir())


def test_a_graceful_stop_under_load_loses_nothing(collector: Callable[..., Collector]) -> None:
    running = collector(segment_s=60)
    started = clients(lambda: running, is_patient=False)
    time.sleep(0.7)
    assert running.stop() == 0
    safe = acknowledged(started)
    assert not list(running.home.glob(f"inbox/*/{spool.GROWING}"))
    found = landed()
    assert len(safe) > 50
    assert not safe - found.keys()
    assert set(found.values()) == {1}


def growing(home: Path, content: bytes) -> Path:
    folder = home / "inbox" / "litellm"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / ".collected-20261122T000000.000000Z-0123abcd.jsonl.part"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        (b'{"n": 1}\n{"n": 2}\n', b'{"n": 1}\n{"n": 2}\n'),
        (b'{"n": 1}\n{"n": 2', b'{"n": 1}\n'),
        (b'{"n": 1}\n\0\0\0\0\n', b'{"n": 1}\n'),
        (b'{"n": NaN}\n{"n": 1}', b'{"n": NaN}\n'),
        (b'{"n": ' + b"[" * 1020 + b"]" * 1020 + b"}\nx", b'{"n": ' + b"[" * 1020 + b"]" * 1020 + b"}\n"),
    ],
)
def test_a_segment_left_behind_is_completed_up_to_its_last_whole_record(home: Path, left: bytes, kept: bytes) -> None:
    growing(home, left)
    (shown,) = spool.rescue()
    assert shown.name == "collected-20261122T000000.000000Z-0123abcd.jsonl"
    assert shown.read_bytes() == kept


def test_a_segment_without_a_whole_record_goes(home: Path) -> None:
    left = growing(home, b'{"n"')
    assert spool.rescue() == []
    assert not left.exists()


def test_a_living_collectors_segment_is_left_alone_and_a_second_collector_is_refused(
    collector: Callable[..., Collector], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = collector(segment_s=60)
    running.post("/v1/litellm", {"n": 1})
    assert spool.rescue() == []
    assert running.stored() == []
    monkeypatch.setattr(spool, "LOCK_PATIENCE_S", 0.1)
    with pytest.raises(PodiumError, match="running already"), spool.only_one():
        pass


def test_half_a_copy_that_nobody_goes_on_with_is_removed_after_a_day(home: Path, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("{}\n")
    (delivered,) = inbox.deliver([tmp_path / "log.jsonl"], "litellm")
    half = delivered.with_name(f".{delivered.name}.part")  # as deliver names it while it copies
    delivered.rename(half)
    theirs = half.with_name("theirs.jsonl.part")
    theirs.write_text("{")
    begun = datetime.fromtimestamp(half.stat().st_mtime, UTC)
    assert maintenance.maintain(begun + timedelta(hours=23)).half_copies_removed == 0
    assert maintenance.maintain(begun + timedelta(hours=25)).half_copies_removed == 1
    assert list(half.parent.iterdir()) == [theirs]


def test_it_imports_neither_dagster_nor_streamlit_nor_pandas(home: Path) -> None:
    heavy = ("dagster", "streamlit", "pandas", "duckdb")
    script = f"import sys, pipeline.collect; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
