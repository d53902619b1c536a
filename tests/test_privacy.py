"""Pseudonyms: keyed, stable, made of a secret that only its owner can read."""

import hmac
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from pipeline import lake, privacy
from pipeline.settings import PodiumError, settings
from tests import steps
from tests.rows import attempt

SECRET = "0123456789abcdef" * 4


@pytest.fixture
def key_file(home) -> Path:
    """Where the key of this home will be."""
    return settings().pseudonym_key


def test_a_pseudonym_is_the_hmac_of_the_name_under_the_key(key_file):
    key_file.parent.mkdir(exist_ok=True)
    key_file.write_text(SECRET)
    key_file.chmod(0o600)
    expected = "u_" + hmac.digest(bytes.fromhex(SECRET), b"jo@example.com", "sha256").hex()[:32]
    assert privacy.pseudonyms(["jo@example.com"]).to_pylist() == [{"raw": "jo@example.com", "pseudonym": expected}]


def test_each_name_is_hashed_once_and_nobody_stays_nobody(home):
    table = privacy.pseudonyms(["b", None, "a", "b", ""])
    assert table["raw"].to_pylist() == ["a", "b"]
    assert len(set(table["pseudonym"].to_pylist())) == 2


def test_the_key_is_made_on_first_use_for_its_owner_alone(key_file):
    privacy.key_id()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(key_file.read_text())) == 32
    assert [file for file in key_file.parent.iterdir() if file.suffix == ".tmp"] == []


def test_a_key_that_others_can_read_is_refused_with_the_remedy(key_file):
    key_file.write_text(SECRET)
    key_file.chmod(0o640)
    with pytest.raises(PodiumError, match=f"chmod 600 {key_file}"):
        privacy.key(key_file)


def test_a_key_that_is_no_key_is_refused(key_file):
    key_file.write_text("abcd")
    key_file.chmod(0o600)
    with pytest.raises(PodiumError, match="expected 64 hex digits"):
        privacy.key(key_file)


def test_a_key_that_is_none_stops_landing_before_a_row_is_written(home, tmp_path, key_file):
    key_file.write_text("abcd")
    key_file.chmod(0o600)
    with pytest.raises(PodiumError, match="expected 64 hex digits"):
        steps.land_rows(tmp_path, attempt(1))
    assert not lake.exists("request_log")


def test_two_processes_that_start_together_agree_on_one_key(key_file):
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(key_of, [key_file] * 8))) == 1


def key_of(file: Path) -> bytes:
    return privacy.key(file)


def test_a_writer_killed_while_making_the_key_leaves_the_next_one_free(key_file):
    (key_file.parent / f"{key_file.name}.{os.getpid() + 1}.tmp").write_text("half a k")
    assert len(privacy.key(key_file)) == 32


def test_users_of_another_key_are_told_apart_by_the_batch(home, tmp_path, key_file):
    steps.land_rows(tmp_path, attempt(1))
    (batch,) = lake.rows(lake.table("batches")).to_pylist()
    assert batch["pseudonym_key_id"] == privacy.key_id()
    assert key_file.read_text().strip() not in str(batch)


def test_the_key_never_reaches_the_home(home, tmp_path, key_file):
    steps.land_rows(tmp_path, attempt(1))
    steps.publish_now()
    secret = privacy.key(key_file)
    for file in home.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            assert secret not in held
            assert secret.hex().encode() not in held
