"""LiteLLM logs in every packing, and broken in every way: good records are staged, bad ones say why."""

import gzip
import json
import random
from functools import partial
from pathlib import Path

import pytest

from pipeline import json_files, sifting
from pipeline.request_log import FileRejected
from pipeline.settings import SAMPLES, settings
from pipeline.sources import litellm
from tests import readings
from tests.litellm import payload
from tests.readings import CANARIES, Read, lines, places, refused, staged, zstd

SAMPLE = gzip.decompress((SAMPLES / "litellm_slp.jsonl.gz").read_bytes())


@pytest.fixture
def read(own_key: None, tmp_path: Path) -> Read:
    return partial(readings.read, litellm, tmp_path)


SHAPES = {
    "lines": lambda rows: lines(*rows),
    "lines ending in CRLF": lambda rows: lines(*rows).replace(b"\n", b"\r\n"),
    "lines after a byte order mark": lambda rows: b"\xef\xbb\xbf" + lines(*rows),
    "array": lambda rows: json.dumps(rows).encode(),
    "pretty array": lambda rows: json.dumps(rows, indent=2).encode(),
    "pretty objects": lambda rows: "\n".join(json.dumps(row, indent=2) for row in rows).encode(),
    "arrays one after the other": lambda rows: b"\n".join(json.dumps([row]).encode() for row in rows),
}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_and_packing_gives_the_same_rows(read, shape, pack):
    reading = read(pack(SHAPES[shape]([payload(1), payload(2), payload(3)])), "log [1] * odd?name")
    assert (reading.rows_in, refused(reading), places(reading)) == (3, [], [1, 2, 3])
    assert [row["request_id"] for row in staged(reading)] == ["call-1", "call-2", "call-3"]


def test_one_object_in_a_file_of_its_own(read):
    assert places(read(json.dumps(payload()).encode())) == [1]


def test_gzip_of_several_members(read):
    assert places(read(gzip.compress(lines(payload(1))) + gzip.compress(lines(payload(2))))) == [1, 2]


@pytest.mark.parametrize(
    "data", [b"", b" \n\n", gzip.compress(b"", mtime=0), zstd(b"\n")], ids=["0", "blank", "gzip", "zstd"]
)
def test_an_empty_file_is_refused(read, data):
    with pytest.raises(FileRejected, match="empty_file"):
        read(data)


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
@pytest.mark.parametrize("cut", [1, 5, 1000, 50_000])
def test_a_packed_file_that_ends_early_is_refused_whole(read, pack, cut):
    with pytest.raises(FileRejected, match="truncated"):
        read(pack(SAMPLE)[:-cut])


def test_a_flipped_bit_in_a_gzip_is_never_read(tmp_path):
    data, damaged = gzip.compress(SAMPLE), tmp_path / "damaged"
    for place in random.Random(7).sample(range(20, len(data)), 20):
        damaged.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(FileRejected, match=r"corrupt|truncated"):
            json_files.inspect(damaged)


@pytest.mark.parametrize(
    "data",
    [
        random.Random(1).randbytes(9000),
        b"PAR1\x15\x04 and so on PAR1",
        b"<html>\n<body>\n",
        b"time,model\n1,gpt\n",
        b"\xff\xfe{\0}\0",
    ],
    ids=["noise", "parquet", "html", "csv", "utf-16"],
)
def test_what_is_no_json_is_corrupt(read, data):
    with pytest.raises(FileRejected, match="corrupt"):
        read(data)


@pytest.mark.parametrize("cut", [1, 40, 700])
def test_an_array_that_is_not_closed_is_refused_whole(read, cut):
    with pytest.raises(FileRejected, match=r"truncated|corrupt"):
        read(json.dumps([payload(1), payload(2)]).encode()[:-cut])


def test_an_array_broken_in_the_middle_is_corrupt(read):
    with pytest.raises(FileRejected, match="corrupt"):
        read(b"[" + json.dumps(payload(1)).encode() + b', {"id": nonsense}, ' + json.dumps(payload(2)).encode() + b"]")


def test_too_much_unpacked_is_refused(read, monkeypatch):
    monkeypatch.setattr(json_files, "UNPACKED_RATIO", 1)
    monkeypatch.setenv("PODIUM_MAX_FILE_MIB", "1")
    settings.cache_clear()
    with pytest.raises(FileRejected, match="too_large"):
        read(gzip.compress(SAMPLE))


