"""Many small JSON logs land as a few bundles: the same rows, each once, and every original can be found."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from rich.console import Console

from pipeline import acknowledged, bundling, inbox, json_lines, lake, landing, one_file, replay, terminal
from pipeline.one_file import Landed
from pipeline.settings import settings
from tests import steps
from tests.sources.test_litellm_files import payload

MAPPING = """
format = ["json", "csv"]
[columns]
request_id = "id"
start_time = { path = "at", unit = "epoch_s" }
request_model = "model"
status = { value = "ok" }
"""
LANDED_AT = datetime(2026, 11, 25, tzinfo=UTC)  # `payload` is of the 22nd
COMPARED = ("attempt_id", "start_time", "model_id", "input_tokens", "output_tokens", "cost_usd", "status", "user_id")


def deliver(contents: dict[str, bytes], source: str = "litellm") -> None:
    """Files as an object store's sync would put them there."""
    folder = settings().inbox / source
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def one_each(numbers: range, **told: Any) -> dict[str, bytes]:
    """A file for each number, of one record."""
    return {f"{number:04}.json": json.dumps(payload(number, **told)).encode() for number in numbers}


def land() -> list[Landed]:
    return landing.land_inbox(received_at=LANDED_AT)


def rows() -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in COMPARED) for row in steps.log()]


def batches() -> list[dict[str, Any]]:
    return lake.rows(lake.table("batches")).to_pylist()


def lines_of(source: str = "litellm") -> list[bytes]:
    """The lines of the one bundle in the archive."""
    (bundle,) = (settings().archive / source).glob("*~bundle-*.jsonl")
    return bundle.read_bytes().splitlines()


def manifest(source: str = "litellm") -> list[dict[str, Any]]:
    (file,) = (settings().archive / source).glob(".*.manifest")
    return [json.loads(line) for line in file.read_text().splitlines()]


def archived(source: str = "litellm") -> set[str]:
    return {file.name.partition("~")[2] for file in (settings().archive / source).iterdir() if file.name[0] != "."}


def test_many_small_files_land_as_one_with_every_row(home):
    deliver(one_each(range(20)))
    (landed,) = land()
    assert (landed.status, landed.bundled, landed.rows_in, landed.rows_landed) == ("landed", 20, 20, 20)
    assert [row["source_row"] for row in sorted(steps.log(), key=lambda row: row["source_row"])] == list(range(1, 21))
    assert {row["source_file"] for row in steps.log()} == {landed.name}
    assert inbox.waiting() == []


def test_the_terminal_says_how_many_files_became_how_many(capsys):
    terminal.landed(Console(), [Landed("landed", bundled=1200), Landed("landed", bundled=34), Landed("landed")])
    assert capsys.readouterr().out.splitlines()[0] == "1,234 small files bundled into 2"


def test_fewer_files_land_each_by_itself(home):
    deliver(one_each(range(bundling.FEWEST - 1)))
    assert [landed.bundled for landed in land()] == [0] * (bundling.FEWEST - 1)


def test_a_large_file_lands_by_itself(home):
    large = b"".join(line + b"\n" for line in one_each(range(100, 400), padding="x" * 900).values())
    assert len(large) > bundling.SMALL
    deliver({"large.jsonl": large} | one_each(range(20)))
    assert sorted((landed.bundled, landed.rows_landed) for landed in land()) == [(0, 300), (20, 20)]


@pytest.mark.nightly
def test_the_published_tables_are_the_same_without_bundles(tmp_path, monkeypatch):
    files = one_each(range(6), user="someone") | one_each(range(6, 9), prompt_tokens=-1)
    twice = json.dumps(payload(3, completion_tokens=7)).encode()
    files |= {"0002.json": files["0002.json"][:-20], "array.json": b"[" + files["0004.json"] + b", " + twice + b"]"}
    files |= {"9.json": json.dumps(payload(10), indent=1).encode()}
    monkeypatch.setattr(bundling, "FEWEST", 8)
    bundled = published_from(tmp_path / "bundled", files)
    monkeypatch.setattr(bundling, "FEWEST", 1000)
    apart = published_from(tmp_path / "apart", files)
    assert (bundled.pop("files"), apart.pop("files")) == (2, 11)
    assert bundled == apart
    assert apart["sums"] == [12, 7, 1, 4]


