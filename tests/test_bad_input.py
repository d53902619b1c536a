"""Bad input, end to end: each kind waits in quarantine with its reason, the good rows beside it are published."""

import gzip
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import doctor, inbox, lake, landing, names, staging, warehouse
from pipeline.request_log import FILE_REASONS, ROW_REASONS
from pipeline.settings import SAMPLES, SQL, settings
from tests import steps
from tests.rows import NOON, attempt, write
from tests.stored import everything_stored

CANARIES = ("CANARY", "@example.com", "198.51.100.7", "site-packages", "user-canary")
HUGE_HTML = "<img src=x onerror=alert(1)>" * 40_000
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)  # the sample was recorded the day before

BROKEN_PAYLOADS: dict[str, tuple[dict[str, Any] | str, str]] = {
    "garbage": ("CANARY-PROMPT { this is no JSON", "bad_json"),
    "cut": ('{"id": "CANARY", "messages": "CANARY-PROMPT', "bad_json"),
    "missing field": ({"startTime": None}, "missing_field"),
    "wrong type": ({"prompt_tokens": "CANARY-many"}, "wrong_type"),
    "NaN cost": ({"response_cost": float("nan")}, "nonfinite"),
    "endless cost": ({"response_cost": float("inf")}, "nonfinite"),
    "negative tokens": ({"prompt_tokens": -5}, "neg_tokens"),
    "from the future": ({"startTime": 1.9e9, "endTime": 1.9e9 + 1, "completionStartTime": 1.9e9 + 1}, "future_ts"),
    "a mebibyte of HTML": ({"model": HUGE_HTML, "model_group": HUGE_HTML}, "bad_model_name"),
}
BROKEN_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "missing field": ({"request_id": None}, "null_id"),
    "wrong value": ({"status": "fine"}, "bad_enum"),
    "NaN cost": ({"cost_usd": float("nan")}, "nonfinite"),
    "negative tokens": ({"input_tokens": -5}, "neg_tokens"),
    "from the future": ({"start_time": MOMENT + timedelta(days=1)}, "future_ts"),
    "a mebibyte of HTML": ({"model_raw": HUGE_HTML, "request_model": HUGE_HTML}, "bad_model_name"),
}


def payload(number: int, **told: Any) -> dict[str, Any]:
    """A recorded success with ids of its own."""
    with gzip.open(SAMPLES / "litellm_slp.jsonl.gz", "rt") as lines:
        recorded = next(row for row in map(json.loads, lines) if row["status"] == "success")
    own = {"id": f"canary-{number}", "litellm_call_id": f"call-{number}", "end_user": "user-canary@example.com"}
    return recorded | own | told


def payloads(folder: Path, name: str, *records: dict[str, Any] | str) -> Path:
    file = folder / name
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in records))
    return file


