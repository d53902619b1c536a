"""The inbox: delivered files waiting to land, one folder per source, and the archive they leave for."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from pipeline import sources
from pipeline.data_files import sync_folder
from pipeline.settings import PodiumError, settings

UNFINISHED = (".tmp", ".part", ".crdownload")


@dataclass(frozen=True)
class Delivery:
    """One file in the inbox: the source it belongs to, its bytes' sha256, and when it was received."""

    file: Path
    source: str
    batch_id: str
    received_at: datetime

    @property
    def name(self) -> str:
        """The file's own name, without the delivery number `deliver` put in front."""
        return (self.file.name.partition("~")[2] or self.file.name)[:200]

    @property
    def key(self) -> str:
        """The same file found again after a crash is the same delivery, not a duplicate."""
        return f"{self.source}/{self.file.name}:{self.file.stat().st_mtime_ns}:{self.batch_id[:16]}"


def deliver(paths: list[Path], source: str) -> list[Path]:
    """Copy files (folders: every file in them) into the source's inbox; each appears whole or not at all."""
    sources.load(source)
    folder = settings().inbox / source
    folder.mkdir(parents=True, exist_ok=True)
    return [_copy_in(file, folder) for path in paths for file in _files_of(path)]


def _files_of(path: Path) -> list[Path]:
    if not path.exists():
        raise PodiumError(f"{path}: there is no such file or folder")
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def _copy_in(file: Path, folder: Path) -> Path:
    target = folder / f"{uuid4().hex}~{file.name}"
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(file, part)
    part.rename(target)
    sync_folder(folder)
    return target


def waiting() -> list[tuple[str, Path]]:
    """(source, file) of everything in the inbox, in a stable order; hidden and .part files are not there yet."""
    found = []
    for source in sources.names():
        folder = settings().inbox / source
        files = sorted(folder.rglob("*")) if folder.is_dir() else []
        found += [(source, file) for file in files if file.is_file() and not _unfinished(file)]
    return found


def _unfinished(file: Path) -> bool:
    return file.name.startswith(".") or file.name.endswith(UNFINISHED)


def delivery_of(source: str, file: Path, received_at: datetime) -> Delivery:
    """Identify a file by the sha256 of its bytes."""
    with file.open("rb") as handle:
        return Delivery(file, source, file_digest(handle, "sha256").hexdigest(), received_at)


def archive(delivery: Delivery) -> None:
    """Move an acknowledged file out of the inbox; it stays `keep_archive_days` for replay."""
    folder = settings().archive / delivery.source
    folder.mkdir(parents=True, exist_ok=True)
    delivery.file.rename(folder / f"{delivery.batch_id[:16]}~{delivery.name}")  # also sets st_ctime: when it left


def archived(older_than: datetime) -> list[Path]:
    """Archived files that landed before an instant."""
    files = settings().archive.rglob("*") if settings().archive.is_dir() else []
    return [file for file in files if file.is_file() and file.stat().st_ctime < older_than.timestamp()]
