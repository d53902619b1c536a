"""Speed as ratios inside one run: every step in CPU seconds beside DuckDB's bare work on the same columns.

    make bench ARGS="[--rows 5000000] [--days 7]"

CPU seconds (user + system, all threads) are compared, never wall time: machines are noisy. Each result is appended
to results.jsonl beside this file.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

RESULTS = Path(__file__).with_name("results.jsonl")
END = datetime(2026, 11, 16, tzinfo=UTC)  # a Monday
HISTORY_ROWS_PER_HOUR = 500


def cpu_s() -> float:
    """CPU seconds of this process and the children it waited for."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def measured(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    before = cpu_s()
    work()
    return cpu_s() - before


def peak_mib() -> float:
    """Peak resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def simulate(out: Path, rows: int, days: float, end: datetime = END, seed: int = 7) -> None:
    """Contract Parquet of `rows` requests over the days before `end`."""
    from pipeline.simulation.run import simulate as run
    from pipeline.simulation.world import build_world

    run(build_world(), end - timedelta(days=days), end, rows, seed, out, "parquet")


def whole_way(files: Path) -> dict[str, float]:
    """Land, roll up and publish files into a fresh PODIUM_HOME; CPU seconds of each, and of the bare work."""
    import duckdb

    from pipeline import inbox, lake, landing, publish, rollups

    con = duckdb.connect()
    con.execute("set preserve_insertion_order = false")
    inputs = sorted(str(file) for file in files.glob("*.parquet"))
    copied = measured(
        lambda: [
            con.execute(f"copy (from '{file}') to '{files / 'copy.tmp'}' (format parquet, compression zstd)")
            for file in inputs
        ]
    )
    inbox.deliver([files.joinpath(Path(file).name) for file in inputs], "simulator")
    found: dict[str, float] = {"bare_copy_s": copied}
    found["land_s"] = measured(lambda: landing.land_inbox(received_at=END + timedelta(days=1)))
    found["land_peak_mib"] = peak_mib()
    log = lake.data_files(lake.table("request_log"))
    found["rows"] = sum(file.rows for file in log)
    lake.view_of_dates(con, "request_log", "request_log", {file.partition["event_date"] for file in log})
    found["bare_scan_s"] = measured(lambda: con.execute(BARE_SCAN).fetchall())
    found["bare_group_s"] = measured(lambda: con.execute(BARE_GROUP).fetchall())
    with lake.writer_lock():
        found["roll_up_s"] = measured(rollups.refresh)
        found["publish_s"] = measured(lambda: publish.publish(END + timedelta(hours=3)))
    found["peak_mib"] = peak_mib()
    return found


ROLLUP_COLUMNS = (
    "request_id, batch_id, source_row, source, model_id, provider_name, user_id, team_name, app_name, api_key_alias, "
    "category, data_region, record_kind, status, error_type, stream, response_cache_hit, feedback_score, ttft_bucket, "
    "duration_bucket, output_speed_bucket, input_tokens, output_tokens, cache_read_input_tokens, "
    "cache_write_input_tokens, reasoning_output_tokens, usage_source, cost_usd, cost_source, list_cost_usd, "
    "cache_savings_usd, request_model, served_model_group, is_contested"
)
BARE_SCAN = f"select count(columns(*)) from (select {ROLLUP_COLUMNS} from request_log)"
BARE_GROUP = (
    "select event_date, event_hour, model_id, provider_name, count(*), sum(input_tokens), sum(output_tokens), "
    "sum(cost_usd) from request_log group by all"
)


def dirty_hour(history_days: int, work: Path) -> float:
    """CPU seconds to bring one more hour of rows from inbox to published file, over so many days of history.

    The history ends two hours into a Monday: over 7 days there is one complete week to rank, and the hour is in it.
    """
    from pipeline import inbox
    from pipeline.refresh import refresh

    past, late = work / f"past-{history_days}", work / f"late-{history_days}"
    hours, as_of = history_days * 24 + 2, END + timedelta(hours=3)
    simulate(past, hours * HISTORY_ROWS_PER_HOUR, hours / 24, END + timedelta(hours=2))
    simulate(late, HISTORY_ROWS_PER_HOUR, 1 / 24, END - timedelta(days=1), seed=99)
    inbox.deliver([past], "simulator")
    refresh(as_of)
    inbox.deliver([late], "simulator")
    return measured(lambda: refresh(as_of))


def in_fresh_home(name: str, *arguments: str) -> dict[str, float]:
    """Run one part of this file in a process and a PODIUM_HOME of its own."""
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as home:
        environment = os.environ | {"PODIUM_HOME": home, "PODIUM_KEY_FILE": f"{home}/key"}
        done = subprocess.run(
            [sys.executable, __file__, "--part", name, *arguments],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def report(found: dict[str, float], rows: float) -> None:
    """The figures as a table, on the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table("step", "CPU s", "rows per CPU s", "ratio", "against", title=f"{rows:,.0f} simulated rows")
    land, roll = found["land_s"], found["roll_up_s"]
    table.add_row(
        "bare DuckDB copy, Parquet to Parquet",
        f"{found['bare_copy_s']:.1f}",
        f"{rows / found['bare_copy_s']:,.0f}",
        "1.00",
        "",
    )
    table.add_row("land", f"{land:.1f}", f"{rows / land:,.0f}", f"{land / found['bare_copy_s']:.2f}", "bare copy")
    table.add_row(
        "bare scan of the rollups' columns",
        f"{found['bare_scan_s']:.2f}",
        f"{rows / found['bare_scan_s']:,.0f}",
        "1.00",
        "",
    )
    table.add_row(
        "all rollups", f"{roll:.1f}", f"{rows / roll:,.0f}", f"{roll / found['bare_scan_s']:.2f}", "bare scan"
    )
    table.add_row("rank, audit, publish", f"{found['publish_s']:.1f}", f"{rows / found['publish_s']:,.0f}", "", "")
    table.add_row("one dirty hour over 7 days of history", f"{found['hour_over_7_days_s']:.2f}", "", "1.00", "")
    table.add_row("one dirty hour over 90 days of history", f"{found['hour_over_90_days_s']:.2f}", "",
                  f"{found['hour_over_90_days_s'] / found['hour_over_7_days_s']:.2f}", "7 days")  # fmt: skip
    console = Console()
    console.print(table)
    console.print(
        f"Peak memory: landing {found['land_peak_mib']:,.0f} MiB, the whole way {found['peak_mib']:,.0f} MiB."
    )


def main() -> None:
    """Measure everything, print it, append it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--part", choices=("whole", "hour"))
    parser.add_argument("--files", type=Path)
    told = parser.parse_args()
    if told.part == "whole":
        print(json.dumps(whole_way(told.files)))
        return
    if told.part == "hour":
        with tempfile.TemporaryDirectory(prefix="podium-bench-") as work:
            print(json.dumps({"cpu_s": dirty_hour(told.days, Path(work))}))
        return
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as work:
        print(f"Simulating {told.rows:,} requests over {told.days} days ...", flush=True)
        found: dict[str, float] = {"simulate_s": measured(lambda: simulate(Path(work), told.rows, told.days))}
        print("Landing, rolling up, publishing ...", flush=True)
        found |= in_fresh_home("whole", "--files", work)
    for days in (7, 90):
        print(f"One dirty hour over {days} days of history ...", flush=True)
        found[f"hour_over_{days}_days_s"] = in_fresh_home("hour", "--days", str(days))["cpu_s"]
    report(found, found["rows"])
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
    }
    with RESULTS.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line | {name: round(value, 3) for name, value in found.items()}) + "\n")


if __name__ == "__main__":
    main()
