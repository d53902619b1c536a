"""A request's body as JSON lines: an array, lines, or one object; whole or not at all."""

import json
import re
from typing import Any

import orjson

from pipeline import json_files
from pipeline.collector.refusal import Refused

BOM = b"\xef\xbb\xbf"
MOST_PARTS = 4_000_000  # dense spans have 2 million objects in 64 MiB; one of Python's takes 30 times its "{},"
BEYOND_ORJSON = re.compile(json_files.HUGE.pattern + rb"|NaN|Infinity")  # it would write a float, or null
NEXT_STEP = "send UTF-8 JSON: an object, an array of objects, or one object per line"


def lines(body: bytes) -> tuple[bytes, int]:
    """(JSON lines, how many); raises Refused unless every record is a JSON object."""
    body = body.removeprefix(BOM).strip()
    if not body:
        raise Refused(400, "the body is empty", NEXT_STEP)
    try:
        document = _parsed(body)
    except (ValueError, RecursionError):
        return _checked_lines(body)
    if isinstance(document, list):
        dump = _exactly if BEYOND_ORJSON.search(body) else _dumped
        found = bytearray()  # not a list: a body of very many small records would take gigabytes
        for place, record in enumerate(document, 1):
            found += dump(_object(place, record))
        return bytes(found), len(document)
    _object(1, document)
    return _on_one_line(body), 1


def export(body: bytes) -> tuple[bytes, int]:
    """An OTLP export request as one JSON line, or none if it is empty; raises Refused if it is something else."""
    try:
        document = _parsed(body)
    except (ValueError, RecursionError):
        document = None
    if document == {}:
        return b"", 0
    spans = document.get("resourceSpans") if isinstance(document, dict) else None
    if not isinstance(spans, list):
        raise Refused(400, "the body is not an OTLP trace export in JSON", "set the exporter's protocol to http/json")
    return (_on_one_line(body.strip()), len(spans)) if spans else (b"", 0)


def _parsed(text: bytes) -> Any:
    if max(text.count(b"{") + text.count(b"["), text.count(b",")) > MOST_PARTS:
        raise Refused(413, "the body holds too many objects", "send smaller batches")
    return json_files.parsed(text)


def _dumped(record: object) -> bytes:
    try:
        return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # nested over 254 deep: it writes less than it reads
        return _exactly(record)


def _exactly(record: object) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _checked_lines(body: bytes) -> tuple[bytes, int]:
    found = [line for line in (each.strip() for each in body.split(b"\n")) if line]
    for place, line in enumerate(found, 1):
        try:
            _object(place, _parsed(line))
        except (ValueError, RecursionError):
            raise Refused(400, f"line {place} is not JSON", NEXT_STEP) from None
    return b"".join(line + b"\n" for line in found), len(found)


def _object(place: int, value: object) -> object:
    if not isinstance(value, dict):
        raise Refused(400, f"record {place} is not a JSON object", NEXT_STEP)
    return value


def _on_one_line(document: bytes) -> bytes:
    """JSON holds line breaks between its tokens only: a space means the same."""
    return document.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