def published_from(folder: Path, files: dict[str, bytes]) -> dict[str, Any]:
    """What comes of these files in a fresh home: sums of rows, the log, and the published tables."""
    folder.mkdir()
    (folder / "pseudonym.key").touch(mode=0o600)
    (folder / "pseudonym.key").write_text("0f" * 32)
    with steps.at_home(folder):
        deliver(files)
        landed = land()
        names = ("rows_in", "rows_landed", "rows_duplicate", "rows_quarantined")
        sums = [sum(getattr(each, name) or 0 for each in landed) for name in names]
        tables = steps.contents(steps.publish_now(as_of=LANDED_AT))
        return {"files": len(landed), "sums": sums, "rows": rows(), "tables": tables}


UNSOUND = {
    "cut.json": b'{"id": "a", "model": ',
    "nan.json": b'{"id": "a", "response_cost": NaN}',
    "utf8.json": b'{"id": "\xff"}',
    "empty.json": b"",
    "blank.json": b" \n",
    "none.json": b"[]",
    "number.json": b"[1]",
    "half.jsonl": b'{"id": "a"}\n{"id": ',
    "csv.csv": b"id,model\n1,2\n",
    "cut.json.gz": gzip.compress(json.dumps(payload(1)).encode(), mtime=0)[:-6],
    "flipped.json.gz": gzip.compress(b"{}", mtime=0)[:-8] + b"\0" * 8,
    "bomb.json.gz": gzip.compress(b'{"id": "' + b"0" * bundling.MOST_UNPACKED + b'"}', mtime=0),
    "comma.json": b'[{"id": "a"},,{"id": "b"}]',
    "nested.json": b'[[{"id": "a"}]]',
}


UNSOUND_LANDED = {
    "cut.json": ("landed", None, 0, {"bad_json": 1}),
    "nan.json": ("landed", None, 0, {"missing_field": 1}),
    "utf8.json": ("landed", None, 0, {"bad_utf8": 1}),
    "empty.json": ("quarantined", "empty_file", 0, None),
    "blank.json": ("quarantined", "empty_file", 0, None),
    "none.json": ("landed", None, 0, {}),
    "number.json": ("landed", None, 0, {"wrong_type": 1}),
    "half.jsonl": ("landed", None, 0, {"bad_json": 1, "missing_field": 1}),
    "csv.csv": ("quarantined", "corrupt", 0, None),
    "cut.json.gz": ("quarantined", "truncated", 0, None),
    "flipped.json.gz": ("quarantined", "corrupt", 0, None),
    "bomb.json.gz": ("landed", None, 0, {"missing_field": 1}),
    "comma.json": ("landed", None, 0, {"missing_field": 2}),
    "nested.json": ("landed", None, 0, {"missing_field": 1}),
}


def test_what_is_not_sound_to_its_end_lands_by_itself_as_it_always_did(home):
    deliver(UNSOUND | one_each(range(20)))
    landed = {each.name: (each.status, each.reason, each.rows_landed, each.reasons) for each in land()}
    (bundle,) = (landed.pop(name) for name in list(landed) if bundling.NAME.fullmatch(name))
    assert bundle == ("landed", None, 20, {})
    assert landed == UNSOUND_LANDED


@pytest.mark.parametrize(
    ("delivered", "lines"),
    [
        (
            b'{"n": 1.10, "big": 123456789012345678901234567890}',
            [b'{"n": 1.10, "big": 123456789012345678901234567890}'],
        ),
        (b'\xef\xbb\xbf{"a": 1}\r\n\r\n {"a":1,"a":2}', [b'{"a": 1}', b'{"a":1,"a":2}']),
        (b'{\n  "a": 1e300,\r\n  "b": "\\n \xc3\xa9"\n}\n', [b'{   "a": 1e300,    "b": "\\n \xc3\xa9" }']),
        (b'[{"a": 0.30},\n {"b": [\n{"c": 1}]}]', [b'{"a": 0.30}', b'{"b": [ {"c": 1}]}']),
        (b'{\n"a": 1\n}\n{\n"a": 2\n}', [b'{ "a": 1 }', b'{ "a": 2 }']),
        (gzip.compress(b'{"a": 1}\n{"a": 2}', mtime=0), [b'{"a": 1}', b'{"a": 2}']),
        (pa.compress(b'{"a": 1}', codec="zstd", asbytes=True), [b'{"a": 1}']),
    ],
)
def test_a_record_keeps_every_digit_on_its_line(delivered, lines):
    assert json_lines.lines_of(delivered, 1000) == lines


