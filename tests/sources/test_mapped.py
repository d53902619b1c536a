"""Logs of six gateways by their shipped mappings, broken logs, and mappings with mistakes."""

import csv
import io
import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import mapped, mapping_sql, sources, warehouse
from pipeline.mapping_paths import BadPath, parse, shown
from pipeline.privacy import pseudonyms
from pipeline.request_log import FileRejected, Reading, staged_schema
from pipeline.settings import PodiumError, settings
from pipeline.toml_lines import line_of
from tests import steps
from tests.rows import NOON

FIXTURES = Path(__file__).parents[1] / "fixtures" / "mapped"
GATEWAYS = ("cloudflare", "envoy", "helicone", "kong", "langfuse", "portkey")
EXPECTED = json.loads((FIXTURES / "expected.json").read_text())
MINE = """format = ["json", "csv", "parquet"]
[columns]
request_id = "id"
start_time = { path = "at", unit = "epoch_ms" }
request_model = "model"
status = { path = "code", unit = "http" }
input_tokens = { path = "usage.in", excludes = ["cache_read_input_tokens"] }
cache_read_input_tokens = "usage.cached"
duration_s = { path = "took", unit = "ms" }
"""
SOUND = {"id": "a", "at": 1795193497894, "model": "gpt-4o", "code": 200, "usage": {"in": 5, "cached": 2}, "took": 1500}


@pytest.fixture
def read(home, tmp_path):
    def read_bytes(data: bytes, name: str = "mine") -> Reading:
        folder = tmp_path / f"work-{time.monotonic_ns()}"
        folder.mkdir()
        (folder / "log [1]").write_bytes(data)
        return mapped.load(name).read(warehouse.connect(), folder / "log [1]", folder)

    return read_bytes


@pytest.fixture
def write(home):
    def write_mapping(text: str = MINE, name: str = "mine") -> Path:
        folder = settings().overrides / "mappings"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(text, newline="")
        return folder / f"{name}.toml"

    return write_mapping


def rows(reading: Reading) -> list[dict]:
    return (
        sorted(pq.read_table(reading.parquet).to_pylist(), key=lambda row: row["source_row"]) if reading.parquet else []
    )


def refused(reading: Reading) -> list[tuple]:
    return [(row["source_row"], row["reason"], row["column_name"]) for row in reading.rejects.to_pylist()]


def told(row: dict) -> dict:
    """What is known of a row, as JSON can say it; people are their secrets' names."""
    people = {
        name: raw
        for raw in ("jo@example.com", "u-7", "7f6d1c1e-5d5b-4c55-8a2a-0d8f3a5b9c11")
        for name in pseudonyms([raw])["pseudonym"].to_pylist()
    }
    known = {key: value for key, value in row.items() if value is not None and key != "attempt_id"}
    return {
        key: f"pseudonym of {people[value]}"
        if isinstance(value, str) and value in people
        else json.loads(json.dumps(value, default=str))
        for key, value in known.items()
    }


def lines(*records: dict) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def as_csv(records: list[dict]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for record in records for key in record)))
    writer.writeheader()
    for record in records:
        writer.writerow(
            {key: json.dumps(each) if isinstance(each, dict | list) else each for key, each in record.items()}
        )
    return text.getvalue().encode()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_each_shipped_mapping_gives_the_known_rows(read, gateway):
    reading = read((FIXTURES / f"{gateway}.jsonl").read_bytes(), gateway)
    assert reading.rejects.num_rows == 0
    assert [told(row) for row in rows(reading)] == EXPECTED[gateway]
    assert [(each.name, each.type) for each in pq.read_schema(reading.parquet)] == [
        (f.name, f.type) for f in staged_schema()
    ]
    assert len({row["attempt_id"] for row in rows(reading)}) == len(EXPECTED[gateway])


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_nothing_a_person_wrote_reaches_the_parquet(read, gateway):
    told_rows = json.dumps(rows(read((FIXTURES / f"{gateway}.jsonl").read_bytes(), gateway)), default=str)
    assert [each for each in ("CANARY", "@example.com", "198.51.100.7", "u-7") if each in told_rows] == []


@pytest.mark.parametrize("gateway", ["langfuse", "helicone"])
def test_the_same_log_as_csv_gives_the_same_rows(read, gateway):
    records = [json.loads(line) for line in (FIXTURES / f"{gateway}.jsonl").read_text().splitlines()]
    assert [told(row) for row in rows(read(as_csv(records), gateway))] == EXPECTED[gateway]


