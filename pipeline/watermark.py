"""How far a database has been pulled, and what its latest minutes looked like: a small file beside the lake's tables.

It lies in the lake's folder: whoever removes the lake to begin anew makes the next pull begin anew too.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from pipeline.data_files import write_whole
from pipeline.settings import PodiumError, settings


@dataclass(frozen=True)
class Watermark:
    """The latest start pulled, and a digest of each group of rows (minute and number) that may still grow."""

    file: Path
    reached: datetime | None = None
    digests: dict[str, str] = field(default_factory=dict)

    def since(self, first: datetime, lookback: timedelta) -> datetime:
        """Where the next pull begins: rows may appear `lookback` after their start. A whole minute."""
        return _minute(max(first, self.reached - lookback) if self.reached else first)

    def advanced(self, reached: datetime | None, seen: dict[str, str], lookback: timedelta) -> "Watermark":
        """The state after these groups; digests from before the next beginning are forgotten."""
        latest = max((instant for instant in (self.reached, reached) if instant), default=None)
        oldest = f"{_minute(latest - lookback):%Y-%m-%d %H:%M}" if latest else ""
        kept = {key: digest for key, digest in (self.digests | seen).items() if key >= oldest}
        return replace(self, reached=latest, digests=kept)

    def save(self) -> None:
        """Durable when it returns."""
        told = {"reached": self.reached and self.reached.isoformat(), "digests": self.digests}
        write_whole(self.file, json.dumps(told))


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


@contextmanager
def held(source: str, database: str) -> Iterator[Watermark]:
    """The watermark of one database (named by a hash), for one pull at a time."""
    folder = settings().lake / "pulled"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{source}-{sha256(database.encode()).hexdigest()[:12]}.json"
    with alone(file, "another pull of this database is under way; wait for it"):
        yield _load(file)


@contextmanager
def alone(file: Path, refusal: str) -> Iterator[None]:
    """One process at a time beside a file; the next one is refused."""
    with file.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PodiumError(refusal) from None
        yield


def _load(file: Path) -> Watermark:
    if not file.exists():
        return Watermark(file)
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Watermark(file, told["reached"] and datetime.fromisoformat(told["reached"]), told["digests"])
    except (ValueError, KeyError, TypeError):
        raise PodiumError(f"{file} is damaged; remove it, and the next pull reads everything again") from None
