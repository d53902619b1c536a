"""`podium doctor`: what is configured, what is stale, what is in quarantine and why."""

import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from pipeline import ask, audit, inbox, lake, mistakes, publish, reconciliation, rollups, sources, warehouse
from pipeline.settings import SQL, PodiumError, config_file, settings

STALE_AFTER = timedelta(hours=3)
RECENT = timedelta(days=7)
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
        found += [*_lake(now), *_published(now), *_quarantine(now)]
    except (PodiumError, duckdb.Error, OSError) as error:
        found.append(Finding("data", str(error), "see the message", needs_you=True))
    return found


def _configured() -> Iterator[Finding]:
    file = config_file()
    yield Finding("home", str(settings().home.resolve()))
    yield Finding("settings file", f"{file}{'' if file.exists() else ' (none; PODIUM_* variables and defaults)'}")
    for name, meant in mistakes.unknown():
        step = f"there is no such setting{f'; did you mean {meant}?' if meant else ''}"
        yield Finding("unknown setting", name, step, needs_you=True)
    yield Finding("leaderboard", f"http://{settings().host}:{settings().port}")
    if settings().host not in ("127.0.0.1", "localhost", "::1"):
        yield Finding("host", settings().host, "the pages have no login: put a proxy that has one in front")
    yield Finding("engine", settings().engine)
    yield Finding("sources", ", ".join(sources.names()))
    for name in sources.names():
        try:
            sources.load(name)
        except PodiumError as mistake:
            yield Finding(f"source {name}", str(mistake), "mend it, then run: podium refresh", needs_you=True)
    if wrong := reconciliation.mistake():
        yield Finding("reconcile", wrong, "mend PODIUM_RECONCILE (or reconcile in podium.toml)", needs_you=True)
    for source, reference in settings().reconcile_pairs:
        yield Finding("reconcile", f"{source} counts; {reference} is only held against it")
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
    yield Finding("inbox", f"{counted(len(waiting), 'file')} waiting", next_step, is_late)
    if strays := inbox.strays():
        step = f"no source reads them there; move them into a source's folder, as {settings().inbox / 'litellm'}"
        yield Finding("inbox: strays", f"{counted(len(strays), 'file')}, first {strays[0]}", step, needs_you=True)
    if not lake.exists("request_log"):
        step = "land your logs: podium land PATH --source litellm (or, to try Podium: podium demo)"
        yield Finding("request log", "empty", step)
        return
    for what, name in (("request log", "request_log"), ("scores", "scores")):
        if lake.exists(name):
            files = lake.data_files(lake.table(name))
            yield Finding(what, f"{sum(file.rows for file in files):,} rows in {counted(len(files), 'file')}")


def _published(now: datetime) -> Iterator[Finding]:
    version = publish.current()
    if version is None:
        yield Finding("published", "nothing yet", "run: podium refresh" if lake.exists("batches") else "")
        return
    age = now - datetime.fromisoformat(version.as_of)
    next_step = "run: podium refresh (or leave podium up running)" if age > STALE_AFTER else ""
    yield Finding("published", f"version {version.version}, {_told(age)} old", next_step, bool(next_step))
    yield from _audited()
    with ask.published() as con:
        (sequence, through) = con.execute("select batch_sequence, data_through from meta.publication").fetchall()[0]
        rows = con.execute("select source, last_hour from meta.sources order by source").fetchall()
        for check, claim in audit.warnings(con).items():
            yield Finding("warning", f"{check} does not hold", claim, needs_you=True)
    hours = rollups.dirty_hours(sequence) if lake.exists("batches") else set()
    if hours:
        yield Finding("not published yet", f"{counted(len(hours), 'hour')} landed since", "run: podium refresh")
    yield Finding("newest hour", f"{through:%Y-%m-%d %H:%M} UTC, of every live source" if through else "no rows")
    for source, last in rows:
        silent = now - last.replace(tzinfo=UTC)
        yield Finding(f"source {source}", f"last row in hour {last:%Y-%m-%d %H:%M} UTC, {_told(silent)} ago")


def _audited() -> Iterator[Finding]:
    told = settings().published / "AUDIT"
    failed = json.loads(told.read_text(encoding="utf-8"))["failed"] if told.exists() else {}
    for check, count in failed.items():
        step = f"the last good version stays up; see sql/checks/{check}.sql, then: podium refresh --whole"
        yield Finding("audit", f"{check}: {counted(count, 'violation')}", step, needs_you=True)


def _quarantine(now: datetime) -> Iterator[Finding]:
    """From the lake: what landed a moment ago is not published yet."""
    if not lake.exists("batches"):
        return
    with warehouse.connect() as con:
        con.execute("create schema meta")
        for name in ("batches", "quarantine"):
            con.register(f"{name}_rows", lake.rows(lake.table(name)))
            superseded = "'replay:' || batch_id in (select delivery from batches_rows)"
            con.execute(f"create view meta.{name} as from {name}_rows where not {superseded}")
        rows = warehouse.run_file(con, SQL / "queries" / "quarantine_reasons.sql").fetchall()
    if not rows:
        yield Finding("quarantine", "empty")
    for reason, files, count, latest, detail, at in rows:
        parts = [counted(count, "row")] * bool(count) + [counted(files, "whole file")] * bool(files)
        is_recent = now - at.astimezone(UTC) < RECENT
        step = "mend the cause, then run: podium replay (or land the mended file)" if is_recent else ""
        seen = f"{', '.join(parts)}; the latest, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {latest}; {detail}"
        yield Finding(f"quarantine: {reason}", seen, step, is_recent)


def counted(number: int, what: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _told(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
