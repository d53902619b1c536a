"""`podium doctor`: what is configured, what is stale, what is in quarantine and why."""

import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from pipeline import ask, inbox, lake, publish, rollups, sources, warehouse
from pipeline.settings import SQL, PodiumError, config_file, settings

STALE_AFTER = timedelta(hours=3)
LOW_DISK_BYTES = 2**30


@dataclass(frozen=True)
class Finding:
    """One line of the report; `next_step` says what to do, and `needs_you` whether it can not wait."""

    what: str
    found: str
    next_step: str = ""
    needs_you: bool = False


def examine(now: datetime) -> list[Finding]:
    """Everything worth knowing, configuration first."""
    found = [*_configured(), *_disk()]
    try:
        found += [*_lake(now), *_published(now), *_quarantine()]
    except (PodiumError, duckdb.Error, OSError) as error:
        found.append(Finding("data", str(error), "see the message", needs_you=True))
    return found


def _configured() -> Iterator[Finding]:
    file = config_file()
    yield Finding("home", str(settings().home.resolve()))
    yield Finding("settings file", f"{file}{'' if file.exists() else ' (none; PODIUM_* variables and defaults)'}")
    yield Finding("leaderboard", f"http://{settings().host}:{settings().port}")
    if settings().host not in ("127.0.0.1", "localhost", "::1"):
        yield Finding("host", settings().host, "the pages have no login: put a proxy that has one in front")
    yield Finding("engine", settings().engine)
    yield Finding("sources", ", ".join(sources.names()))
    yield _key()


def _key() -> Finding:
    key = settings().pseudonym_key
    if not key.exists():
        return Finding("pseudonym key", f"{key} (made when the first log lands)")
    is_loose = bool(stat.S_IMODE(key.stat().st_mode) & 0o077)
    return Finding("pseudonym key", str(key), f"others can read it; run: chmod 600 {key}" if is_loose else "", is_loose)


def _disk() -> Iterator[Finding]:
    folder = next(path for path in (settings().home, *settings().home.resolve().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    is_low = free < LOW_DISK_BYTES
    yield Finding("free disk", f"{free / 2**30:.1f} GiB", "make room before the next refresh" if is_low else "", is_low)


def _lake(now: datetime) -> Iterator[Finding]:
    waiting = inbox.waiting()
    oldest = min((file.stat().st_mtime for _, file in waiting), default=now.timestamp())
    is_late = now.timestamp() - oldest > STALE_AFTER.total_seconds()
    next_step = "run: podium refresh" if waiting else ""
    yield Finding("inbox", f"{len(waiting)} files waiting", next_step, is_late)
    if not lake.exists("request_log"):
        yield Finding("request log", "empty", "land one: podium land PATH --source litellm, or try: podium demo")
        return
    files = lake.data_files(lake.table("request_log"))
    yield Finding("request log", f"{sum(file.rows for file in files):,} rows in {len(files):,} files")


def _published(now: datetime) -> Iterator[Finding]:
    version = publish.current()
    if version is None:
        yield Finding("published", "nothing yet", "run: podium refresh")
        return
    age = now - datetime.fromisoformat(version.as_of)
    next_step = "run: podium refresh (or leave podium up running)" if age > STALE_AFTER else ""
    yield Finding("published", f"version {version.version}, {_told(age)} old", next_step, bool(next_step))
    yield from _audited()
    with ask.published() as con:
        (sequence, through) = con.execute("select batch_sequence, data_through from meta.publication").fetchall()[0]
        rows = con.execute("select source, last_hour from meta.sources order by source").fetchall()
    hours = rollups.dirty_hours(sequence) if lake.exists("batches") else set()
    if hours:
        yield Finding("not published yet", f"{len(hours)} hours landed since", "run: podium refresh")
    yield Finding("data through", f"{through} UTC" if through else "no rows")
    for source, last in rows:
        silent = now - last.replace(tzinfo=UTC)
        yield Finding(f"source {source}", f"last row in hour {last:%Y-%m-%d %H:%M} UTC, {_told(silent)} ago")


def _audited() -> Iterator[Finding]:
    told = settings().published / "AUDIT"
    failed = json.loads(told.read_text(encoding="utf-8"))["failed"] if told.exists() else {}
    for check, count in failed.items():
        step = f"the last good version stays up; see sql/checks/{check}.sql, then: podium refresh --whole"
        yield Finding("audit", f"{check}: {count:,} violations", step, needs_you=True)


def _quarantine() -> Iterator[Finding]:
    if publish.current() is None:
        return
    with ask.published() as con:
        rows = warehouse.run_file(con, SQL / "queries" / "quarantine_reasons.sql").fetchall()
    if not rows:
        yield Finding("quarantine", "empty")
    for reason, files, count, latest, detail in rows:
        size = ", ".join([f"{count:,} rows"] * bool(count) + [f"{files:,} whole files"] * bool(files))
        yield Finding(f"quarantine: {reason}", f"{size}; the latest: {latest}; {detail}")


def _told(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
