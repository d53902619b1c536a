"""Where the lake's tables live: a folder of this machine, or (remote.py) below an s3:// address."""

import os
import re
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from hashlib import file_digest
from pathlib import Path
from urllib.parse import unquote, urlparse

from deltalake import DeltaTable

from pipeline import data_files
from pipeline.data_files import DataFile, sync_folder
from pipeline.remote import Remote, connected_to
from pipeline.settings import PodiumError, endpoint_url, settings

STAGING = re.compile(r"#\d+$")  # delta-rs leaves these when it is killed, and its vacuum never lists them


class Folder:
    """Tables in a folder: what is new in it is made durable by fsync, for delta-rs itself never does."""

    options: dict[str, str] | None = None

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def address(self, name: str) -> str:
        """What delta-rs opens as this table."""
        return str(self.root / name)

    def written(self, name: str) -> Path:
        """Where a table's new data files are written."""
        return self.root / name

    def exists(self, name: str) -> bool:
        """Whether the table has been made."""
        return (self.root / name / "_delta_log").is_dir() and DeltaTable.is_deltatable(self.address(name))

    def prepare(self, name: str) -> None:
        """Ready for a table that is about to be made."""
        (self.root / name).mkdir(parents=True, exist_ok=True)

    def recognise(self, name: str, identity: str) -> None:
        """Any table is right: what Podium remembers beside the tables goes and comes with them."""

    def refuse_broken_log(self, name: str) -> None:
        """An empty log file reads as an empty commit, so rows would vanish silently: refuse instead."""
        with os.scandir(self.root / name / "_delta_log") as entries:
            logged = (entry for entry in entries if entry.name.endswith((".json", ".parquet")))
            empty = next((entry.path for entry in logged if entry.stat().st_size == 0), None)
        if empty:
            raise PodiumError(
                f"{empty} is empty (a power cut?). Restore {self.root} from a backup; without one, move that whole "
                f"folder away and land what {settings().archive} still holds: podium land FOLDER --source NAME"
            )

    def upload(self, name: str, files: Sequence[DataFile]) -> None:
        """Nothing to do: new files are written where they stay."""

    def copies(self, made: DeltaTable, files: Sequence[DataFile]) -> list[str]:
        """Absolute paths of a table's files."""
        root = _local(made.table_uri)
        return [str(root / file.path) for file in files]

    def secured(self, made: DeltaTable, files: list[DataFile]) -> list[DataFile]:
        """The files with their sha256, durable even if delta-rs wrote them."""
        return data_files.secured(_local(made.table_uri), files)

    def sync_log(self, made: DeltaTable) -> None:
        """fsync the newest log entries and their folder."""
        log = _local(made.table_uri) / "_delta_log"
        for path in [*sorted(log.glob("*.json"))[-2:], *log.glob("_last_checkpoint")]:
            data_files.sync_and_hash(path)
        sync_folder(log)

    def digest(self, place: str) -> str | None:
        """The sha256 of a stored file, named `table/path`; None if it is gone."""
        path = self.root / place
        if not path.exists():
            return None
        with path.open("rb") as handle:
            return file_digest(handle, "sha256").hexdigest()

    def distrust(self, place: str, digest: str | None) -> None:
        """Nothing to do: there is no second copy."""

    def drop(self, name: str) -> None:
        """Out of sight first, and in one step: a kill while its files go must not leave half a table."""
        table = self.root / name
        dropped = table.with_name(f".{table.name}.dropped")
        shutil.rmtree(dropped, ignore_errors=True)
        table.rename(dropped)
        shutil.rmtree(dropped)

    def told(self) -> AbstractContextManager[None]:
        """Nothing to add: what a disk says is plain enough."""
        return nullcontext()

    def sweep(self) -> int:
        """Remove staging files of killed writers; returns how many."""
        staged = [path for path in self.root.rglob("*#*") if STAGING.search(path.name)]
        for path in staged:
            path.unlink()
        return len(staged)


def store() -> Folder | Remote:
    """Where the tables are, as PODIUM_LAKE_URI says."""
    uri = settings().lake_uri
    return connected_to(uri, settings().lake, endpoint_url()) if uri else Folder(settings().lake)


def _local(uri: str) -> Path:
    return Path(unquote(urlparse(uri).path) if uri.startswith("file:") else uri)
