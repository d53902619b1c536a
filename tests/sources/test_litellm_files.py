"""LiteLLM logs in every packing, and broken in every way: good rows are staged, bad ones say why."""

import gzip
import json
import random
from hashlib import sha256
from typing import Any

import hypothesis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import json_files, sifting, warehouse
from pipeline.privacy import pseudonyms
from pipeline.request_log import FILE_REASONS, ROW_REASONS, FileRejected, Reading
from pipeline.settings import SAMPLES, settings
from pipeline.sources import litellm

SAMPLE = gzip.decompress((SAMPLES / "litellm_slp.jsonl.gz").read_bytes())
CANARIES = ("CANARY-PROMPT", "fake answer", "@example.com", "198.51.100.7", "site-packages")


@pytest.fixture(autouse=True)
def own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("PODIUM_KEY_FILE", str(tmp_path / "pseudonym.key"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def read(tmp_path):
    def read_bytes(data: bytes, name: str = "log") -> Reading:
        work = tmp_path / "work"
        work.mkdir()
        (tmp_path / name).write_bytes(data)
        return litellm.read(warehouse.connect(), tmp_path / name, work)

    return read_bytes


def payload(number: int = 1, **told: Any) -> dict[str, Any]:
    """A plain successful chat request, number seconds after an hour."""
    start = 1_795_336_800.25 + number
    return {
        "id": f"chatcmpl-{number}",
        "litellm_call_id": f"call-{number}",
        "status": "success",
        "call_type": "acompletion",
        "model": "openai/gpt-4o",
        "model_group": "gpt-4o",
        "custom_llm_provider": "openai",
        "startTime": start,
        "endTime": start + 2,
        "completionStartTime": start + 2,
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "response_cost": 0.0001,
        "messages": [{"role": "user", "content": "CANARY-PROMPT-1"}],
        "response": {"model": "gpt-4o", "choices": [{"finish_reason": "stop", "message": {"content": "fake answer"}}]},
        "error_information": {"error_code": "", "traceback": "site-packages"},
    } | told


def lines(*records: object) -> bytes:
    return b"".join(record if isinstance(record, bytes) else json.dumps(record).encode() + b"\n" for record in records)


def staged(reading: Reading) -> list[dict]:
    rows = pq.read_table(reading.parquet).to_pylist() if reading.parquet else []
    return sorted(rows, key=lambda row: row["source_row"])


def places(reading: Reading) -> list[int]:
    return [row["source_row"] for row in staged(reading)]


def refused(reading: Reading) -> list[tuple]:
    return [(row["source_row"], row["reason"], row["column_name"]) for row in reading.rejects.to_pylist()]


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


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


@pytest.mark.parametrize("is_tolerant", [False, True], ids=["strict", "tolerant"])
@pytest.mark.parametrize(
    ("told", "reason", "column"),
    [
        ({"litellm_call_id": None, "id": None}, "missing_field", "litellm_call_id"),
        ({"litellm_call_id": "", "id": ""}, "missing_field", "litellm_call_id"),
        ({"litellm_call_id": None, "id": "chatcmpl", "startTime": None}, "missing_field", "startTime"),
        ({"status": None}, "missing_field", "status"),
        ({"model": None, "model_group": None}, "missing_field", "model"),
        ({"model": {"name": "CANARY-PROMPT"}}, "wrong_type", "model"),
        ({"startTime": float("nan")}, "bad_ts", "startTime"),
        ({"startTime": float("inf")}, "bad_ts", "startTime"),
        ({"startTime": 1e300}, "bad_ts", "startTime"),
        ({"startTime": -5.0}, "bad_ts", "startTime"),
        ({"startTime": 1_795_336_800_250.0}, "bad_ts", "startTime"),
        ({"endTime": 1e300}, "bad_ts", "endTime"),
        ({"prompt_tokens": float("nan")}, "nonfinite", "prompt_tokens"),
        ({"completion_tokens": float("-inf")}, "nonfinite", "completion_tokens"),
        ({"prompt_tokens": 1e30}, "tokens_too_big", "prompt_tokens"),
        ({"completion_tokens": 3.7}, "wrong_type", "completion_tokens"),
    ],
)
def test_a_row_that_can_not_be_staged_says_why(read, told, reason, column, is_tolerant):
    spoiler = [b"{broken\n"] if is_tolerant else []
    reading = read(lines(payload(1), payload(2, **told), payload(3), *spoiler))
    assert places(reading) == [1, 3]
    assert (2, reason, column) in refused(reading)
    assert reading.rows_in == 3 + len(spoiler)
    assert all(len(row["detail"]) <= 200 for row in reading.rejects.to_pylist())


def test_only_known_reasons_are_given(read):
    told = (
        {"startTime": None},
        {"startTime": -1.0},
        {"prompt_tokens": float("nan")},
        {"prompt_tokens": 1e30},
        {"model": {}},
    )
    reading = read(lines(*(payload(n, **one) for n, one in enumerate(told)), b"x\n", payload(9)))
    assert {reason for _, reason, _ in refused(reading)} <= ROW_REASONS.keys()
    assert {"empty_file", "truncated", "corrupt", "too_large"} <= FILE_REASONS.keys()


@pytest.mark.parametrize("spoiler", [b"", b"{broken\n"], ids=["strict", "tolerant"])
def test_what_landing_judges_stays_as_logged(read, spoiler):
    data = lines(
        payload(1, prompt_tokens=-5),
        payload(2, response_cost=float("nan")),
        payload(3, response_cost=-1.0),
        payload(4, prompt_tokens=200_000_000),
        payload(5, status="perhaps"),
        payload(6, endTime=1_795_336_000.0),
        payload(7, response_cost="0.25", prompt_tokens="12"),
        spoiler,
    )
    rows = staged(read(data))
    assert rows[0]["input_tokens"] == -5
    assert rows[1]["cost_usd"] != rows[1]["cost_usd"]
    assert rows[2]["cost_usd"] == -1.0
    assert rows[3]["input_tokens"] == 200_000_000
    assert rows[4]["status"] == "perhaps"
    assert rows[5]["end_time"] < rows[5]["start_time"]
    assert (rows[6]["cost_usd"], rows[6]["input_tokens"]) == (0.25, 12)


def test_a_model_name_of_a_mebibyte_reaches_landing(read):
    name = "<img src=x onerror=alert(1)>" * 40_000
    reading = read(lines(payload(1, model=name), b"{broken\n"))
    assert staged(reading)[0]["model_raw"] == name
    assert all(name[:28] not in row["detail"] for row in reading.rejects.to_pylist())


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


WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "true", "12", "nan", "1e400"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    [*payload(), "metadata", "stream", "cache_hit", "cost_breakdown", "request_tags", "end_user", "user_agent"]
)


@hypothesis.settings(max_examples=30)
@given(st.lists(st.dictionaries(FIELDS, WILD, max_size=3), min_size=1, max_size=12))
def test_whatever_a_field_holds_each_record_is_staged_or_refused(tmp_path_factory, changes):
    work = tmp_path_factory.mktemp("wild")
    (work / "log").write_bytes(lines(*(payload(number, **told) for number, told in enumerate(changes, start=1))))
    reading = litellm.read(warehouse.connect(), work / "log", work)
    met = places(reading) + [row for row, _, _ in refused(reading)]
    assert sorted(met) == list(range(1, len(changes) + 1))
    assert reading.rows_in == len(changes)


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


def test_a_redacted_response_costs_no_row(read):
    rows = staged(read(lines(payload(1, response="redacted-by-litellm"), payload(2, response={"text": "redacted"}))))
    assert [(row["status"], row["finish_reason"], row["input_tokens"]) for row in rows] == [("ok", None, 10)] * 2


def test_a_providers_own_kind_of_cost_costs_no_row(read):
    usage = {"cost": {"total_cost": 0.5}, "completion_tokens": 5}  # Perplexity sends its cost as an object
    row = staged(read(lines(payload(1, custom_llm_provider="perplexity", metadata={"usage_object": usage}))))[0]
    assert (row["cost_usd"], row["cost_source"]) == (0.0001, "gateway")


def test_a_second_try_with_a_suffix_is_an_attempt_of_its_parent(read):
    first, second = staged(read(lines(payload(1), payload(1, litellm_call_id="call-1-attempt-0"))))
    assert (first["request_id"], second["request_id"]) == ("call-1", "call-1")
    assert first["attempt_id"] != second["attempt_id"]


def test_the_same_line_twice_is_the_same_attempt(read):
    first, second = staged(read(lines(payload(1), payload(1))))
    assert first["attempt_id"] == second["attempt_id"]


def test_cost_zero_means_five_things(read):
    priced = {"model_map_value": {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}}
    unpriced = {"model_map_value": {"input_cost_per_token": 0, "output_cost_per_token": 0}}
    data = lines(
        payload(1, cache_hit=True, response_cost=0.0, model_map_information=unpriced),
        payload(2, status="failure", response_cost=0.0, model_map_information=priced),
        payload(3, prompt_tokens=0, completion_tokens=0, response_cost=0.0, model_map_information=priced),
        payload(4, response_cost=0.0, model_map_information=unpriced),
        payload(5, response_cost=0.0, model_map_information=priced),
        payload(6, status="failure", response_cost=0.25),
    )
    costs = [(row["cost_usd"], row["cost_source"], row["input_tokens"]) for row in staged(read(data))]
    assert costs == [
        (0.0, "gateway", 10),
        (0.0, "gateway", None),
        (None, "none", None),
        (None, "none", 10),
        (0.0, "gateway", 10),
        (0.25, "gateway", None),
    ]


@pytest.mark.parametrize(
    ("error", "kind", "http"),
    [
        ({"normalized_error": "503_PROVIDER_OVERLOADED", "error_code": "500"}, "overloaded", 500),
        ({"error_code": "429"}, "rate_limit", 429),
        ({"error_code": "404"}, "bad_request", 404),
        ({"error_code": 504}, "timeout", 504),
        ({"error_code": "", "error_class": "ContextWindowExceededError"}, "context_length", None),
        ({"error_code": "400", "error_class": "BudgetExceededError"}, "budget", 400),
        ({"error_code": "something CANARY-PROMPT else"}, "_OTHER", None),
        ({}, "_OTHER", None),
    ],
)
def test_failures_have_a_type_of_the_contract(read, error, kind, http):
    row = staged(read(lines(payload(1, status="failure", error_information=error))))[0]
    assert (row["status"], row["error_type"], row["http_status"]) == ("error", kind, http)
    assert "CANARY" not in str(row["error_code_raw"])


def test_a_key_named_after_its_owner_tells_no_e_mail(read):
    metadata = {
        "user_api_key_alias": "jo@example.com",
        "user_api_key_user_id": "jo@example.com",
        "user_api_key_team_alias": "Search",
    }
    row = staged(
        read(lines(payload(1, metadata=metadata, end_user="al@example.com", request_tags=["jo@example.com", "a"])))
    )[0]
    assert (row["api_key_alias"], row["team_name"], row["tags"]) == (row["user_id"], "Search", ["a"])
    assert "@" not in json.dumps(row, default=str)
    assert row["user_id"] != row["end_user_id"]


SECRETS = ("sk-1234", "Bearer eyJhbGciOi", "jo@example.com", "198.51.100.7", "2001:db8::7", "fe80:0:0:0:1:2:3:4", "::1")
NAMES = ("env:prod", "task-force", "risk-desk", "v1.2.3", "team::search", "10:30:00", "a:b:c", "1.2.3", "Bearers")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_an_e_mail_or_an_address_is_nowhere_but_under_a_pseudonym(read, secret):
    owner = ("hash", "alias", "team_id", "team_alias", "org_id", "project_id", "user_id")
    metadata = {f"user_api_key_{name}": secret for name in owner} | {
        "requester_metadata": {"headers": {"x-title": secret, "x-litellm-session-id": secret}}
    }
    tags = [secret, f"env:{secret}", f"user:{secret}", f"from {secret}", "env:prod"]
    told = {"metadata": metadata, "trace_id": secret, "end_user": secret, "request_tags": tags, "model_id": secret}
    row = staged(read(lines(payload(1, **told))))[0]
    assert secret not in json.dumps(row, default=str)
    (name,) = pseudonyms([secret]).column("pseudonym").to_pylist()
    kept = (
        "api_key_id",
        "api_key_alias",
        "team_id",
        "team_name",
        "org_id",
        "project_id",
        "trace_id",
        "conversation_id",
    )
    assert {row[column] for column in kept} == {name}
    assert (row["tags"], row["environment"], row["app_name"], row["deployment_id"]) == (
        ["env:prod"],
        "prod",
        None,
        None,
    )


def test_operators_names_stay_as_they_are(read):
    row = staged(read(lines(payload(1, trace_id="sess-1", request_tags=NAMES, metadata={"user_api_key_alias": "sk"}))))[
        0
    ]
    assert (row["tags"], row["trace_id"], row["api_key_alias"]) == (list(NAMES), "sess-1", "sk")


@pytest.mark.parametrize("secret", SECRETS)
def test_an_id_that_the_caller_chose_badly_becomes_a_pseudonym_and_counts_as_before(read, secret):
    data = lines(payload(1, litellm_call_id=f"{secret}-attempt-0"), payload(2, litellm_call_id="ab", id=secret))
    attempt, answer = staged(read(data))
    (name,) = pseudonyms([secret])["pseudonym"].to_pylist()
    assert (attempt["request_id"], attempt["response_id"]) == (name, "chatcmpl-1")
    assert (answer["request_id"], answer["response_id"]) == ("ab", name)
    places = (f"chatcmpl-1\x1f{secret}-attempt-0", f"{secret}\x1fab")
    instants = (1_795_336_801_250_000, 1_795_336_802_250_000)
    hashed = [f"litellm_slp\x1f{place}\x1f{at}" for place, at in zip(places, instants, strict=True)]
    assert [row["attempt_id"] for row in (attempt, answer)] == [sha256(raw.encode()).hexdigest() for raw in hashed]


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("bob.smith@corp.example", None),
        ("bob.smith@corp.example/2.0 (linux)", None),
        ("a" * 61 + "@corp.example", None),
        ("10.9.8.7", None),
        ("2001:db8::7", None),
        ("sk-abc", None),
        ("Mozilla/5.0 (X11) Chrome/120.0.0.0", "mozilla"),
        ("tool/1.2.3.4 (198.51.100.7)", "tool"),
    ],
)
def test_a_user_agent_is_a_program_and_nobody(read, agent, family):
    assert staged(read(lines(payload(1, user_agent=agent))))[0]["user_agent_family"] == family


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Apps.example.com:8443/chat?user=bob", "apps.example.com"),
        ("http://bob@corp.example:word@apps.example.com/", "apps.example.com"),
        ("http://192.168.7.44:3000/", None),
        ("http://bob@[2001:db8::7]:3000/", None),
        ("https://sk-abc.example/", None),
        ("https://bob@/chat", None),
    ],
)
def test_a_host_is_a_name_and_no_address(read, url, host):
    metadata = {"requester_metadata": {"headers": {"http-referer": url}}}
    (row,) = staged(read(lines(payload(1, metadata=metadata, api_base=url))))
    assert (row["app_url_host"], row["server_address"]) == (host, host)


