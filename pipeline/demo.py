"""The demo: four simulated weeks and a recorded LiteLLM log, delivered to the inbox like anybody's traffic."""

import gzip
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import inbox, lake
from pipeline.settings import SAMPLES, PodiumError, settings
from pipeline.simulation.run import Shape, simulate
from pipeline.simulation.world import build_world

SAMPLE = SAMPLES / "litellm_slp.jsonl.gz"
SOURCE = "simulator"
SAMPLE_NAME = "demo-litellm_slp.jsonl.gz"
SAMPLE_CAPTURED = "2026-11-22"
SAMPLE_CLOCKS = ("startTime", "endTime", "completionStartTime")
WEEK = timedelta(weeks=1)
SETTLES = timedelta(hours=2)  # after its end a week is ranked (sql/rankings/calendar.sql)
WEEKS = 4
# Mid-week: the sample's silence afterwards must never look like a week whose logs have not all arrived.
REPLAYED_ON = timedelta(days=2)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Demo:
    """One demo's recipe: the same recipe makes the same files, so delivering it twice counts once."""

    start: str
    end: str
    requests: int
    seed: int
    is_delivered: bool = False

    @property
    def replay_day(self) -> datetime:
        """The day the LiteLLM sample is moved to: the Wednesday of the last complete week."""
        return monday(datetime.fromisoformat(self.end) - SETTLES) - WEEK + REPLAYED_ON


def monday(instant: datetime) -> datetime:
    """00:00 UTC of the instant's ISO week."""
    day = instant.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)


def recipe(now: datetime, requests: int, seed: int) -> Demo:
    """Four complete ISO weeks and the running one up to `now`."""
    end = now.astimezone(UTC).replace(second=0, microsecond=0)
    return Demo((monday(now - SETTLES) - WEEKS * WEEK).isoformat(), end.isoformat(), requests, seed)


def present() -> Demo | None:
    """The demo that PODIUM_HOME holds, whole."""
    found = _remembered()
    has_data = lake.exists("batches") or bool(inbox.waiting())
    return found if found and found.is_delivered and has_data else None


def deliver(asked: Demo, progress: Progress = lambda done, total: None) -> Demo:
    """Simulate and deliver a demo; killed on the way, the next call makes the same files again and they count once."""
    unfinished = _remembered()
    demo = unfinished if unfinished and not unfinished.is_delivered else asked
    _remember(demo)
    with TemporaryDirectory(prefix="podium-demo-") as folder:
        files = _simulate(demo, Path(folder), progress)
        inbox.deliver([replayed(demo.replay_day, Path(folder) / SAMPLE_NAME)], "litellm")
        inbox.deliver(files, SOURCE)
    _remember(done := replace(demo, is_delivered=True))
    return done


def _simulate(demo: Demo, folder: Path, progress: Progress) -> list[Path]:
    start, end = datetime.fromisoformat(demo.start), datetime.fromisoformat(demo.end)
    world = build_world(monday(end).date())
    return simulate(world, start, end, demo.requests, demo.seed, folder / "simulated", progress=progress)


def simulate_weeks(
    end: datetime, weeks: int, requests: int, seed: int, shape: Shape, folder: Path | None, progress: Progress
) -> list[Path]:
    """Traffic of complete weeks and the running one up to `end`, in a folder, or delivered to the inbox."""
    start, world = monday(end) - weeks * WEEK, build_world(monday(end).date())
    with TemporaryDirectory(prefix="podium-simulated-") as work:
        files = simulate(world, start, end, requests, seed, folder or Path(work), shape, progress)
        return files if folder else inbox.deliver(files, SOURCE)


def replayed(day: datetime, target: Path) -> Path:
    """The recorded LiteLLM log moved by whole days to begin on `day`; nothing else in it changes."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    first = datetime.fromtimestamp(min(record["startTime"] for record in records), UTC)
    shift = (day.date() - first.date()).days * 86_400
    with target.open("wb") as handle, gzip.GzipFile(fileobj=handle, mode="wb", mtime=0, filename="") as packed:
        for record in records:
            moved = {clock: record[clock] + shift for clock in SAMPLE_CLOCKS if record.get(clock)}
            packed.write(json.dumps(record | moved).encode() + b"\n")
    return target


def is_simulated() -> bool:
    """Whether PODIUM_HOME holds simulated traffic, landed or waiting."""
    landed = lake.rows(lake.table("batches"), "source").column("source").to_pylist() if lake.exists("batches") else []
    return SOURCE in {*landed, *(source for source, _ in inbox.waiting())}


def refuse_real_traffic() -> None:
    """The demo never mixes with somebody's own logs."""
    rows = lake.rows(lake.table("batches")).to_pylist() if lake.exists("batches") else []
    held = {(row["source"], row["source_file"]) for row in rows}
    held |= {(source, file.name.partition("~")[2] or file.name) for source, file in inbox.waiting()}
    real = sorted(f"{source}/{name}" for source, name in held if source != SOURCE and name != SAMPLE_NAME)
    if real:
        raise PodiumError(
            f"{settings().home} holds traffic of your own ({real[0]}{' ...' if len(real) > 1 else ''}); the demo would "
            "mix with it. Give the demo a folder of its own: PODIUM_HOME=/tmp/podium-demo podium demo (or --force)"
        )


def _marker() -> Path:
    return settings().lake / "demo.json"


def _remembered() -> Demo | None:
    return Demo(**json.loads(_marker().read_text(encoding="utf-8"))) if _marker().exists() else None


def _remember(demo: Demo) -> None:
    settings().lake.mkdir(parents=True, exist_ok=True)
    part = _marker().with_suffix(".tmp")
    part.write_text(json.dumps(asdict(demo)) + "\n", encoding="utf-8")
    part.rename(_marker())
