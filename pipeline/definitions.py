"""The only file that wires Dagster: each table an asset, each file of sql/checks a check, one job that refreshes all.

Nothing depends on Dagster for correctness: every step takes the writer lock and can be killed and run again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import dagster as dg

from pipeline import (
    audit,
    export,
    faults,
    fetch,
    inbox,
    lake,
    landing,
    maintenance,
    mappings,
    publish,
    pull,
    rankings,
    rollups,
    warehouse,
)
from pipeline.settings import SQL, PodiumError, settings

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_offset=1)
LOG = dg.AssetKey("request_log")
PUBLISHED = dg.AssetKey("published")
LANDING_TABLES = {
    f"lake.{name}" for name in ("request_log", "request_log_size", "batches", "quarantine", "sides", "reconcile_pairs")
} | {"lake.scores_size", "lake.nested", "lake.calendar", "lake.local_hours"}
MAX_RUNTIME = {"dagster/max_runtime": str(6 * 3600)}


UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


class Publication(dg.Config):
    """What to publish: an instant other than now, or the whole file anew (after a back-fill)."""

    as_of: str = ""
    whole: bool = False


def key_of(table: str) -> dg.AssetKey:
    """`schema.table`, as .sql files write it, to the asset that makes it."""
    schema, name = table.split(".")
    if table in LANDING_TABLES:
        return LOG
    return dg.AssetKey(["rollups" if schema == "lake" else schema, name])


def _spec(file: Path, schema: str) -> dg.AssetSpec:
    read = {key_of(table) for table in warehouse.dependencies(file)} - {dg.AssetKey([schema, file.stem])}
    return dg.AssetSpec([schema, file.stem], deps=sorted(read), description=warehouse.header(file), group_name=schema)


def _rollup_specs() -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            ["rollups", file.stem],
            deps=[LOG],
            description=warehouse.header(file),
            group_name="rollups",
            partitions_def=DAYS,
            skippable=True,
        )
        for file in rollups.files()
    ]


def _table_specs() -> list[dg.AssetSpec]:
    """The tables of the published file, with the lineage their SQL tells; the hourly ones are the lake's own."""
    rolled = {file.stem for file in rollups.files()}
    summed = [_spec(file, "rollups") for file in sorted((SQL / "published").glob("*.sql")) if file.stem not in rolled]
    meta = [_spec(file, "meta") for file in warehouse.in_order(list((SQL / "meta").glob("*.sql")), "meta")]
    return [*summed, *meta, *(_spec(file, "rankings") for file in rankings.files())]


TABLES = _table_specs()
_read = {dep.asset_key for spec in TABLES for dep in spec.deps}
REFERENCE = [
    dg.AssetSpec(key, group_name="reference", description=f"data/reference: {key.path[1]}")
    for key in sorted(_read)
    if key.path[0] == "reference"
]
FILE = dg.AssetSpec(
    PUBLISHED,
    deps=[spec.key for spec in TABLES if spec.key not in _read],
    description="podium-<version>.duckdb: built beside the old one, audited, swapped in whole or not at all.",
    group_name="published",
)


def _check_spec(file: Path) -> dg.AssetCheckSpec:
    named = file.stem.partition("__")[0]
    table = next((spec.key for spec in TABLES if named in (spec.key.path[-1], "_".join(spec.key.path))), PUBLISHED)
    is_blocking = audit.severity(file) == "error"
    return dg.AssetCheckSpec(file.stem, asset=table, description=warehouse.header(file), blocking=is_blocking)


CHECKS = {file.stem: _check_spec(file) for file in audit.files()}


@contextmanager
def _told_plainly() -> Iterator[None]:
    """A PodiumError is something to mend, not a defect: Dagster shows its message first."""
    try:
        with faults.told():
            yield
    except PodiumError as error:
        raise dg.Failure(str(error), allow_retries=False) from error


