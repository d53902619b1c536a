"""What holds for the log of every source, whatever is wrong with it: it is told, and the next file lands."""

import gzip
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import inbox, lake, landing
from pipeline.one_file import Landed
from pipeline.request_log import FILE_REASONS, ROW_REASONS
from pipeline.settings import PROJECT
from tests import every_log, steps
from tests.every_log import AS_OF, NAMES, RECEIVED, source_of
from tests.rows import NOON, attempt, write
from tests.stored import everything_stored

CANARIES = ("CANARY-PROMPT", "fake answer", "@example.com", "198.51.100.7", "site-packages")
FLIPS = int(os.environ.get("PODIUM_TEST_FLIPS", "4"))  # of each log; 300 in a nightly run
NO_LOG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR CANARY-PROMPT" * 40


def land(name: str, data: bytes, folder: Path) -> Landed:
    """Land these bytes as a log of one of NAMES."""
    (folder / name).write_bytes(data)
    (landed,) = steps.land(folder / name, source=source_of(name), at=RECEIVED)
    return landed


def check(landed: Landed) -> None:
    """It landed and adds up, or was refused whole for a known reason; Podium never stumbled."""
    assert landed.status in ("landed", "quarantined"), landed
    if landed.status == "landed":
        assert landed.rows_in == landed.rows_landed + landed.rows_duplicate + landed.rows_quarantined
        assert (landed.reasons or {}).keys() <= ROW_REASONS.keys()
    else:
        assert landed.reason in FILE_REASONS
        assert landed.detail.isprintable()
        assert "CANARY" not in landed.detail


def test_there_is_a_log_of_every_source():
    assert every_log.uncovered() == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_is_refused(home, tmp_path, name):
    assert land(name, b"", tmp_path).reason == "empty_file"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_another_format_is_refused(home, tmp_path, name):
    landed = land(name, NO_LOG, tmp_path)
    check(landed)
    assert landed.status == "quarantined"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_in_the_middle_of_a_record_is_told(home, tmp_path, name):
    data = every_log.short(name)
    landed = land(name, data[: len(data) - 30], tmp_path)
    check(landed)
    assert (landed.status, landed.rows_quarantined) in (("landed", 1), ("quarantined", 0))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("parquet")])
