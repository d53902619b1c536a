"""The inbox: delivered files waiting to land, one folder per source, and the archive they leave for."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from pipeline import refusals, sources
from pipeline.data_files import sync_folder
from pipeline.privacy import PERSON
from pipeline.settings import PodiumError, settings

UNFINISHED = (".tmp", ".part", ".crdownload")
HALF_COPY = re.compile(r"\.[0-9a-f]{32}~.*\.part")  # as `deliver` names a file while it copies


@dataclass(frozen=True)
class Delivery:
    """One file in the inbox: the source it belongs to, its bytes' sha256, and when it was received."""

    file: Path
    source: str
    batch_id: str
    received_at: datetime
    replays: refusals.Refused | None = None

    @property
    def name(self) -> str:
        """The file's own name, without the delivery number `deliver` put in front."""
        return short(PERSON.sub("***@", self.file.name.partition("~")[2] or self.file.name))

    @property
    def key(self) -> str:
        """The same file found again after a crash is the same delivery, not a duplicate."""
        if self.replays:
            return self.replays.key
        return f"{self.source}/{self.file.name}:{self.file.stat().st_mtime_ns}:{self.batch_id[:16]}"


def short(name: str) -> str:
    """A file name of at most 180 bytes, so that there is room for what Podium puts in front."""
    return name.encode()[:180].decode(errors="ignore") if len(name.encode()) > 180 else name


def deliver(paths: list[Path], source: str) -> list[Path]:
    """Copy files (folders: every file in them) into the source's inbox; each appears whole or not at all."""
    sources.load(source)
    folder = _folder(source)
    return [_copy_in(file, folder) for path in paths for file in _files_of(path)]


def _folder(source: str) -> Path:
    """Where a source's files wait; the inbox may hold prompts, so that its owner alone may look into it."""
    settings().inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = settings().inbox / source
    folder.mkdir(exist_ok=True)
    return folder


def _files_of(path: Path) -> list[Path]:
    if not path.exists():
        raise PodiumError(f"{path}: there is no such file or folder")
    if path.is_file() and _unfinished(path):
        raise PodiumError(f"{path}: by its name it is not complete yet; rename it when it is, then land it again")
    found = [path] if path.is_file() else sorted(path.rglob("*"))
    return [file for file in found if file.is_file() and not _unfinished(file)]


def _copy_in(file: Path, folder: Path) -> Path:
    with _arriving(folder, short(file.name)) as (part, target):
        shutil.copyfile(file, part)
    return target


@contextmanager
def incoming(source: str, name: str) -> Iterator[Path]:
    """A file to write for a source: it appears in the inbox, durable, when the block ends, and not if it fails."""
    folder = _folder(source)
    with _arriving(folder, name) as (part, _):
        yield part


@contextmanager
def _arriving(folder: Path, name: str) -> Iterator[tuple[Path, Path]]:
    target = folder / f"{uuid4().hex}~{name}"
    part = target.with_name(f".{target.name}.part")
    part.touch(mode=0o600)  # logs as delivered may hold prompts
    try:
        yield part, target
        with part.open("rb") as handle:
            os.fsync(handle.fileno())
    except BaseException:
        part.unlink()
        raise
    part.rename(target)
    sync_folder(folder)


def waiting() -> list[tuple[str, Path]]:
    """(source, file) of everything in the inbox, in a stable order; hidden and .part files are not there yet."""
    found = []
    for source in sources.names():
        folder = settings().inbox / source
        files = sorted(folder.rglob("*")) if folder.is_dir() else []
        found += [(source, file) for file in files if file.is_file() and not _unfinished(file)]
    return found


def strays() -> list[Path]:
    """Files in the inbox that no source will ever land: they lie beside the sources' folders."""
    folders = {settings().inbox / source for source in sources.names()}
    found = settings().inbox.rglob("*") if settings().inbox.is_dir() else []
    return sorted(file for file in found if file.is_file() and not folders & set(file.parents))


def half_copies(older_than: datetime) -> list[Path]:
    """What a killed `deliver` left behind: half of a copy that nobody wrote to since an instant."""
    found = settings().inbox.glob("*/.*.part")
    is_old = {file: file.stat().st_mtime < older_than.timestamp() for file in found if HALF_COPY.fullmatch(file.name)}
    return sorted(file for file, old in is_old.items() if old)


def _unfinished(file: Path) -> bool:
    return file.name.startswith(".") or file.name.endswith(UNFINISHED)


def delivery_of(source: str, file: Path, received_at: datetime) -> Delivery:
    """Identify a file by the sha256 of its bytes; one that is replayed is judged as of when it was first received."""
    with file.open("rb") as handle:
        found = Delivery(file, source, file_digest(handle, "sha256").hexdigest(), received_at)
    replays = refusals.asked_for(file, found.batch_id)
    if replays is None:
        return found
    return replace(found, batch_id=replays.replay_id, received_at=replays.received_at, replays=replays)


def requeue(file: Path, source: str, replays: refusals.Refused) -> Path:
    """Move an archived file back into the inbox, to be replayed by whoever lands next."""
    folder = _folder(source)
    target = folder / f"{replays.prefix}{file.name}"
    file.rename(target)
    sync_folder(folder)
    return target


def archive(delivery: Delivery) -> None:
    """Move an acknowledged file out of the inbox; it stays `keep_archive_days` for replay."""
    settings().archive.mkdir(mode=0o700, exist_ok=True)
    folder = settings().archive / delivery.source
    folder.mkdir(exist_ok=True)
    content = delivery.replays.content if delivery.replays else delivery.batch_id
    delivery.file.rename(folder / f"{content[:16]}~{delivery.name}")  # also sets st_ctime: when it left


def archived(older_than: datetime) -> list[Path]:
    """Archived files that landed before an instant."""
    files = settings().archive.rglob("*") if settings().archive.is_dir() else []
    return [file for file in files if file.is_file() and file.stat().st_ctime < older_than.timestamp()]