def test_every_original_can_be_found_by_the_manifest(home):
    files = one_each(range(20)) | {"two.jsonl": b"\n".join(one_each(range(20, 22)).values())}
    files |= {"jane@example.com.json": json.dumps(payload(30)).encode()}
    deliver(files)
    land()
    told = manifest()
    assert [(each["first_row"], each["last_row"]) for each in told] == [(row, row) for row in range(1, 22)] + [(22, 23)]
    assert [each["file"] for each in told] == ["***@example.com.json", *one_each(range(20)), "two.jsonl"]
    lines = lines_of()
    for each in told:
        original = settings().archive / "litellm" / f"{each['sha256'][:16]}~{each['file']}"
        assert original.read_bytes().splitlines() == lines[each["first_row"] - 1 : each["last_row"]]


def test_landing_the_archive_again_leaves_the_manifest_out(home):
    deliver(one_each(range(20)))
    land()
    inbox.deliver([settings().archive / "litellm"], "litellm")
    (again,) = land()
    assert (again.rows_in, again.rows_landed, again.rows_duplicate) == (40, 0, 40)  # the originals and their bundle


def test_originals_delivered_again_count_as_duplicates(home):
    deliver(one_each(range(20)))
    (first,) = land()
    deliver(one_each(range(20)))
    (same,) = land()
    assert (same.status, same.name, same.rows_in, same.rows_duplicate) == ("duplicate", first.name, 20, 20)
    deliver(one_each(range(5, 25)))
    (other,) = land()
    assert (other.status, other.rows_in, other.rows_landed, other.rows_duplicate) == ("landed", 20, 5, 15)
    assert len(rows()) == 25


def test_the_order_of_delivery_decides_nothing(home):
    files = one_each(range(20))
    inbox_names = {f"{number:032x}~{name}": content for number, (name, content) in enumerate(reversed(files.items()))}
    deliver(inbox_names)
    land()
    assert lines_of() == list(files.values())


class Killed(BaseException):
    """The process ends here."""


def killed_at(monkeypatch: pytest.MonkeyPatch, module: object, name: str, call: int) -> None:
    """Land, and be killed before this call of a function (from 1)."""
    real: Callable[..., Any] = getattr(module, name)
    calls = iter(range(1, 1000))

    def dying(*args: Any, **told: Any) -> Any:
        if next(calls) == call:
            raise Killed
        return real(*args, **told)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, dying)
        with pytest.raises(Killed):
            land()


@pytest.mark.parametrize(
    ("module", "name", "call"),
    [
        (bundling, "_tell", 1),
        (bundling, "sync_folder", 1),
        (inbox, "sync_folder", 1),
        (bundling, "archive", 1),
        (bundling, "archive", 7),
        (bundling, "archive", 20),
        (one_file, "land", 1),
        (landing, "archive", 1),
    ],
)
def test_a_kill_at_any_moment_loses_and_doubles_nothing(home, monkeypatch, module, name, call):
    bad = {"bad.json": json.dumps(payload(99, prompt_tokens=-1)).encode()}
    deliver(one_each(range(19)) | bad)
    killed_at(monkeypatch, module, name, call)
    deliver(one_each(range(50, 60)))
    landed = land()
    assert {each.status for each in landed} <= {"landed", "duplicate"}
    assert len(rows()) == len(set(rows())) == 29
    assert lake.rows(lake.table("quarantine")).num_rows == 1
    assert inbox.waiting() == []
    assert archived() >= {*one_each(range(19)), *bad}