def test_a_failure_s_code_is_a_word_and_no_secret(read):
    codes = ("sk-abc", "198.51.100.7", "insufficient_quota")
    failed = [payload(at, status="failure", error_information={"error_code": code}) for at, code in enumerate(codes)]
    assert [row["error_code_raw"] for row in staged(read(lines(*failed)))] == [None, None, "insufficient_quota"]


@pytest.mark.parametrize(("slug", "provider"), [("bob@corp.example", "unknown"), ("Bedrock", "aws.bedrock")])
def test_a_provider_is_nobody_and_a_tag_no_essay(read, slug, provider):
    tags = ["é" * 500, "é" * 500 + "x", "env:prod"]
    (row,) = staged(read(lines(payload(1, custom_llm_provider=slug, request_tags=tags))))
    assert (row["provider_name"], row["tags"]) == (provider, [tags[0], "env:prod"])


@pytest.mark.parametrize("key", ["my-raw-key", "a" * 63, "A" * 64, "sk-" + "0" * 61])
def test_what_is_no_hash_of_a_key_may_be_the_key_and_gets_a_pseudonym(read, key):
    hashed = "0123456789abcdef" * 4
    data = lines(*(payload(n, metadata={"user_api_key_hash": each}) for n, each in enumerate((hashed, key, ""))))
    ids = [row["api_key_id"] for row in staged(read(data))]
    assert ids == [hashed, *pseudonyms([key]).column("pseudonym").to_pylist(), None]