def test_the_same_log_as_parquet_gives_the_same_rows(read, write, tmp_path):
    write()
    pq.write_table(pa.Table.from_pylist([SOUND, SOUND | {"id": "b", "code": 429}]), tmp_path / "log.parquet")
    parquet = read((tmp_path / "log.parquet").read_bytes())
    assert rows(parquet) == rows(read(lines(SOUND, SOUND | {"id": "b", "code": 429})))
    assert [(row["input_tokens"], row["status"]) for row in rows(parquet)] == [(7, "ok"), (7, "error")]


def test_nothing_private_passes_as_a_host_a_provider_a_program_a_code_or_a_tag(read, write):
    write(
        MINE.replace("[columns]", """[columns]
provider_name = "maker"
server_address = "server"
app_url_host = "referer"
user_agent_family = "agent"
error_code_raw = "error"
tags = "tags"
""")
    )  # fmt: skip
    private = {"maker": "bob@corp.example", "server": "http://192.168.7.44:3000", "referer": "2001:db8::7",
               "agent": "bob.smith@corp.example", "error": "sk-abc", "tags": ["x" * 1001, "10.9.8.7", "a"]}  # fmt: skip
    plain = {"maker": "Azure", "server": "http://a.example:3000", "referer": "b.example/chat",
             "agent": "curl/8.1", "error": "busy", "tags": ["x" * 1000]}  # fmt: skip
    names = ("provider_name", "server_address", "app_url_host", "user_agent_family", "error_code_raw", "tags")
    failed = [SOUND | {"code": 503} | each for each in (private, plain)]
    assert [tuple(row[name] for name in names) for row in rows(read(lines(*failed)))] == [
        ("unknown", None, None, None, None, ["a"]),
        ("azure.ai.openai", "a.example", "b.example", "curl", "busy", ["x" * 1000]),
    ]


def test_a_first_chunk_after_the_end_is_unknown_and_its_row_lands(home, write, tmp_path):
    write(f"{MINE}stream.value = true\ntime_to_first_chunk_s = {{ path = 'first', unit = 'ms' }}\n")
    sound = SOUND | {"at": int(NOON.timestamp() * 1000)}
    told = [(1000, 1200), (1000, 1000), (None, 1200)]
    records = [sound | {"id": f"c{at}", "took": took, "first": first} for at, (took, first) in enumerate(told)]
    (tmp_path / "log").write_bytes(lines(*records))
    (landed,) = steps.land(tmp_path / "log", source="mine")
    assert (landed.rows_landed, landed.reasons) == (3, {})
    waits = {row["request_id"]: row["time_to_first_chunk_s"] for row in steps.log()}
    assert waits == {"c0": None, "c1": 1.0, "c2": 1.2}


def test_bad_cells_and_records_wait_and_good_ones_land(read, write):
    write()
    bad = [
        {"at": "soon"},
        {"at": 9e30},
        {"took": "long"},
        {"usage": {"in": 1.5}},
        {"usage": {"in": "nan"}},
        {"id": ""},
        {"code": "fine"},
    ]
    reading = read(lines(SOUND, *(SOUND | each for each in bad)))
    assert [row["source_row"] for row in rows(reading)] == [1]
    assert refused(reading) == [
        (2, "wrong_type", "start_time"), (3, "bad_ts", "start_time"), (4, "wrong_type", "duration_s"),
        (5, "wrong_type", "input_tokens"), (6, "wrong_type", "input_tokens"), (7, "missing_field", "request_id"),
        (8, "bad_enum", "status"),
    ]  # fmt: skip
    broken = read(lines(SOUND) + b"{cut\n[1]\n" + lines(SOUND | {"usage": 7}, SOUND | {"id": "z"}))
    assert [row["source_row"] for row in rows(broken)] == [1, 5]
    assert refused(broken) == [(2, "bad_json", None), (3, "wrong_type", None), (4, "wrong_type", "usage")]


PACKED = [
    ({"in": 5}, None),
    ({"in": None}, None),
    ({"more": {"tokens": [{"n": 7}]}}, None),
    ({}, None),
    ([], None),
    ({"more": {"tokens": {}}}, None),
    ("", None),
    (7, "usage"),
    ([1], "usage"),
    ("text", "usage"),
    ({"in": {"all": 5}}, "input_tokens"),
    ({"more": 7}, "usage"),
    ({"more": {"tokens": 7}}, "usage"),
    ({"more": {"tokens": [7]}}, "usage"),
    ({"more": {"tokens": [{"n": "seven"}]}}, "output_tokens"),
]


