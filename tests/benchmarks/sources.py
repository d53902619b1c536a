"""Speed of each source as a ratio inside one run: its log landed, beside DuckDB's bare reading of the same columns.

    python -m tests.benchmarks.sources [--mib 200] [--source litellm ...]

Every log is a recorded fixture blown up under new ids (blown_up.py), so that every row is new. Landing is
landing.land_inbox on one file in a fresh PODIUM_HOME, without pandas like every command (lean.py); the bare work is one
`create table as` over read_json, read_csv or read_parquet with the very columns the source reads. Each runs in a
process of its own; CPU seconds (user + system, all threads) are compared, never wall time. Peak memory is each
process's own. Results are appended to results.jsonl beside this file.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import blown_up
from tests.benchmarks.__main__ import END, RESULTS, cpu_s, measured, peak_mib, simulate

RECEIVED = datetime(2026, 11, 23, tzinfo=UTC)  # the fixtures were recorded the day before
SIMULATED_ROWS_PER_MIB = 4_000
NAMES = (*blown_up.LOGS, "litellm_spendlogs.parquet", "simulator")


def make(name: str, mib: int, target: Path) -> dict[str, float]:
    """Write the log of one source, about `mib` MiB of it."""
    if name == "simulator":
        folder = target.with_suffix(".d")
        simulate(folder, mib * SIMULATED_ROWS_PER_MIB, 1, END)
        merged(sorted(folder.glob("*.parquet")), target)
    elif name == "litellm_spendlogs.parquet":
        blown_up.write_spendlogs_parquet(mib, target)
    else:
        blown_up.write_text(name, mib, target)
    return {"file_mib": target.stat().st_size / 2**20}


def merged(files: list[Path], target: Path) -> None:
    """Contract Parquet of several files as one, its rows numbered anew."""
    import duckdb

    numbered = "select * replace (row_number() over () as source_row) from read_parquet($files)"
    duckdb.execute(f"copy ({numbered}) to '{target}' (format parquet)", {"files": [str(file) for file in files]})


def source_of(name: str) -> str:
    """The source that reads one of NAMES."""
    return name.partition(".")[0]


def landed(name: str, file: Path) -> dict[str, float]:
    """Land one file whole; rows, CPU seconds, seconds and peak memory."""
    from pipeline import landing
    from pipeline.lean import without_pandas
    from pipeline.settings import settings

    without_pandas()
    waiting = settings().inbox / source_of(name) / file.name
    waiting.parent.mkdir(parents=True)
    file.rename(waiting)
    begun, spent = datetime.now(UTC), cpu_s()
    (told,) = landing.land_inbox(received_at=RECEIVED)
    found = {"land_s": cpu_s() - spent, "land_wall_s": (datetime.now(UTC) - begun).total_seconds()}
    if told.status != "landed" or told.rows_duplicate:
        raise SystemExit(f"{name}: {told}")
    return found | {"rows": told.rows_landed, "refused": told.rows_quarantined, "land_peak_mib": peak_mib()}


def read_bare(name: str, file: Path) -> dict[str, float]:
    """Materialise the columns that the source reads, and nothing else."""
    from pipeline import warehouse

    con = warehouse.connect()
    select, params = bare_select(name, file)
    return {
        "bare_s": measured(lambda: con.execute(f"create table bare as {select}", params)),
        "bare_peak_mib": peak_mib(),
    }


def bare_select(name: str, file: Path) -> tuple[str, dict[str, str]]:
    """The reading alone, as SQL: for JSON it is the source's own read.sql."""
    from pipeline import mapping_sql, mappings, staging
    from pipeline.request_log import staged_schema
    from pipeline.sources.litellm_spendlogs import NEEDED, OPTIONAL

    path = {"path": str(file)}
    lines = {"format": "newline_delimited", "compression": "uncompressed"}
    known = ", ".join(f'"{column}"' for column in (*NEEDED, *OPTIONAL))
    if name == "simulator":
        return f"select {', '.join(staged_schema().names)} from read_parquet($path)", path
    if name == "litellm_spendlogs.parquet":
        return f"select {known} from read_parquet($path)", path
    if name == "litellm_spendlogs":
        with file.open(encoding="utf-8") as text:
            columns = ", ".join(f"'{column}': 'varchar'" for column in text.readline().strip().split(","))
        options = f"columns = {{{columns}}}, header = true, auto_detect = false, quote = '\"', escape = '\"'"
        return f"select {known} from read_csv($path, {options}, max_line_size = 8388608)", path
    if name in mappings.files():
        return mapping_sql.read_json(mappings.load(mappings.files()[name])), path | lines
    return staging.step(name, "read").read_text(encoding="utf-8"), path | lines


def apart(part: str, name: str, file: Path, mib: int) -> dict[str, float]:
    """Run one part in a process and a PODIUM_HOME of its own (a child's peak of memory begins at its parent's)."""
    with tempfile.TemporaryDirectory(prefix="podium-bench-", dir=file.parent) as home:
        told = {"PODIUM_HOME": home, "PODIUM_KEY_FILE": f"{home}/key", "PODIUM_MAX_FILE_MIB": "100000"}
        command = [sys.executable, "-m", "tests.benchmarks.sources", "--part", part, "--source", name]
        command += ["--file", str(file), "--mib", str(mib)]
        done = subprocess.run(command, env=os.environ | told, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def compared(name: str, mib: int) -> dict[str, float | str]:
    """Both ways over one log, which is made for it and deleted."""
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as folder:
        file = Path(folder) / f"log.{name}"
        found = apart("make", name, file, mib)
        found |= apart("bare", name, file, mib) | apart("land", name, file, mib)
    found["rows_per_cpu_s"] = found["rows"] / found["land_s"]
    found["bare_rows_per_cpu_s"] = found["rows"] / found["bare_s"]
    found["ratio"] = found["bare_s"] / found["land_s"]
    return {"source": name} | {key: round(value, 3) for key, value in found.items()}


def keep(found: dict[str, float | str]) -> None:
    """Print one result and append it."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
    }
    print(json.dumps(found), flush=True)
    with RESULTS.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line | found) + "\n")


def main() -> None:
    """Measure the sources asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mib", type=int, default=200)
    parser.add_argument("--source", action="append", choices=NAMES)
    parser.add_argument("--part", choices=("make", "bare", "land"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.part:
        name, file = told.source[0], told.file
        parts = {
            "make": lambda: make(name, told.mib, file),
            "bare": lambda: read_bare(name, file),
            "land": lambda: landed(name, file),
        }
        print(json.dumps(parts[told.part]()))
        return
    for name in told.source or NAMES:
        keep(compared(name, told.mib))


if __name__ == "__main__":
    main()