def test_bad_lines_wait_and_good_ones_land(read):
    data = lines(
        payload(1),
        b'{"id": "cut", "startTi\n',
        b"\n",
        b"no json at all\n",
        b'{"id": "\xff\xfe", "litellm_call_id": "CANARY-PROMPT"}\n',
        b"123\n",
        b"null\n",
        b'["a list"]\n',
        payload(2),
        b'{"id": "half a surrogate \\ud800"}\n',
        payload(3, startTime="yesterday, said CANARY-PROMPT"),
        payload(4, prompt_tokens="CANARY-PROMPT"),
        payload(5, metadata="CANARY-PROMPT"),
        payload(6),
    )
    reading = read(data)
    assert places(reading) == [1, 9, 14]
    assert refused(reading) == [
        (2, "bad_json", None),
        (4, "bad_json", None),
        (5, "bad_utf8", None),
        (6, "wrong_type", None),
        (7, "wrong_type", None),
        (8, "wrong_type", None),
        (10, "bad_utf8", "id"),
        (11, "wrong_type", "startTime"),
        (12, "wrong_type", "prompt_tokens"),
        (13, "wrong_type", "metadata"),
    ]
    assert reading.rows_in == 13
    told = json.dumps(reading.rejects.to_pylist())
    assert [canary for canary in CANARIES if canary in told] == []


def test_a_row_can_not_claim_the_place_of_another(read):
    data = lines(payload(1), payload(2, podium_source_row=3), payload(3, startTime=None))
    reading = read(data)
    assert (places(reading), refused(reading)) == ([1, 2], [(3, "missing_field", "startTime")])


def test_null_among_good_lines_is_no_object(read):
    reading = read(lines(payload(1), b"null\n", payload(2)))
    assert (places(reading), refused(reading)) == ([1, 3], [(2, "wrong_type", None)])


def test_a_record_over_duckdbs_limit_still_lands(read):
    huge = [{"role": "user", "content": "CANARY-PROMPT" * 1_500_000}]
    assert places(read(lines(payload(1), payload(2, messages=huge), payload(3)))) == [1, 2, 3]


def test_a_line_beyond_all_limits_is_one_bad_line(read, monkeypatch):
    monkeypatch.setattr(json_files, "LONGEST_RECORD", 2000)
    reading = read(lines(payload(1), payload(2, messages="x" * 9000), b"{broken\n", payload(3)))
    assert places(reading) == [1, 4]
    assert refused(reading) == [(2, "bad_json", None), (3, "bad_json", None)]


@pytest.mark.parametrize("broken", [b"{broken\n", b"{}\n", b"null\n"])
def test_more_broken_lines_than_sound_ones_are_no_log(read, monkeypatch, broken):
    monkeypatch.setattr(sifting, "MANY", 50)
    with pytest.raises(FileRejected, match="corrupt: 51 of 101 records are broken; the first is record 51: "):
        read(lines(*map(payload, range(50)), broken * 51))


@pytest.mark.parametrize("broken", [b"{broken\n", b"{}\n"])
def test_as_many_sound_lines_as_broken_ones_are_a_log_wherever_they_stand(read, monkeypatch, broken):
    monkeypatch.setattr(sifting, "MANY", 50)
    reading = read(lines(broken * 60, *map(payload, range(60))))
    assert (reading.rows_in, len(places(reading)), len(refused(reading))) == (120, 60, 60)


@pytest.mark.parametrize("broken", [b"{broken\n", b"{}\n"])
def test_more_broken_lines_than_memory_should_hold_are_refused_whole(read, monkeypatch, broken):
    monkeypatch.setattr(sifting, "MOST", 50)
    with pytest.raises(FileRejected, match="corrupt: more than 50 records are broken; the first is record 2: "):
        read(lines(payload(1), broken * 51, *map(payload, range(60))))


def test_a_few_broken_lines_alone_are_refused_one_by_one(read):
    reading = read(b"{broken\n")
    assert (reading.parquet, refused(reading), reading.rows_in) == (None, [(1, "bad_json", None)], 1)


def test_the_tolerant_way_gives_the_rows_of_the_strict_one(read, tmp_path):
    strict = staged(read(SAMPLE))
    (tmp_path / "work").rename(tmp_path / "before")
    tolerant = read(SAMPLE + b"{broken\n")
    assert staged(tolerant) == strict
    assert refused(tolerant) == [(338, "bad_json", None)]


def test_sifting_leaves_no_prompt_on_disk(read, tmp_path):
    read(SAMPLE + b"{broken\n")
    written = b"".join(file.read_bytes() for file in (tmp_path / "work").iterdir() if not file.is_symlink())
    assert b"chatcmpl" in written
    assert [
        canary
        for canary in ("CANARY-PROMPT", "fake answer", "198.51.100.7", "site-packages")
        if canary.encode() in written
    ] == []


def test_duplicate_keys_nested_deep_or_plain_are_no_disaster(read):
    twice = b'{"id": "a", ' + json.dumps(payload(1)).encode()[1:] + b"\n"
    deep = b'{"id": "b", "messages": ' + b"[" * 5000 + b"]" * 5000 + b"}\n"
    reading = read(twice + deep + lines(payload(3)))
    assert places(reading) == [1, 3]
    assert refused(reading) == [(2, "bad_json", None)]