@pytest.mark.parametrize(("usage", "column"), PACKED)
@pytest.mark.parametrize("pack", [lambda record: lines(record), lambda record: as_csv([record])], ids=["JSON", "CSV"])
def test_a_part_of_the_wrong_type_inside_json_text_is_a_reject(read, write, usage, column, pack):
    text = MINE.replace(', excludes = ["cache_read_input_tokens"]', "")
    text = text.replace('cache_read_input_tokens = "usage.cached"', 'output_tokens = "usage.more.tokens[0].n"')
    write(f'json_text = ["usage"]\n{text}')
    record = SOUND | {"usage": json.dumps(usage) if usage != "" else ""}
    reading = read(pack(record))
    assert refused(reading) == ([(1, "wrong_type", column)] if column else [])
    assert len(rows(reading)) == (column is None)


def test_a_part_of_another_type_inside_parquet_is_a_reject(read, write, tmp_path):
    write()
    table = pa.table({name: [value] for name, value in (SOUND | {"usage": [1, 2]}).items()})
    pq.write_table(table, tmp_path / "log.parquet")
    assert refused(read((tmp_path / "log.parquet").read_bytes())) == [(1, "wrong_type", "usage")]


@pytest.mark.parametrize("key", ['a"b', "a\\b", "a.b", "$", "[0]", "*", "it's", "{"])
def test_a_part_under_any_key_is_read(read, write, key):
    path = shown(("usage", key, "in"))
    write('json_text = ["usage"]\n' + MINE.replace('"usage.in"', json.dumps(path)).replace('"usage.cached"', '"c"'))
    good, bad = ({"usage": json.dumps({key: told})} for told in ({"in": 5}, [5]))
    reading = read(lines(SOUND | good, SOUND | {"id": "b"} | bad))
    assert [row["input_tokens"] for row in rows(reading)][:1] == [5]
    assert refused(reading) == ([] if key == "*" else [(2, "wrong_type", "usage")])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_bad_csv_rows_wait_and_good_ones_land(read, write, end):
    write()
    good = b'%s,1795193497894,"gpt\n4o",200' + end
    data = b"id,at,model,code" + end + good % b"a" + b"b,1" + end + b"c,1,m,200,5" + end + good % b"\xff"
    reading = read(data + b'd,1,"m,200' + end + good % b"e" + b'f,1,"m"x,200' + end + good % b"g")
    assert [row["source_row"] for row in rows(reading)] == [1, 6, 8]
    assert refused(reading) == [
        (2, "bad_csv", None),
        (3, "bad_csv", None),
        (4, "bad_utf8", None),
        (5, "bad_csv", None),
        (7, "bad_csv", None),
    ]


def test_a_csv_without_a_required_column_is_refused_whole(read, write):
    write()
    with pytest.raises(FileRejected, match="schema_missing_column: no column at, needed for start_time"):
        read(b"id,model,code\n1,m,200\n")


MISTAKES = [
    ('zebra = "z"', 10, "column 'zebra' is not known; the columns are"),
    ('cost = "m"', 10, "column 'cost' is not known; did you mean cost_usd"),
    ('people = ["user_id"]', 10, "'people' is for the whole file; write it above [columns]"),
    ('end_time = { path = "e", unit = "minutes" }', 10, "unit 'minutes' is not known; write one of iso8601"),
    ('end_time = "e"', 10, "the unit is missing; write unit = one of iso8601"),
    ('\n# note\nrecord_kind = { value = "try" }', 12, "'try' is no record_kind; write one of attempt, request"),
    ('finish_reason = { path = "f", values = { done = "ended" } }', 10, "'ended' is no finish_reason"),
    ('tags = [\n"a",\n"b..c",\n]', 10, "path 'b..c' can not be read from its character 2 on"),
    ("team_id = 7", 10, "7 is no path"),
    ('team_id = "model.name"', 10, "read one field in one way"),
    ('team_id = { path = "t", part = "two" }', 10, "'two' is no part; write a whole number"),
    ('time_to_first_chunk_s = { path = "t", unit = "s" }', 10, "only streams have a first chunk"),
    ('[[keep]]\npath = "a"\n[[keep]]\nin = ["x"]', 12, "write a path"),
    ('team_id = "x" y', 10, "not TOML"),
    ('team_id = "source_row"', 10, "the field 'source_row' is Podium's own; rename it in the log"),
    ('\nteam_id = ["team", "File_Row_Number"]', 11, "the field 'File_Row_Number' is Podium's own"),
    ('[[keep]]\npath = "id"\n[[keep]]\npath = "podium_source_row.id"', 12, "the field 'podium_source_row' is Podium's"),
]


