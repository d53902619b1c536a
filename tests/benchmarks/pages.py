"""The pages against their budgets: server CPU and bytes per interaction, time to paint, loads, a crowd, memory.

    python -m tests.benchmarks.pages [--pages leaderboard share] [--sessions 50] [--home DIR]

Serves a published home (PODIUM_HOME; without one the demo is made) as `podium serve` does and visits it, by Chromium
and by Streamlit's own protocol. CPU and bytes are the server's alone; times to paint share the machine with Chromium
and are true on two quiet cores. Each run is appended to results.jsonl beside this file; the exit code is 1 if a budget
other than of time to paint is not kept.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from rich.console import Console
from rich.table import Table

from tests.benchmarks import painted, sessions
from tests.benchmarks.served import PROJECT, serving
from tests.browser.test_pages import VIEWS

RESULTS = Path(__file__).with_name("results.jsonl")
Figures: TypeAlias = dict[str, float | None]

# What a page may take; the leaderboard, where most visits begin, takes less CPU.
BUDGETS = {
    "cpu_ms": 80.0,
    "payload_kib": 150.0,
    "painted_ms": 700.0,
    "warm_load_ms": 1500.0,
    "fresh_load_ms": 3000.0,
    "off_host": 0.0,
    "console_errors": 0.0,
}
LEADERBOARD_CPU_MS = 60.0
CROWD_BUDGETS = {"errors": 0.0, "memory_mib": 350.0, "memory_per_session_mib": 1.0}
COLUMNS = {
    "cpu_ms": "CPU ms",
    "payload_kib": "payload KiB",
    "painted_ms": "painted ms",
    "warm_load_ms": "warm load ms",
    "fresh_load_ms": "fresh load ms",
    "fresh_requests": "requests",
    "fresh_mib": "MiB",
    "off_host": "off-host",
    "console_errors": "errors",
}


@contextmanager
def published(home: Path | None) -> Iterator[Path]:
    """A home with a published version: the given one, or the demo's for as long as the block."""
    if home:
        if not (home / "published" / "CURRENT").exists():
            raise SystemExit(f"nothing is published in {home}: PODIUM_HOME={home} podium demo --no-serve")
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as folder:
        made = Path(folder) / "home"
        environment = os.environ | {"PODIUM_HOME": str(made), "PODIUM_KEY_FILE": f"{folder}/key"}
        command = [sys.executable, "-m", "pipeline", "demo", "--no-serve"]
        subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield made


def paths(address: str, pages: list[str]) -> dict[str, str]:
    """Where each view is; a page of the navigation that no view names is visited as it is."""
    with urlopen(f"{address}/api/v1/leaderboard.json?limit=2") as answer:  # noqa: S310
        model, second = (quote(row["model_id"], safe="") for row in json.load(answer)["data"])
    named = {view: path.format(model=model, second=second) for view, path in VIEWS.items()}
    visited = {urlsplit(path).path.strip("/") for path in named.values()}
    return named | {page: f"/{page}" for page in pages if page not in visited}


def held(pages: Mapping[str, Figures], crowd: Figures) -> bool:
    """Whether every budget is kept that does not hang on what else the machine does."""
    own = ("cpu_ms", "payload_kib", "off_host", "console_errors")
    kept = [(found[name] or 0) <= (budget(view, name) or 0) for view, found in pages.items() for name in own]
    return all([*kept, *((crowd.get(name) or 0) <= most for name, most in CROWD_BUDGETS.items())])


def budget(view: str, figure: str) -> float | None:
    """The most a view may take of something."""
    return LEADERBOARD_CPU_MS if (view, figure) == ("leaderboard", "cpu_ms") else BUDGETS.get(figure)


def shown(value: float | None, most: float | None) -> str:
    """A figure, marked where it is over its budget."""
    if value is None:
        return "-"
    text = f"{value:.1f}" if 0 < value < 10 else f"{value:,.0f}"
    return f"[bold red]{text} >{most:g}[/]" if most is not None and value > most else text


def report(pages: Mapping[str, Figures], crowd: Figures) -> None:
    """The figures as tables, on the terminal."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table("page", *COLUMNS.values())
    for view, found in pages.items():
        table.add_row(view, *(shown(found[name], budget(view, name)) for name in COLUMNS))
    console.print(table)
    for name, value in crowd.items():
        console.print(f"{name.replace('_', ' ')}: {shown(value, CROWD_BUDGETS.get(name))}")
    console.print("Over budget is marked; budgets of times to paint are for two quiet cores.")


def rounded(figures: Figures) -> Figures:
    """The figures as they are kept."""
    return {name: None if value is None else round(value, 2) for name, value in figures.items()}


def main() -> None:
    """Serve, visit, print, append."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="*", help="only these views")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--home", type=Path, default=os.environ.get("PODIUM_HOME"))
    given = parser.parse_args()
    found: dict[str, Figures] = {}
    with published(given.home) as home, serving(home) as server:
        every = paths(server.address, asyncio.run(sessions.page_names(server)))
        chosen = {view: path for view, path in every.items() if view in (given.pages or every)}
        for view, path in chosen.items():
            print(f"{view} ...", flush=True)
            found[view] = asyncio.run(sessions.interaction(server, path))
        print(f"{given.sessions} sessions ...", flush=True)
        crowd = asyncio.run(sessions.crowd(server, list(chosen.values()), given.sessions))
        with painted.browser() as browser:
            for view, path in chosen.items():
                print(f"{view} in Chromium ...", flush=True)
                found[view] |= painted.measured(browser, server.address, path)
    report(found, crowd)
    line: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "load_average": round(os.getloadavg()[1], 1),
        "pages": {view: rounded(figures) for view, figures in found.items()},
        "crowd": rounded(crowd),
    }
    with RESULTS.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line) + "\n")
    if not held(found, crowd):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