@pytest.mark.parametrize("before", ["_acknowledge", "settle"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_batch_that_was_begun_alone_ends_alone(home, monkeypatch, before, call):
    half = json.dumps(payload(3)).encode() + b"\n" + json.dumps(payload(99, prompt_tokens=-1)).encode()
    deliver(one_each(range(2)) | {"half.jsonl": half})
    killed_at(monkeypatch, acknowledged.Batches, before, call)
    deliver(one_each(range(50, 70)))
    landed = land()
    assert len(rows()) == len(set(rows())) == sum(batch["rows_landed"] for batch in batches()) == 23
    assert lake.rows(lake.table("quarantine")).num_rows == sum(batch["rows_quarantined"] for batch in batches()) == 1
    assert sum(batch["rows_duplicate"] for batch in batches()) == 0
    assert [each.bundled for each in landed if each.bundled] == [23 - call + (before == "settle")]
    assert inbox.waiting() == []


def test_a_batch_that_was_begun_alone_at_a_second_source_ends_alone(home, monkeypatch):
    deliver(one_each(range(1)), "simulator")
    assert [each.status for each in land()] == ["quarantined"]
    deliver(one_each(range(1)))
    killed_at(monkeypatch, acknowledged.Batches, "_acknowledge", 1)
    deliver(one_each(range(50, 70)))
    assert sorted((each.bundled, each.rows_landed) for each in land()) == [(0, 1), (20, 20)]
    assert len(rows()) == sum(batch["rows_landed"] for batch in batches()) == 21


@pytest.mark.parametrize("before", ["_acknowledge", "settle"])
def test_a_killed_replay_is_bundled_with_nothing(home, monkeypatch, before):
    mapping = settings().overrides / "mappings" / "mine.toml"
    mapping.parent.mkdir(parents=True)
    mapping.write_text(MAPPING.replace('"model"', '"unknown"').replace('"at"', '"startTime"'))
    deliver(one_each(range(1)), "mine")
    assert [each.rows_quarantined for each in land()] == [1]
    mapping.write_text(mapping.read_text().replace('"unknown"', '"model"'))
    with monkeypatch.context() as patch:
        patch.setattr(acknowledged.Batches, before, dying)
        with pytest.raises(Killed):
            replay.replay()
    deliver(one_each(range(50, 70)), "mine")
    assert [(each.bundled, each.rows_landed) for each in land()] == [(0, 1), (20, 20)]
    assert len(rows()) == sum(batch["rows_landed"] for batch in batches()) == 21


def dying(*_: Any) -> None:
    raise Killed


def test_a_file_written_to_meanwhile_is_landed_once_more(home, monkeypatch):
    files = one_each(range(20))
    deliver(files)
    real = bundling._tell

    def growing(*told: Any) -> None:
        real(*told)
        deliver({"0007.json": files["0007.json"] + b"\n" + json.dumps(payload(70)).encode()})

    monkeypatch.setattr(bundling, "_tell", growing)
    landed = land()
    assert sorted(each.rows_in or 0 for each in landed) == [2, 20]
    assert sum(each.rows_landed for each in landed) == len(rows()) == 21


def test_a_bundle_is_closed_when_it_is_full(home, monkeypatch):
    files = one_each(range(20))
    monkeypatch.setattr(bundling, "LARGEST", 8 * (len(files["0000.json"]) + 10))
    deliver(files)
    assert [each.bundled for each in sorted(land(), key=lambda each: -each.bundled)] == [8, 8, 4]
    assert len(rows()) == 20


def test_a_bundle_never_holds_so_many_broken_rows_that_it_would_be_refused(home, monkeypatch):
    monkeypatch.setattr(bundling, "MANY", 30)
    broken = {f"broken-{number}.jsonl": b'{"id": "a"}\n' * 10 for number in range(20)}
    deliver(one_each(range(20)) | broken)
    landed = land()
    assert max(each.rows_in or 0 for each in landed) <= 30
    assert sum(each.rows_landed for each in landed) == 20


def test_spans_are_counted_where_a_record_holds_many(home, monkeypatch):
    span = {"traceId": "a" * 32, "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}]}
    export = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span] * 5}]}]}).encode()
    deliver({f"{number}.json": export for number in range(20)}, "otel")
    monkeypatch.setattr(bundling, "MANY", 30)
    landed = land()
    assert [each.bundled for each in landed] == [5, 5, 5, 5]
    assert landed[0].reasons == {"missing_field": 25}


def test_a_mapped_source_keeps_its_name_and_its_csv_files(home):
    folder = settings().overrides / "mappings"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(MAPPING)
    record = {"at": 1_793_620_800, "model": "gpt-4o"}
    files = {f"{number}.json": json.dumps(record | {"id": f"r{number}"}).encode() for number in range(20)}
    deliver(files | {"table.csv": b"id,at,model\nr99,1793620800,gpt-4o\n"}, "mine")
    assert sorted((each.bundled, each.rows_landed) for each in land()) == [(0, 1), (20, 20)]
    assert {row["source"] for row in steps.log()} == {"mine"}


def test_json_where_another_format_belongs_is_refused_file_by_file(home):
    deliver(one_each(range(20)), "litellm_spendlogs")
    assert [(each.status, each.bundled) for each in land()] == [("quarantined", 0)] * 20


def test_only_the_owner_may_read_a_bundle_and_its_manifest(home):
    deliver(one_each(range(20)))
    land()
    made = [file for file in (settings().archive / "litellm").iterdir() if "bundle-" in file.name]
    assert [file.stat().st_mode & 0o777 for file in made] == [0o600, 0o600]