@pytest.mark.parametrize(("more", "line", "message"), MISTAKES, ids=[each[0][:30] for each in MISTAKES])
def test_a_mistake_is_told_with_its_file_line_and_next_step(write, more, line, message):
    file = write(MINE + more)
    with pytest.raises(PodiumError) as error:
        sources.load("mine")
    assert str(error.value).startswith(f"{file}, line {line}: ")
    assert message in str(error.value)


@pytest.mark.parametrize("column", ["request_id", "start_time", "request_model", "status"])
def test_a_missing_column_is_told_at_the_table(write, column):
    file = write("\n".join(line for line in MINE.split("\n") if not line.startswith(f"{column} ")))
    with pytest.raises(PodiumError, match=rf"{file}, line 2: columns: column {column} is missing; write {column} ="):
        sources.load("mine")


EVIL = [
    "'); drop table mapped.read; --",
    '"; select 1; --',
    "a' || (select 1) || 'b",
    "$path",
    "{x}",
    "é\\'\"",
    "] [",
    "%s",
]


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_a_mapping_is_run_as_sql(read, write, evil):
    key, quoted = shown((evil, evil)), json.dumps(evil, ensure_ascii=False)
    write(
        MINE.replace('"id"', json.dumps(key, ensure_ascii=False))
        + f"app_name = {{ value = {quoted} }}\n[columns.environment]\npath='env'\nvalues = {{ {quoted} = {quoted} }}\n"
    )
    row = rows(read(lines(SOUND | {evil: {evil: "deep"}, "env": evil})))[0]
    label = warehouse.connect().execute("select label_of($text)", {"text": evil}).fetchall()[0][0]
    assert (row["request_id"], row["app_name"], row["environment"]) == ("deep", label, evil)


def test_quoting_survives_duckdbs_own_reading():
    con = warehouse.connect()
    for text in (*EVIL, "", "''", '""', "\n"):
        assert con.execute(f"select {mapping_sql.literal(text)}").fetchall() == [(text,)]
        assert con.execute(f"select 1 as {mapping_sql.name(text + 'x')}").description[0][0] == text + "x"


@pytest.mark.parametrize("path", [("a",), ("a", "b", 0, "c"), ("gen_ai.usage", "in put"), ('q"\\', 3), ("x-id",)])
def test_a_path_is_read_as_it_is_shown(path):
    assert parse(shown(path)) == path


@pytest.mark.parametrize("text", ["", ".", "a.", "[0]", "a[-1]", 'a"b', '"open', "a b", "a\x00"])
def test_a_path_that_can_not_be_read_is_refused(text):
    with pytest.raises(BadPath):
        parse(text)


def test_the_line_is_where_the_statement_begins():
    text = 'a = [\n 1,\n]\n\n# c\n[t]\nx = """\n[u]\n"""\n[[k]]\n[[k]]\ny = 1\n'
    assert [line_of(text, keys) for keys in (("a", 0), ("t", "x"), ("t", "z"), ("k", 1, "y"), ("no",))] == [
        1,
        7,
        6,
        12,
        1,
    ]


def test_a_users_mapping_wins_over_the_shipped_one_and_is_a_source_by_its_name(read, write):
    write(name="envoy")
    assert rows(read(lines(SOUND), "envoy"))[0]["source"] == sources.load("envoy").SOURCE == "envoy"
    shipped = sources.names()
    write(name="house")
    assert sources.names() == sorted([*shipped, "house"])
    with pytest.raises(
        PodiumError, match=r"no source is called 'evnoy'; there are: cloudflare, envoy, .*house.*simulator"
    ):
        sources.load("evnoy")


def test_a_mapping_may_not_take_a_modules_name(write):
    write(name="litellm")
    with pytest.raises(PodiumError, match=r"litellm\.toml: Podium has a source of that name already"):
        sources.names()