def whole_files(folder: Path) -> dict[str, tuple[str, bytes, str]]:
    """source and bytes of files that are refused whole, and why."""
    parquet = write(folder / "good.parquet", attempt(50), attempt(51)).read_bytes()
    lines = gzip.compress((json.dumps(payload(50)) + "\n").encode() * 50)
    table = pq.read_table(folder / "good.parquet")
    text_tokens = table.set_column(table.column_names.index("input_tokens"), "input_tokens", pa.array(["many", "few"]))
    return {
        "garbage.jsonl": ("litellm", b"\x00\x9f\x92\x96 CANARY" * 99, "corrupt"),
        "cut.jsonl.gz": ("litellm", lines[: len(lines) // 2], "truncated"),
        "nothing.jsonl": ("litellm", b"", "empty_file"),
        "garbage.parquet": ("simulator", b"CANARY" * 99, "not_parquet"),
        "cut.parquet": ("simulator", parquet[: len(parquet) // 2], "corrupt"),
        "cut.gz": ("simulator", lines[: len(lines) // 3], "not_parquet"),
        "less.parquet": ("simulator", in_parquet(table.drop_columns(["status"])), "schema_missing_column"),
        "text.parquet": ("simulator", in_parquet(text_tokens), "schema_type"),
        "no-utf8.parquet": ("simulator", no_utf8(parquet), "corrupt"),
        "numbers.parquet": ("simulator", numbered(table, [1, 1]), "corrupt"),
        "no-numbers.parquet": ("simulator", numbered(table, [None, 2]), "corrupt"),
    }


def in_parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="none")
    return sink.getvalue().to_pybytes()


def numbered(table: pa.Table, numbers: list[int | None]) -> bytes:
    return in_parquet(table.set_column(0, "source_row", pa.array(numbers, pa.int64())))


def no_utf8(parquet: bytes) -> bytes:
    """Text that is not UTF-8 behind a sound footer."""
    table = pq.read_table(pa.BufferReader(parquet))
    return in_parquet(table).replace(b"Search", b"\xff\xfe\xfd\xfc\xfb\xfa")


@pytest.fixture(scope="module")
def lived_through(tmp_path_factory):
    """A home that got every kind of bad input among good rows: its folder, and the reasons each file should have."""
    folder = tmp_path_factory.mktemp("bad")
    with steps.at_home(folder) as home:
        refused = whole_files(folder)
        for number, (name, (source, data, _)) in enumerate(refused.items()):
            (folder / name).write_bytes(data)
            steps.land(write(folder / f"good-{number}.parquet", attempt(number)), at=MOMENT)
            steps.land(folder / name, source=source, at=MOMENT)
        broken = [
            told if isinstance(told, str) else payload(number, **told)
            for number, (told, _) in enumerate(BROKEN_PAYLOADS.values(), start=2)
        ]
        good = [payload(number) for number in (100, 101)]
        steps.land(payloads(folder, "mixed.jsonl", good[0], *broken, good[1]), source="litellm", at=MOMENT)
        rows = [attempt(200 + number, **told) for number, (told, _) in enumerate(BROKEN_ROWS.values())]
        steps.land(write(folder / "mixed.parquet", attempt(300), *rows, attempt(301)), at=MOMENT)
        steps.publish_now(as_of=MOMENT)
        yield home, {name: reason for name, (_, _, reason) in refused.items()}


def published(home: Path, sql: str) -> list[tuple]:
    return steps.asked(home / "published" / "current.duckdb", sql)


def test_a_file_refused_whole_says_why_and_counts_as_a_file(lived_through):
    home, reasons = lived_through
    told = published(
        home, "select source_file, reason, rows_in, rows_landed from meta.batches where status = 'quarantined'"
    )
    assert {name: reason for name, reason, _, _ in told} == reasons
    assert {row[2:] for row in told} == {(None, 0)}
    assert set(reasons.values()) <= FILE_REASONS.keys()
    landed = published(home, "select count(*) from meta.batches where status = 'landed'")
    assert landed == [(len(reasons) + 2,)]


def test_a_broken_payload_waits_with_its_reason_and_the_good_ones_land(lived_through):
    home, _ = lived_through
    told = published(
        home, "select source_row, reason from meta.quarantine where source_file = 'mixed.jsonl' order by all"
    )
    assert told == [(row, reason) for row, (_, reason) in enumerate(BROKEN_PAYLOADS.values(), start=2)]
    assert published(home, BATCH.format("mixed.jsonl")) == [(len(told) + 2, 2, 0, len(told))]


def test_a_broken_row_of_canonical_parquet_waits_with_its_reason_and_the_good_ones_land(lived_through):
    home, _ = lived_through
    told = published(
        home, "select source_row, reason from meta.quarantine where source_file = 'mixed.parquet' order by all"
    )
    assert [reason for _, reason in told] == [reason for _, reason in BROKEN_ROWS.values()]
    assert published(home, BATCH.format("mixed.parquet")) == [(len(told) + 2, 2, 0, len(told))]


BATCH = "select rows_in, rows_landed, rows_duplicate, rows_quarantined from meta.batches where source_file = '{}'"


def test_the_landing_equations_hold_over_all_of_it(lived_through):
    home, reasons = lived_through
    assert published(
        home, "select count(*) from meta.batches where rows_in <> rows_landed + rows_duplicate + rows_quarantined"
    ) == [(0,)]
    assert published(home, "select sum(rows_quarantined) from meta.batches") == published(
        home, "select count(*) from meta.quarantine"
    )
    good = len(reasons) + 4
    assert published(home, "select sum(rows_landed) from meta.batches") == [(good,)]
    assert published(home, "select sum(row_count) from rollups.usage_hourly") == [(good,)]


def test_the_reasons_are_those_of_the_contract_and_the_details_are_short(lived_through):
    home, _ = lived_through
    told = published(
        home, "select reason, length(coalesce(detail, '')), length(coalesce(sample, '')) from meta.quarantine"
    )
    assert {reason for reason, _, _ in told} <= ROW_REASONS.keys()
    assert max(detail for _, detail, _ in told) <= 200
    assert max(sample for _, _, sample in told) < 1000


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_private_or_hostile_is_stored_in_the_lake_or_published(lived_through, canary):
    home, _ = lived_through
    assert canary not in everything_stored(home)


def test_flipped_bits_in_a_parquet_file_never_stop_the_next_file(home, tmp_path):
    sound = write(tmp_path / "sound.parquet", *(attempt(number) for number in range(40))).read_bytes()
    for place in range(0, len(sound), len(sound) // 25):
        flipped = bytearray(sound)
        flipped[place] ^= 0x10
        file = tmp_path / f"flipped-{place}.parquet"
        file.write_bytes(flipped)
        (landed,) = steps.land(file)
        assert landed.status in ("landed", "quarantined")
        assert landed.rows_in in (None, landed.rows_landed + landed.rows_duplicate + landed.rows_quarantined)
    steps.land(write(tmp_path / "next.parquet", attempt(99, start_time=NOON + timedelta(hours=2))))
    assert "attempt-99" in {row["attempt_id"] for row in steps.log()}


def test_a_refused_file_is_judged_anew_when_it_is_delivered_again_after_mending_the_cause(home, tmp_path, monkeypatch):
    file = write(tmp_path / "large.parquet", *(attempt(number, trace_id=f"{number:0900}") for number in range(3000)))
    monkeypatch.setenv("PODIUM_MAX_FILE_MIB", "1")
    settings.cache_clear()
    (refused,) = steps.land(file)
    monkeypatch.setenv("PODIUM_MAX_FILE_MIB", "100")
    settings.cache_clear()
    (landed,) = steps.land(file)
    assert (refused.status, refused.reason) == ("quarantined", "too_large")
    assert (landed.status, landed.rows_landed) == ("landed", 3000)


def test_one_bad_file_does_not_keep_the_others_of_the_inbox_from_landing(home, tmp_path):
    inbox = home / "inbox" / "simulator"
    write(inbox / "1.parquet", attempt(1))
    (inbox / "2.parquet").write_bytes(b"garbage")
    write(inbox / "3.parquet", attempt(3))
    (inbox / "4.parquet.part").write_bytes(b"still arriving")
    landed = landing.land_inbox(received_at=MOMENT)
    assert [each.status for each in landed] == ["landed", "quarantined", "landed"]
    assert lake.rows(lake.table("batches")).num_rows == 3
    assert [file.name for file in inbox.iterdir()] == ["4.parquet.part"]


ENDLESS = {"duration_s": 1e300}
HOSTILE_ROWS = [
    (("bad_latency", "duration_s"), ENDLESS),
    (("bad_latency", "duration_s"), {"duration_s": 1.1e7}),
    (("bad_latency", "duration_s"), {"duration_s": 1e-300, "time_to_first_chunk_s": 0.0, "stream": True}),
    (("bad_latency", "time_to_first_chunk_s"), {"duration_s": None, "time_to_first_chunk_s": 1e300, "stream": True}),
    (("bad_latency", "queue_or_overhead_s"), {"queue_or_overhead_s": 1e300}),
    (("bad_latency", "queue_or_overhead_s"), {"queue_or_overhead_s": -0.5}),
    (("bad_model_name", "request_model"), {"request_model": "gpt\x1b[31m\u202e4o\x07"}),
    (("bad_model_name", "provider_name"), {"provider_name": "<img src=x>\x00evil"}),
    (("bad_model_name", "model_raw"), {"model_raw": "gpt\u20284o"}),
    (("bad_model_name", "served_model_group"), {"served_model_group": "gpt\n4o"}),
    (("bad_model_name", "response_model"), {"response_model": "gpt\u200b4o"}),
    (("bad_model_name", "request_model"), {"request_model": "模" * 201}),
    (("cost_source_mismatch", "cost_source"), {"cost_source": "CANARY" * 1000, "cost_usd": None}),
]


def test_absurd_durations_and_hostile_names_wait_and_long_names_in_any_script_land(home, tmp_path):
    spoken = attempt(99, request_model="模" * 70, model_raw="模" * 200)
    rows = [attempt(number, **told) for number, (_, told) in enumerate(HOSTILE_ROWS, start=2)]
    landed = steps.land_rows(tmp_path, attempt(1), *rows, spoken)
    assert (landed.rows_landed, landed.rows_quarantined) == (2, len(HOSTILE_ROWS))
    waiting = sorted(lake.rows(lake.table("quarantine")).to_pylist(), key=lambda row: row["source_row"])
    assert [(row["reason"], row["column_name"]) for row in waiting] == [told for told, _ in HOSTILE_ROWS]
    told = "".join(f"{row['detail']} {row['sample']}" for row in waiting)
    assert told.isprintable()
    assert max(len(row["detail"]) for row in waiting) <= 200


@pytest.mark.parametrize("cost_source", ["catalog", "user_table"])
def test_a_row_that_was_priced_before_it_came_is_a_duplicate_when_it_comes_again(home, tmp_path, cost_source):
    priced = attempt(1, cost_source=cost_source)
    steps.land_rows(tmp_path, priced)
    landed = steps.land_rows(tmp_path, priced, attempt(2))
    assert (landed.rows_landed, landed.rows_duplicate) == (1, 1)
    assert not any(row["is_contested"] for row in steps.log())


def test_a_small_file_of_two_million_broken_lines_is_refused_whole(home, tmp_path):
    bomb = tmp_path / "bomb.jsonl.gz"
    bomb.write_bytes(gzip.compress(json.dumps(payload(1)).encode() + b"\n" + b"{x}\n" * 2_000_000))
    assert bomb.stat().st_size < 20_000
    (refused,) = steps.land(bomb, source="litellm")
    assert (refused.status, refused.reason, refused.rows_in) == ("quarantined", "corrupt", None)
    assert refused.detail == "more than 100,000 records are broken; the first is record 2: the line is not JSON"
    assert lake.rows(lake.table("quarantine")).num_rows == 0
    (told,) = lake.rows(lake.table("batches")).to_pylist()
    assert (told["source_file"], told["detail"]) == ("bomb.jsonl.gz", refused.detail)
    assert [file.read_bytes() for file in (home / "archive" / "litellm").iterdir()] == [bomb.read_bytes()]


@pytest.mark.parametrize("raw", ["alice@corp.com", "openai/Alice.B@mail.corp.co.uk", "hosted_vllm/alice@corp.com/m"])
def test_an_unknown_model_named_after_a_person_is_redacted(raw):
    assert names.model_id(names.catalogue(), raw, "openai") == "unknown/redacted"


def test_an_unknown_model_with_a_date_keeps_its_name():
    assert names.model_id(names.catalogue(), "acme-7b@2025", "openai") == "unknown/acme-7b@2025"


def test_an_instant_beyond_any_calendar_costs_its_row_and_not_the_file(home, tmp_path):
    file = tmp_path / "generations.jsonl"
    sound = {"id": "gen-1", "model": "openai/gpt-4o", "created_at": "2026-11-02T12:00:00Z", "provider_name": "OpenAI"}
    odd = sound | {"id": "gen-2", "created_at": "20000-01-01T00:00:00Z"}
    file.write_text(json.dumps(sound) + "\n" + json.dumps(odd) + "\n")
    (landed,) = steps.land(file, source="openrouter")
    assert (landed.status, landed.rows_landed, landed.reasons) == ("landed", 1, {"bad_ts": 1})


def test_an_id_keeps_its_digits_whatever_else_is_in_the_file(home, tmp_path):
    record = {"id": 18446744073709551616, "model": "openai/gpt-4o", "created_at": "2026-11-02T12:00:00Z"}
    line = json.dumps(record)
    for name, text in (("sound.jsonl", line), ("broken.jsonl", line + "\n{broken")):
        (tmp_path / name).write_text(text)
        steps.land(tmp_path / name, source="openrouter")
    assert [row["response_id"] for row in steps.log()] == ["18446744073709551616"]


FAILS_ON_ONE = """
with original as ({original})
select * from original
where case when exists (from litellm.read where id = 'odd') then error('CANARY-PROMPT') is null else true end
"""


def test_a_file_that_podiums_own_sql_fails_on_waits_and_the_next_one_lands(home, tmp_path, monkeypatch):
    shutil.copytree(SQL, tmp_path / "sql")
    step = tmp_path / "sql" / "sources" / "litellm" / "rejects.sql"
    step.write_text(FAILS_ON_ONE.format(original=step.read_text()))
    for module in (staging, warehouse):
        monkeypatch.setattr(module, "SQL", tmp_path / "sql")
    for name in ("a.jsonl", "odd.jsonl", "z.jsonl"):
        inbox.deliver(
            [payloads(tmp_path, name, payload(ord(name[0]), **({"id": "odd"} if "odd" in name else {})))], "litellm"
        )
    landed = {each.name: each for each in landing.land_inbox(received_at=MOMENT)}
    assert {name: each.status for name, each in landed.items()} == {
        "a.jsonl": "landed",
        "odd.jsonl": "failed",
        "z.jsonl": "landed",
    }
    assert landed["odd.jsonl"].detail == "InvalidInputException in sql/sources/litellm/rejects.sql"
    assert [file.name.partition("~")[2] for _, file in inbox.waiting()] == ["odd.jsonl"]


def test_a_mapping_with_a_mistake_keeps_its_own_files_waiting_and_no_other(home, tmp_path):
    mapping = settings().overrides / "mappings" / "mine.toml"
    mapping.parent.mkdir(parents=True)
    mapping.write_text(
        'format = ["json"]\n[columns]\nrequest_id = "id"\nstart_time = { path = "at", unit = "epochs" }\n'
    )
    waits = settings().inbox / "mine" / "mine.jsonl"
    waits.parent.mkdir(parents=True)
    waits.write_text('{"id": "a"}')
    inbox.deliver([payloads(tmp_path, "good.jsonl", payload(1))], "litellm")
    landed = {each.name: each for each in landing.land_inbox(received_at=MOMENT)}
    assert {name: (each.status, each.reason) for name, each in landed.items()} == {
        "good.jsonl": ("landed", None),
        "mine.jsonl": ("failed", "mapping"),
    }
    assert f"{mapping}, line 4" in str(landed["mine.jsonl"].detail)
    assert [file for _, file in inbox.waiting()] == [waits]
    (finding,) = [found for found in doctor.examine(datetime.now(UTC)) if found.what == "source mine"]
    assert finding.needs_you
    assert "line 4" in finding.found


@pytest.mark.parametrize("fault", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file")])
def test_a_file_that_nobody_may_read_stops_no_other(home, tmp_path, monkeypatch, fault):
    inbox.deliver(
        [write(tmp_path / "closed.parquet", attempt(1)), write(tmp_path / "open.parquet", attempt(2))], "simulator"
    )
    real = landing.delivery_of

    def closed(source: str, file: Path, received_at: datetime) -> inbox.Delivery:
        if "closed" in file.name:
            raise fault
        return real(source, file, received_at)

    monkeypatch.setattr(landing, "delivery_of", closed)
    told = {each.name: (each.status, each.detail) for each in landing.land_inbox(received_at=steps.RECEIVED)}
    assert [status for name, (status, _) in told.items() if "open" in name] == ["landed"]
    assert [detail for name, (_, detail) in told.items() if "closed" in name] == [
        f"{type(fault).__name__}: {fault.strerror}"
    ]


@pytest.mark.parametrize(
    ("entries", "total"),
    [("{'a': '5', 'b': null}", "5.0"), ("{'a': null}", None), ("{}", None), ("{'a': '5', 'b': 'x'}", "nan")],
)
def test_a_sum_of_parts_is_of_the_known_ones(entries, total):
    with warehouse.connect() as con:
        sum_of = f"select sum_of(map_entries(cast(map {entries} as map(varchar, varchar))))"
        assert con.execute(sum_of).fetchall() == [(total,)]


def test_a_long_text_that_parquet_holds_once_for_many_rows_is_refused_row_by_row_and_not_kept(home, tmp_path):
    file = write(tmp_path / "a.parquet", *[attempt(number % 50 + 1) for number in range(500)])
    table = pq.read_table(file)
    place = table.schema.get_field_index("team_name")
    pq.write_table(table.set_column(place, "team_name", pa.array(["t" * (1 << 20)] * 500)), file)
    assert file.stat().st_size < 1 << 20
    (landed,) = steps.land(file)
    assert (landed.rows_landed, landed.reasons) == (0, {"string_too_long": 500})
    assert sum(each.size_bytes for each in lake.data_files(lake.table("quarantine"))) < 1 << 17