@dg.asset(
    group_name="request_log",
    description="One row per attempt, in lake/request_log: everything in the inbox lands, each file exactly once.",
    check_specs=[
        dg.AssetCheckSpec("landing_equation_holds", asset=LOG, blocking=True),
        dg.AssetCheckSpec("nothing_was_quarantined", asset=LOG),
        dg.AssetCheckSpec("database_was_pulled", asset=LOG),
        dg.AssetCheckSpec("bucket_was_fetched", asset=LOG),
    ],
)
def request_log(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Pull, fetch, land the inbox; per readable file rows_in = landed + duplicate + quarantined."""
    with _told_plainly():
        fault, bucket_fault = pull.pull_configured(), fetch.fetch_configured()
        landed = landing.land_inbox(lambda name, done, total: context.log.info(f"{done} of {total}: {name}"))
    counts = {
        name: sum(getattr(file, name) or 0 for file in landed)
        for name in ("rows_in", "rows_landed", "rows_duplicate", "rows_quarantined")
    }
    refused = [file.reason or "" for file in landed if file.status == "quarantined"]
    is_equal = counts["rows_in"] == sum(counts.values()) - counts["rows_in"]
    failed = [f"{file.name}: {file.detail}" for file in landed if file.status == "failed"]
    has_quarantine = bool(refused or failed or counts["rows_quarantined"])
    warn = dg.AssetCheckSeverity.WARN
    return dg.MaterializeResult(
        metadata={**counts, "files": len(landed), "files_quarantined": len(refused), "reasons": refused}
        | {"failed": failed},
        check_results=[
            dg.AssetCheckResult(check_name="landing_equation_holds", passed=is_equal, metadata=counts),
            dg.AssetCheckResult(check_name="nothing_was_quarantined", passed=not has_quarantine, severity=warn),
            dg.AssetCheckResult(
                check_name="database_was_pulled", passed=not fault, severity=warn, metadata={"fault": fault}
            ),
            dg.AssetCheckResult(
                check_name="bucket_was_fetched",
                passed=not bucket_fault,
                severity=warn,
                metadata={"fault": bucket_fault},
            ),
        ],
    )


@dg.multi_asset(specs=_rollup_specs(), can_subset=True, backfill_policy=dg.BackfillPolicy.single_run())
def roll_up(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Recompute the hours landing touched, or the days asked for: one pass over an hour makes every rollup of it."""
    asked = context.partition_keys if context.has_partition_key or context.has_partition_key_range else None
    with _told_plainly(), lake.writer_lock():
        hours = rollups.refresh(None if asked is None else _hours_of({date.fromisoformat(day) for day in asked}))
    days = sorted({hour.date().isoformat() for hour in hours})
    for key in context.selected_asset_keys:
        if asked is None:
            for day in days:  # so that the grid of days shows them fresh
                context.log_event(dg.AssetMaterialization(key, partition=day))
        yield dg.MaterializeResult(key, metadata={"hours": len(hours), "days": days[-31:]})


def _hours_of(days: set[date]) -> list[datetime]:
    return [hour for hour in rollups.dirty_hours(None) if hour.date() in days] if lake.exists("request_log") else []


@dg.multi_asset(specs=[*TABLES, FILE], check_specs=list(CHECKS.values()), name="publish")
def publish_file(
    context: dg.AssetExecutionContext, config: Publication
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build every table into one new file, audit that file, swap it in."""
    as_of = datetime.fromisoformat(config.as_of) if config.as_of else datetime.now(UTC)
    with _told_plainly():
        try:
            with lake.writer_lock():
                rollups.refresh()  # what landed since the step before, if anything
                made = publish.publish(as_of, whole=config.whole)
        except publish.AuditFailed as refused:
            for name, count in refused.failed.items():
                yield _check_result(name, count)
            raise
    context.log.info(f"version {made.version}: {made.rows:,} log rows")
    with warehouse.connect(made.path, read_only=True, macros=False) as con:
        for name, count in con.execute("select check_name, violation_count from meta.checks").fetchall():
            yield _check_result(name, count)
        for spec in TABLES:
            rows = con.table(".".join(spec.key.path)).count("*").fetchall()[0][0]
            yield dg.MaterializeResult(spec.key, metadata={"dagster/row_count": rows})
        told = con.table("meta.publication").to_arrow_table().to_pylist()[0]
    yield dg.MaterializeResult(PUBLISHED, metadata={name: str(value) for name, value in told.items()})


def _check_result(name: str, violations: int) -> dg.AssetCheckResult:
    spec = CHECKS[name]
    severity = dg.AssetCheckSeverity.ERROR if spec.blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=spec.asset_key,
        passed=violations == 0,
        severity=severity,
        metadata={"violations": violations},
    )


@dg.asset(
    deps=[PUBLISHED],
    group_name="published",
    output_required=False,
    description="The boards as files in the folder that PODIUM_EXPORT_DIR names; nothing is written where it is empty.",
)
def exports(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
    """Write what the server answers, for a web server that has no Podium."""
    with _told_plainly():
        done = export.export_configured()
    if done is None:
        context.log.info("PODIUM_EXPORT_DIR is empty: nothing is exported")
        return
    yield dg.Output(None, metadata=asdict(done))


@dg.op
def maintain(context: dg.OpExecutionContext) -> None:
    """Compact, vacuum and scrub the lake."""
    with _told_plainly():
        context.log.info(str(maintenance.maintain(datetime.now(UTC))))


@dg.job(tags=MAX_RUNTIME, executor_def=dg.in_process_executor)
def maintenance_job() -> None:
    """Compact closed days, vacuum what nobody reads any more, compare every data file with its sha256."""
    maintain()


refresh_job = dg.define_asset_job(
    "refresh", dg.AssetSelection.all(), tags=MAX_RUNTIME, executor_def=dg.in_process_executor
)


@dg.schedule(job=refresh_job, cron_schedule="0 * * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def hourly(_: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Land, roll up, rank, publish, every hour on the hour."""
    if inbox.waiting() or lake.exists("batches") or settings().litellm_dsn or settings().inbox_uri:
        return dg.RunRequest()
    return dg.SkipReason("nothing has been delivered yet")


@dg.sensor(job=refresh_job, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """New files do not wait for the hour. One that can not be landed does: the cursor holds what was tried."""
    files = sorted(str(file) for _, file in inbox.waiting())
    mended = sorted(f"{file} {file.stat().st_mtime_ns}" for file in mappings.files().values())
    seen = sha256("\n".join(files + mended).encode()).hexdigest()
    if not files or seen == context.cursor:
        return dg.SkipReason(f"{len(files)} files in the inbox, none of them new")
    if context.instance.get_runs_count(dg.RunsFilter(job_name="refresh", statuses=UNFINISHED)):
        return dg.SkipReason("a refresh is under way")
    context.update_cursor(seen)
    return dg.RunRequest()


nightly = dg.ScheduleDefinition(
    job=maintenance_job, cron_schedule="30 3 * * *", default_status=dg.DefaultScheduleStatus.RUNNING
)

defs = dg.Definitions(
    assets=[request_log, roll_up, publish_file, exports, *REFERENCE],
    jobs=[refresh_job, maintenance_job],
    schedules=[hourly, nightly],
    sensors=[inbox_sensor],
    executor=dg.in_process_executor,
)
