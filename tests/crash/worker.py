"""What the crash suites kill: writers that deliver or pull, and refresh, again and again; and a reader of CURRENT.

Run as a program it imports Podium once and forks a writer per line of standard input, so that fifty kills cost fifty
forks and not fifty starts of Python.
"""

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipeline import catalog, fetch, inbox, pull, refresh
from pipeline.settings import settings
from tests.rows import NOON, attempt, write

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)
TODAY = date(2026, 11, 22)  # of a bucket whose days are open
REQUESTS, ROWS, REFUSED, TOKENS, MICRO_USD = 3, 4, 1, 3300, 10_500  # what each file adds, whatever comes before it
HOOKED = ("rename", "replace", "link", "unlink", "fsync")
FIGURES = """
select sum(request_count), sum(row_count), sum(input_tokens + output_tokens), cast(sum(cost_usd) * 1000000 as bigint)
from rollups.usage_hourly
"""


def rows_of(number: int) -> list[dict[str, Any]]:
    """File `number`: two requests, one that failed and was rescued, a refused row, and a row of the file before it."""
    hour = NOON + timedelta(hours=number // 4)

    def row(place: int, **told: Any) -> dict[str, Any]:
        return attempt(10 * number + place, start_time=hour + timedelta(minutes=place), **told)

    failed = {"status": "error", "error_type": "timeout", "input_tokens": None, "output_tokens": None}
    rows = [
        row(1),
        row(2, user_id="u_2"),
        row(3, request_id=f"rescued-{number}", **failed, cost_usd=0.0),
        row(4, request_id=f"rescued-{number}"),
        row(5, input_tokens=-1),
    ]
    return rows + ([rows_of(number - 1)[0]] if number else [])


def acknowledged(home: Path) -> int:
    """How many files the writer was told are safe."""
    log = home / "acknowledged"
    return log.stat().st_size if log.exists() else 0


def write_for_ever(home: Path) -> None:
    """Deliver, refresh, note the acknowledgement; file after file, from the first that is not acknowledged."""
    while True:
        number = acknowledged(home)
        now_doing(home, "Delivering a file")
        inbox.deliver([write(home / "out" / f"{number}.parquet", *rows_of(number))], "simulator")
        finish_round(home)


def pull_for_ever(home: Path) -> None:
    """Pull from PODIUM_LITELLM_DSN, refresh, note that the round is over; again and again."""
    while True:
        now_doing(home, "Pulling from PostgreSQL")
        pull.pull("litellm_spendlogs")
        finish_round(home)


def fetch_for_ever(home: Path) -> None:
    """Fetch from PODIUM_INBOX_URI, refresh, note that the round is over; again and again."""
    while True:
        now_doing(home, "Fetching from the bucket")
        fetch.fetch(today=TODAY)
        finish_round(home)


def finish_round(home: Path) -> None:
    """Refresh, and note the acknowledgement."""
    refresh.refresh(AS_OF, step=lambda step: now_doing(home, step))
    with (home / "acknowledged").open("ab") as log:
        log.write(b".")


def now_doing(home: Path, step: str) -> None:
    """Leave word of the step under way, for whoever counts what a kill hit."""
    (home / "doing").write_text(step)


def doing(home: Path) -> str:
    """The step that the last writer had begun."""
    told = home / "doing"
    return told.read_text() if told.exists() else "Starting"


def watched(spy: Callable[[str], None]) -> None:
    """Call `spy` with the name and place of each system call that makes something durable, before it happens."""
    for name in HOOKED:
        real = getattr(os, name)

        def hooked(*args: Any, _real: Callable[..., Any] = real, _name: str = name, **told: Any) -> Any:
            spy(f"{_name} {caller(sys._getframe(1))} {named(args[-1])}")
            return _real(*args, **told)

        setattr(os, name, hooked)


def caller(frame: Any) -> str:
    """The module of Podium that led here."""
    while frame and "pipeline" not in frame.f_code.co_filename:
        frame = frame.f_back
    return Path(frame.f_code.co_filename).name if frame else "elsewhere"


def named(target: Any) -> str:
    """The kind of file a call is about: what differs from one to the next left out."""
    path = os.readlink(f"/proc/self/fd/{target}") if isinstance(target, int) else str(target)
    parts = [part for part in Path(path).parts[-2:] if part != "published"]
    return re.sub(r"[0-9a-f]{8,}[^/.]*|\d+", "N", re.sub(r"\w+_hourly", "rollup", "/".join(parts)))


def die_before(call: str) -> Callable[[str], None]:
    """A spy that ends the process when this call comes."""

    def spy(what: str) -> None:
        if what == call:
            os.kill(os.getpid(), signal.SIGKILL)

    return spy


def noting(notes: Path) -> Callable[[str], None]:
    """A spy that writes every call down."""

    def spy(what: str) -> None:
        with notes.open("a") as file:
            file.write(what + "\n")

    return spy


def serve(home: Path, work: Callable[[Path], None]) -> None:
    """A writer per line (the call to die before, `note` to write all down, or none): prints its pid, then its end."""
    catalog.reference_tables()  # read once here, not once per writer; nothing that starts threads
    for line in sys.stdin:
        child = os.fork()
        if not child:
            if call := line.strip():
                watched(noting(home / "calls") if call == "note" else die_before(call))
            work(home)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


def look(home: Path, seen: dict[str, Any]) -> dict[str, Any] | None:
    """One look at what is published, as a dashboard takes it; None where nothing changed since."""
    pointer = home / "published" / "CURRENT"
    safe = acknowledged(home)
    if not pointer.exists():
        return None
    told = json.loads(pointer.read_text())
    if told["version"] == seen.get("version") and safe == seen.get("safe"):
        return None
    with duckdb.connect(str(home / "published" / told["file"]), read_only=True) as con:
        (version,) = con.execute("select version from meta.publication").fetchone() or (None,)
        figures = con.execute(FIGURES).fetchone()
    return {"version": told["version"], "inside": version, "safe": safe, "figures": figures}


def watch(home: Path) -> None:
    """Look until the file `stop` appears; print every change, and every fault of a look, as a line of JSON."""
    seen: dict[str, Any] = {}
    while not (home / "stop").exists():
        try:
            now = look(home, seen)
        except Exception as fault:
            now = {"fault": repr(fault)}
        if now:
            print(json.dumps(now), flush=True)
            seen = now
        time.sleep(0.005)


ROLES = {
    "write": partial(serve, work=write_for_ever),
    "pull": partial(serve, work=pull_for_ever),
    "fetch": partial(serve, work=fetch_for_ever),
    "watch": watch,
}

if __name__ == "__main__":
    ROLES[sys.argv[1]](settings().home)
