"""A folder of exported files, replaced file by file: a reader finds each whole, and only our own are ever removed."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath

MANIFEST = "manifest.json"
UNFINISHED = ".podium-export"


class FolderError(Exception):
    """The folder can not be written to as it is; the message says why."""


def replace(folder: Path, version: int, files: Mapping[str, tuple[bytes, str]]) -> tuple[int, int]:
    """Make the folder hold these files (path -> content, request) and no other of ours: how many changed, and went.

    All are written aside first, so a full disk changes nothing. Killed at any point, the next call does what is left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as aside:
        former = _former(folder)
        _refuse_others(folder, files, former)
        changed = [path for path, (body, _) in files.items() if not _holds(folder / path, body)]
        for number, path in enumerate(changed):
            (aside / str(number)).write_bytes(files[path][0])
        gone = sorted(former - files.keys())
        if changed or gone:
            # Before the first file is there, the manifest says it is ours.
            _list(folder, aside, version, dict.fromkeys(gone, (b"", "")) | dict(files))
        for number, path in enumerate(changed):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (aside / str(number)).replace(folder / path)
        for path in gone:
            _remove(folder, path)
        _list(folder, aside, version, files)
    return len(changed), len(gone)


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """One export at a time; what a killed one wrote aside is cleared away."""
    aside = folder / UNFINISHED
    with (folder / f"{UNFINISHED}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _former(folder: Path) -> set[str]:
    """What an export wrote here before."""
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        paths = {str(file["path"]) for file in listed["files"]} if listed["made_by"] == "podium export" else None
    except FileNotFoundError:
        return set()
    except (ValueError, KeyError, TypeError):
        paths = None
    if paths is None or not all(_is_inside(path) for path in paths):
        raise FolderError(f"{folder / MANIFEST} is not of an export; choose another folder")
    return paths


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts and parts.parts != ()


def _refuse_others(folder: Path, files: Mapping[str, object], former: set[str]) -> None:
    """Nothing that is not ours is written over, and no link leads us out of the folder."""
    for path in [*files, *former]:
        place = folder / path
        inside = [parent for parent in place.parents if folder in parent.parents]
        if linked := next((parent for parent in inside if parent.is_symlink()), None):
            raise FolderError(f"{linked} is a link; an export writes into folders of its own alone")
        if path not in former and (place.exists() or place.is_symlink()):
            raise FolderError(f"{place} is not of an export; remove it, or choose another folder")


def _holds(path: Path, body: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == body


def _list(folder: Path, aside: Path, version: int, files: Mapping[str, tuple[bytes, str]]) -> None:
    listed = [
        {"path": path, "sha256": sha256(body).hexdigest(), "request": request}
        for path, (body, request) in sorted(files.items())
    ]
    told = {"made_by": "podium export", "version": version, "files": listed}
    (aside / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
    (aside / MANIFEST).replace(folder / MANIFEST)


def _remove(folder: Path, path: str) -> None:
    """A file and the folders it leaves empty."""
    place = folder / path
    place.unlink(missing_ok=True)
    for parent in place.parents:
        if parent == folder or not parent.is_dir() or any(os.scandir(parent)):
            return
        parent.rmdir()