def test_a_packed_file_cut_short_is_refused_whole(home, tmp_path, name):
    packed = gzip.compress(every_log.whole(name))
    assert land(name, packed[: len(packed) * 2 // 3], tmp_path).reason == "truncated"


@pytest.mark.parametrize("name", NAMES)
def test_flipped_bits_never_stop_the_next_file(home, tmp_path, name):
    chance, sound = random.Random(name), every_log.short(name)
    for number in range(FLIPS):
        flipped = bytearray(sound)
        for _ in range(chance.choice((1, 1, 8))):
            flipped[chance.randrange(len(sound))] ^= 1 << chance.randrange(8)
        file = tmp_path / f"{number}-{name}"
        file.write_bytes(flipped)
        inbox.deliver([file], source_of(name))
    inbox.deliver([write(tmp_path / "next.parquet", attempt(99, start_time=NOON))], "simulator")
    landed = landing.land_inbox(received_at=RECEIVED)
    assert len(landed) == FLIPS + 1
    for each in landed:
        check(each)
    assert "attempt-99" in {row["attempt_id"] for row in steps.log()}
    assert sum(each.rows_landed for each in landed) == steps.rows_kept()


PATH = "../../../etc/passwd"
LANDS = {
    "HTML": "<img src=x onerror=alert(1)>",
    "a Markdown image": "![x](https://evil.example/x.png)",
    "a formula": '=HYPERLINK("https://evil.example")',
    "a path": PATH,
    "another script": "模型-七",
}
WAITS = {
    "bidirectional override": "gpt\u202e4o",
    "a NUL": "gpt\x004o",
    "an escape sequence": "gpt\x1b[31m4o",
    "a mebibyte": "<b>gpt</b>" * 110_000,
}


def land_named(models: dict[str, str], folder: Path) -> list[Landed]:
    """A call of a model of each of these names, logged by every kind of source."""
    for number, model in enumerate(models.values()):
        for source, made in every_log.named_after(model, number).items():
            file = folder / f"{number}-{source}"
            if isinstance(made, bytes):
                file.write_bytes(made)
            else:
                made(file)
            inbox.deliver([file], source)
    landed = landing.land_inbox(received_at=RECEIVED)
    assert len(landed) == 6 * len(models)
    return landed


def test_a_hostile_model_name_is_kept_as_text(home, tmp_path):
    landed = land_named(LANDS, tmp_path)
    assert {each.name: each.rows_landed for each in landed} == {each.name: 1 for each in landed}
    asked = {row["request_model"] for row in steps.log()}
    assert set(LANDS.values()) <= asked | {PATH}
    published = steps.publish_now(as_of=AS_OF)
    assert steps.asked(published, "select sum(row_count) from rollups.usage_daily") == [(len(landed),)]


def test_a_model_name_nobody_could_read_waits_or_is_left_out(home, tmp_path):
    for each in land_named(WAITS, tmp_path):
        check(each)
    rows = [*steps.log(), *lake.rows(lake.table("quarantine")).to_pylist()]
    told = [value for row in rows for value in row.values() if isinstance(value, str)]
    assert [text for text in told if not text.isprintable()] == []
    assert max(map(len, told)) <= 1000


@pytest.fixture(scope="module")
def all_landed(tmp_path_factory):
    """A home where every log landed whole, and what was said meanwhile on standard output, standard error and logs."""
    folder = tmp_path_factory.mktemp("all")
    with steps.at_home(folder) as home:
        for name in NAMES:
            (folder / name).write_bytes(every_log.whole(name))
            inbox.deliver([folder / name], source_of(name))
        said = run(["refresh"], home, folder / "pseudonym.key", PODIUM_TOO_LATE_DAYS="100000")
        yield home, said


def run(arguments: list[str], home: Path, key: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command of Podium in a process of its own."""
    told = {"PODIUM_HOME": str(home), "PODIUM_KEY_FILE": str(key), "PYTHONPATH": str(PROJECT)} | settings
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=os.environ | told, capture_output=True, text=True)


@pytest.mark.parametrize("canary", CANARIES)
def test_the_logs_do_hold_what_must_not_be_kept(canary):
    assert any(canary.encode() in every_log.whole(name) for name in NAMES)


def test_every_log_lands(all_landed):
    _, said = all_landed
    batches = lake.rows(lake.table("batches")).to_pylist()
    assert {row["source_file"]: row["status"] for row in batches} == dict.fromkeys(NAMES, "landed"), said.stderr
    assert all(row["rows_landed"] + row["rows_duplicate"] for row in batches)  # SpendLogs are there twice


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_private_of_any_log_is_stored_published_or_said(all_landed, canary):
    home, said = all_landed
    assert canary not in everything_stored(home)
    assert canary not in said.stdout + said.stderr


def test_the_whole_way_in_another_time_zone_gives_the_same_tables(all_landed, tmp_path):
    home, _ = all_landed
    wanted = timeless(home)
    for name in NAMES:
        file = tmp_path / "inbox" / source_of(name) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(every_log.whole(name))
    key = home.parent / "pseudonym.key"
    done = run(["refresh"], tmp_path, key, TZ="America/New_York", PODIUM_TOO_LATE_DAYS="100000")
    assert timeless(tmp_path) == wanted, done.stderr


def timeless(home: Path) -> dict[str, str]:
    """The published rollups but for the one that tells when files arrived."""
    told = steps.contents(home / "published" / "current.duckdb", ("rollups",))
    del told["rollups.arrival_daily"]
    return told