@pytest.mark.parametrize(
    "private", ["alice@corp.com", "ft:gpt-4o:alice.b@mail.corp.co.uk:7", "sk-abcdefghij0123456789xyz"]
)
def test_a_model_named_after_a_person_or_a_key_loses_its_name(read, private):
    told = {"model": f"openai/{private}", "model_group": private, "response": {"model": f"x {private}"}}
    reading = read(lines(payload(1, **told), payload(2, startTime=None, **told)))
    row = staged(reading)[0]
    columns = ("request_model", "served_model_group", "response_model", "model_raw")
    assert {row[column] for column in columns} == {"redacted"}
    assert private not in json.dumps(reading.rejects.to_pylist())


def test_a_dated_model_of_vertex_keeps_its_name(read):
    names = ("claude-sonnet-4-5@20250929", "claude-3.5@default", "text-bison@001")
    rows = staged(read(lines(*(payload(n, model=name, model_group=name) for n, name in enumerate(names)))))
    assert tuple(row["request_model"] for row in rows) == names


def test_a_negative_overhead_is_a_clock_s_error_and_costs_no_row(read):
    rows = staged(
        read(lines(*(payload(n, hidden_params={"litellm_overhead_time_ms": ms}) for n, ms in enumerate((-0.5, 250)))))
    )
    assert [row["queue_or_overhead_s"] for row in rows] == [None, 0.25]


def test_a_stream_that_has_only_one_chunk_has_no_first_chunk_time(read):
    start = payload(1)["startTime"]
    rows = staged(read(lines(payload(1, stream=True), payload(2, stream=True, completionStartTime=start + 1.5))))
    assert [row["time_to_first_chunk_s"] for row in rows] == [None, 0.5]


def test_call_types_are_operations(read):
    kinds = [
        "acompletion",
        "atext_completion",
        "aembedding",
        "arerank",
        "aimage_generation",
        "aspeech",
        "atranscription",
        "new",
        None,
    ]
    rows = staged(read(lines(*(payload(n, call_type=kind) for n, kind in enumerate(kinds)))))
    assert [row["operation_name"] for row in rows] == [
        "chat", "text_completion", "embeddings", "rerank", "image_generation", "speech", "transcription", "other",
        "other",
    ]  # fmt: skip
