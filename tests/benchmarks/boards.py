"""The boards at the size they are meant for: 400 models, 60 providers, 52 weeks, 10 million simulated requests.

    python -m tests.benchmarks.boards [--requests 500000] [--weeks 52] [--home FOLDER]

A simulated world is landed, rolled up, ranked, audited and published into a fresh PODIUM_HOME (FOLDER is kept, a
temporary one is not); then one more hour of its traffic arrives and is refreshed. Each stage runs in a process of
its own: CPU seconds (user + system, all threads, imports left out) and that process's peak memory. With
the FOLDER of an earlier run, `--part make-hour --part hour` refreshes it by the next hour again, and `--part sql`
tells what the slowest files of sql/rankings and sql/checks take there. Results are appended to results.jsonl beside
this file.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.__main__ import END, measured, peak_mib
from tests.benchmarks.sources import keep

HOUR = timedelta(hours=1)
HISTORY_END = END + 2 * HOUR  # the running week has begun: 52 complete ones lie behind it
SEED = 17
SLOWEST = 25

Figures = dict[str, float]


def simulated(told: argparse.Namespace, start: datetime, end: datetime, requests: int, seed: int) -> list[Path]:
    """Requests of the told world that begin in [start, end), delivered to the inbox."""
    from pipeline import inbox
    from pipeline.simulation.run import simulate
    from pipeline.simulation.world import build_world

    world = build_world(END.date(), told.models, told.providers, told.users)
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as folder:
        files = simulate(world, start, end, requests, seed, Path(folder))
        return [file for made in files for file in inbox.deliver([made], "simulator")]


def make(told: argparse.Namespace) -> Figures:
    """Deliver the history."""
    start = END - timedelta(weeks=told.weeks)
    return {"simulate_s": measured(lambda: simulated(told, start, HISTORY_END, told.requests, SEED))}


def land(_: argparse.Namespace) -> Figures:
    """Land the history."""
    from pipeline import lake, landing

    found = {"land_s": measured(lambda: landing.land_inbox(received_at=HISTORY_END)), "land_peak_mib": peak_mib()}
    return found | {"rows": float(sum(file.rows for file in lake.data_files(lake.table("request_log"))))}


def roll_up(_: argparse.Namespace) -> Figures:
    """Every hour of every rollup from the log."""
    from pipeline import lake, rollups

    with lake.writer_lock():
        return {"roll_up_s": measured(rollups.refresh), "roll_up_peak_mib": peak_mib()}


def publish(_: argparse.Namespace) -> Figures:
    """The whole file: days copied, ranked, audited, swapped in."""
    from pipeline import lake, publish

    with lake.writer_lock():
        spent = measured(lambda: publish.publish(HISTORY_END, whole=True))
    return {"publish_s": spent, "publish_peak_mib": peak_mib(), "published_mib": published_mib()}


def make_hour(told: argparse.Namespace) -> Figures:
    """Deliver the hour after the last published one, its share of the requests."""
    start = published_until()
    requests = max(1, told.requests // (told.weeks * 7 * 24 + 2))
    return {"hour_files": float(len(simulated(told, start, start + HOUR, requests, start.toordinal() + start.hour)))}


def hour(_: argparse.Namespace) -> Figures:
    """The delivered hour, from inbox to published file."""
    from pipeline import lake, landing, publish, rollups

    end = published_until() + HOUR
    with lake.writer_lock():
        found = {
            "hour_land_s": measured(lambda: landing.land_inbox(received_at=end)),
            "hour_roll_up_s": measured(rollups.refresh),
            "hour_publish_s": measured(lambda: publish.publish(end)),
        }
    return found | {"hour_s": sum(found.values()), "hour_peak_mib": peak_mib(), "hour_published_mib": published_mib()}


def sql(_: argparse.Namespace) -> Figures:
    """What each file of sql/rankings and sql/checks takes over a copy of the published file, slowest first."""
    from pipeline import audit, publish, rankings, statistics, warehouse

    last = publish.current()
    spent: Figures = {}
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as folder, warehouse.connect() as con:
        copy = shutil.copyfile(last.path, Path(folder) / "copy.duckdb") if last else Path(folder) / "none.duckdb"
        con.execute(f"attach '{copy}' as podium")
        con.execute("use podium")
        warehouse.load_macros(con)
        with statistics.taught(con):
            for file in rankings.files():
                table = f"rankings.{file.stem}"
                spent[table] = measured(lambda: warehouse.create_table(con, table, file))  # noqa: B023
        for file in [file for file in audit.files() if not audit.needs_lake(file)]:
            spent[f"check {file.stem}"] = measured(lambda: audit.violations(con, file))  # noqa: B023
    slowest = sorted(spent.items(), key=lambda pair: -pair[1])[:SLOWEST]
    return {"all_s": sum(spent.values()), "sql_peak_mib": peak_mib()} | dict(slowest)


def published_until() -> datetime:
    """Up to where the last published file holds traffic."""
    from pipeline.publish import current

    last = current()
    return datetime.fromisoformat(last.as_of) if last else HISTORY_END


def published_mib() -> float:
    """Size of the file that readers get."""
    from pipeline.publish import current

    last = current()
    return last.path.stat().st_size / 2**20 if last else 0.0


STAGES: dict[str, Callable[[argparse.Namespace], Figures]] = {
    "make": make,
    "land": land,
    "roll-up": roll_up,
    "publish": publish,
    "make-hour": make_hour,
    "hour": hour,
}
PARTS = STAGES | {"sql": sql}


def apart(part: str, told: argparse.Namespace, home: Path) -> Figures:
    """Run one part in a process of its own."""
    environment = os.environ | {"PODIUM_HOME": str(home), "PODIUM_KEY_FILE": str(home / "key")}
    sizes = [word for name in SIZES for word in (f"--{name}", str(getattr(told, name)))]
    command = [sys.executable, "-m", "tests.benchmarks.boards", "--inside", part, *sizes]
    print(f"{part} ...", file=sys.stderr, flush=True)
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


SIZES = {"requests": 10_000_000, "weeks": 52, "models": 400, "providers": 60, "users": 5_000}


def measure(told: argparse.Namespace, home: Path) -> Figures:
    """The stages asked for, one after the other."""
    found: Figures = {name: getattr(told, name) for name in SIZES}
    for part in told.part or STAGES:
        found |= apart(part, told, home)
    return found


def main() -> None:
    """Measure what is asked for, print it, append it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, size in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--inside", choices=PARTS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        from pipeline.lean import without_pandas

        without_pandas()
        print(json.dumps(PARTS[told.inside](told)))
        return
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as temporary:
        found = measure(told, told.home or Path(temporary))
    keep({"benchmark": "boards"} | {name: round(value, 3) for name, value in found.items()})


if __name__ == "__main__":
    main()
