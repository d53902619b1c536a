"""What the collector takes, as a client sees it, and the lines it makes of it."""

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.collector import records, spool
from pipeline.collector.refusal import Refused
from tests.collector.server import JSON, Collector, chunked

DEEP = b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}"  # deeper than orjson writes


def stored_with(shared: Collector, mark: str, source: str = "litellm") -> list[dict[str, Any]]:
    """The stored records of one test, once its segment is finished."""
    deadline = time.monotonic() + 10
    while not (found := [each for each in shared.stored(source) if each.get("mark") == mark]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_an_array_becomes_a_line_per_element(shared: Collector) -> None:
    assert shared.post("/v1/litellm", [{"mark": "array", "n": 1}, {"mark": "array", "n": 2}]) == (200, {"accepted": 2})
    assert [each["n"] for each in stored_with(shared, "array")] == [1, 2]


def test_lines_are_taken_with_their_blank_lines_left_out(shared: Collector) -> None:
    body = b'{"mark": "lines", "n": 1}\r\n\n{"mark": "lines", "n": 2}'
    assert shared.post("/v1/litellm", body) == (200, {"accepted": 2})
    assert [each["n"] for each in stored_with(shared, "lines")] == [1, 2]


def test_one_object_over_many_lines_becomes_one(shared: Collector) -> None:
    assert shared.post("/v1/litellm", b'{"mark":\n"single",\r\n"text": "a\\nb"}\n') == (200, {"accepted": 1})
    assert stored_with(shared, "single") == [{"mark": "single", "text": "a\nb"}]


def test_gzip_and_chunks_are_unpacked(shared: Collector) -> None:
    members = gzip.compress(b'{"mark": "gzip", "n": 1}\n') + gzip.compress(b'{"mark": "gzip", "n": 2}')
    assert shared.post("/v1/litellm", members, {"Content-Encoding": "gzip"}) == (200, {"accepted": 2})
    body = chunked(iter([b'{"mark": ', b'"gzip", "n": 3}']))
    head = b"POST /v1/litellm HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with shared.raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + body) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    assert {1, 2} <= {each["n"] for each in stored_with(shared, "gzip")}


def test_any_source_takes_lines_under_its_name(shared: Collector) -> None:
    assert shared.post("/v1/logs/litellm", [{"mark": "any"}]) == (200, {"accepted": 1})
    assert stored_with(shared, "any") == [{"mark": "any"}]
    status, told = shared.post("/v1/logs/nobody", [{}])
    assert (status, told["message"]) == (404, "no such source is installed")
    assert "litellm, " in told["next_step"]


def test_an_empty_array_is_nothing_to_store(shared: Collector) -> None:
    assert shared.post("/v1/litellm", []) == (200, {"accepted": 0})


def test_traces_are_answered_as_otlp_wants_and_kept_as_a_line(shared: Collector) -> None:
    export = {"resourceSpans": [{"scopeSpans": []}], "mark": "traces"}
    assert shared.post("/v1/traces", export) == (200, {"partialSuccess": {}})
    assert stored_with(shared, "traces", "otel") == [export]


def test_traces_in_protobuf_are_told_what_to_set(shared: Collector) -> None:
    status, told = shared.post("/v1/traces", b"\x0a\x00", {"Content-Type": "application/x-protobuf"})
    assert status == 415
    assert "http/json" in told["next_step"]


def test_an_export_request_is_one_line_and_an_empty_one_none() -> None:
    assert records.export(b'{"resourceSpans":\n[{}, {}]}') == (b'{"resourceSpans": [{}, {}]}\n', 2)
    assert records.export(b"{}") == (b"", 0)
    for body in (b"[]", b"x", b'{"resourceSpans": {}}', b'{"resource_spans": []}', b'{"resourceLogs": []}', b"\xff"):
        with pytest.raises(Refused, match="not an OTLP trace export"):
            records.export(body)


@pytest.mark.parametrize(
    ("body", "made"),
    [
        (b'[{"id": 18446744073709551617, "a": 1.50}]', b'{"id": 18446744073709551617, "a": 1.5}\n'),  # ids keep digits
        (b"[" + DEEP + b"]", DEEP + b"\n"),
        (b'[{"cost": NaN}, {"cost": 1}]', b'{"cost": NaN}\n{"cost": 1}\n'),  # Python's json writes NaN
        (b'{"cost": NaN}\n{"cost": 1}', b'{"cost": NaN}\n{"cost": 1}\n'),
        (b'\xef\xbb\xbf[{"a":"\xc3\xa9\\u00e9"}]', b'{"a":"\xc3\xa9\xc3\xa9"}\n'),
        (b'[{"a":"\\ud800"}]', b'{"a": "\\ud800"}\n'),
        (b'[{"cost":0.0017699999999999999}]', b'{"cost":0.0017699999999999999}\n'),
    ],
)
def test_records_mean_the_same_as_lines(body: bytes, made: bytes) -> None:
    assert records.lines(body)[0] == made


@pytest.mark.parametrize(
    "body",
    [b"", b" \n", b"nonsense", b"[1]", b"7", b'[{"a": 1}', b'{"a": 1}\n{"a"', b'{"a": "\xff"}', b"[" * 100_000],
)
def test_what_is_not_json_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        records.lines(body)
    assert refused.value.status == 400


def test_a_body_of_nothing_but_objects_is_refused_before_it_fills_the_memory() -> None:
    for read in (records.lines, records.export):
        with pytest.raises(Refused, match="too many objects") as refused:
            read(b"[" + b"{}," * 4_000_000 + b"{}]")
        assert refused.value.status == 413
        with pytest.raises(Refused, match="too many objects"):
            read(b'{"a":[' + b"1," * 4_000_001 + b"1]}")


def test_a_bad_line_is_named_and_never_repeated(shared: Collector) -> None:
    status, told = shared.post("/v1/litellm", b'{"mark": "half"}\nCANARY-PROMPT')
    assert (status, told["message"]) == (400, "line 2 is not JSON")
    assert "CANARY" not in json.dumps(told) + shared.told.read_text()
    assert not [each for each in shared.stored() if each.get("mark") == "half"]


def test_many_requests_share_a_file_and_only_their_owner_reads_it(collector: Callable[..., Collector]) -> None:
    running = collector(segment_s=60)
    for number in range(20):
        assert running.post("/v1/litellm", {"n": number})[0] == 200
    (growing,) = (running.home / "inbox" / "litellm").iterdir()
    assert growing.match(spool.GROWING.removeprefix("*/"))
    assert growing.stat().st_mode & 0o777 == 0o600
    assert growing.parent.stat().st_mode & 0o777 == 0o700
    assert running.stop() == 0
    assert [each["n"] for each in running.stored()] == list(range(20))


def test_a_full_segment_is_shown_to_landing_at_once(collector: Callable[..., Collector]) -> None:
    running = collector(segment_s=60, segment_mib=1)
    text = "x" * (600 * 1024)
    for number in range(4):
        assert running.post("/v1/litellm", {"n": number, "text": text})[0] == 200
    deadline = time.monotonic() + 10
    while len(running.stored()) < 4:
        assert time.monotonic() < deadline
    assert len(list(Path(running.home / "inbox" / "litellm").iterdir())) == 2


def test_a_type_a_web_page_may_send_unasked_is_refused(shared: Collector) -> None:
    for unasked in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert shared.post("/v1/litellm", b"{}", JSON | {"Content-Type": unasked})[0] == 415
