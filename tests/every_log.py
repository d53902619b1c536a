"""A small log of every source there is, for tests that hold for all of them."""

import gzip
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import sources
from pipeline.settings import SAMPLES
from tests import otlp
from tests.rows import attempt, write

FIXTURES = Path(__file__).parent / "fixtures"
RECORDED_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 23, tzinfo=UTC)  # the fixtures were recorded the day before
AS_OF = datetime(2026, 11, 30, tzinfo=UTC)
RECORDED = {
    "litellm.jsonl": SAMPLES / "litellm_slp.jsonl.gz",
    "litellm_spendlogs.csv": FIXTURES / "litellm_spendlogs.csv.gz",
    "litellm_spendlogs.parquet": FIXTURES / "litellm_spendlogs.parquet",
    "otel.jsonl": FIXTURES / "otlp_spans.jsonl.gz",
    "otel.broadcast.jsonl": FIXTURES / "openrouter_broadcast.jsonl",
    "openrouter.jsonl": FIXTURES / "openrouter_generations.jsonl",
    "scores.jsonl": FIXTURES / "scores.jsonl",
    **{file.name: file for file in sorted((FIXTURES / "mapped").glob("*.jsonl"))},
}
NAMES = (*RECORDED, "simulator.parquet")


def source_of(name: str) -> str:
    """The source of one of NAMES."""
    return name.partition(".")[0]


def uncovered() -> set[str]:
    """Sources without a log here."""
    return set(sources.names()) - {source_of(name) for name in NAMES}


@cache
def whole(name: str) -> bytes:
    """A log, unpacked."""
    if name == "simulator.parquet":
        with tempfile.TemporaryDirectory() as folder:
            rows = (attempt(number, start_time=RECORDED_AT.replace(minute=number)) for number in range(30))
            return write(Path(folder) / "rows.parquet", *rows).read_bytes()
    data = RECORDED[name].read_bytes()
    return gzip.decompress(data) if RECORDED[name].suffix == ".gz" else data


def short(name: str, records: int = 12) -> bytes:
    """The first records of a log; Parquet, which can not be cut, whole."""
    if name.endswith("parquet"):
        return whole(name)
    return b"".join(whole(name).splitlines(keepends=True)[:records])


def named_after(model: str, number: int) -> dict[str, bytes | Callable[[Path], Path]]:
    """Call `number` of a model of this name, as each kind of source logs it."""
    litellm = json.loads(whole("litellm.jsonl").splitlines()[0]) | {"model": model, "model_group": model}
    litellm |= {"id": f"id-{number}", "litellm_call_id": f"call-{number}"}
    openrouter = json.loads(whole("openrouter.jsonl").splitlines()[0])
    openrouter["data"] |= {"model": model, "id": f"gen-{number}", "request_id": f"request-{number}"}
    helicone = json.loads(whole("helicone.jsonl").splitlines()[0]) | {"request_model": model, "response_model": model}
    helicone |= {"request_id": f"h-{number}"}
    span = otlp.export(otlp.call(number, gen_ai__request__model=model, gen_ai__response__model=model))
    return {
        "litellm": _line(litellm),
        "litellm_spendlogs": _table(model, number),
        "openrouter": _line(openrouter),
        "helicone": _line(helicone),
        "otel": _line(span),
        "simulator": lambda file: write(file, attempt(number, request_model=model, model_raw=model)),
    }


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _table(model: str, number: int) -> bytes:
    header = "request_id,call_type,spend,prompt_tokens,completion_tokens,startTime,endTime,model,metadata,status\n"
    quoted = '"' + model.replace('"', '""') + '"'
    row = f"r-{number},acompletion,0.1,10,5,2026-11-22 12:00:00,2026-11-22 12:00:01,{quoted},{{}},success\n"
    return (header + row).encode("utf-8", "surrogatepass")
