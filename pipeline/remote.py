"""The lake's tables below an s3:// address, their data files read through copies on this machine.

A data file never changes once the log names it, so a copy under its name stays right, and DuckDB reads local Parquet
wherever the lake lives. Commits are conditional puts: of two writers only one can make a version. An object is whole or
not there, so nothing here needs an fsync or can be torn; a kill leaves objects that no log names, for vacuum.
"""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from uuid import uuid4

from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError
from pyarrow import fs

from pipeline import bucket, data_files
from pipeline.data_files import DataFile
from pipeline.settings import PodiumError, settings

AT_ONCE = 16  # objects up or down
BLOCK = 4 << 20
MIB = 1 << 20
ABOUT_S3 = re.compile(r"AWS Error|S3 error|ObjectStore|object store|error sending request|lacked the necessary")
ANSWER = re.compile(r"<Code>(\w+)</Code>|\b([345]\d\d) [A-Z]|(error sending request|timed out|(?i:connection))")
DAMAGED = "is damaged or gone. Restore it from the bucket's versions or a backup; until then the last version serves"
TWO_WRITERS = "another machine writes to this lake; one may. Stop it there, then run: podium refresh"
NEEDED = "s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject"


class Remote:
    """Tables in a bucket; `folder` holds the copies, and what Podium remembers about this lake."""

    def __init__(self, uri: str, folder: Path, endpoint: str) -> None:
        self.uri, self.folder = uri, folder
        self.options = {
            "aws_conditional_put": "etag",
            "connect_timeout": f"{bucket.CONNECT_S}s",
            "timeout": f"{10 * bucket.SILENT_S}s",
            "max_retries": "3",
            "retry_timeout": "60s",
        }
        if endpoint:
            self.options |= {"endpoint_url": endpoint, "allow_http": str(endpoint.startswith("http://")).lower()}
        self._files = bucket.connected()
        self._root = uri.removeprefix("s3://")
        with self.told():
            if self._files.get_file_info(self._root.split("/")[0]).type is fs.FileType.NotFound:
                raise PodiumError(bucket.told(self._root, {"404"}, "PODIUM_LAKE_URI", NEEDED))

    def __str__(self) -> str:
        return str(self.uri)

    def address(self, name: str) -> str:
        """What delta-rs opens as this table."""
        return f"{self.uri}/{name}"

    def written(self, name: str) -> Path:
        """Where a table's new data files are written: among the copies, to be uploaded from there."""
        return self.folder / "copies" / name

    def exists(self, name: str) -> bool:
        """Whether the table has been made, and not been dropped."""
        with self.told():
            found = not self._dropped(name).exists() and DeltaTable.is_deltatable(self.address(name), self.options)
        if not found and self._identity(name).exists():
            raise self._lost(name)
        return found

    def prepare(self, name: str) -> None:
        """Ready for a table that is about to be made: what is left of a dropped one goes."""
        if self._dropped(name).exists():
            self._remove(name)

    def recognise(self, name: str, identity: str) -> None:
        """Refuse another lake than the one this machine remembers things of, such as how far was fetched."""
        if name != "batches":
            return
        if not self._identity(name).exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            data_files.write_whole(self._identity(name), identity)
        elif self._identity(name).read_text(encoding="ascii").strip() != identity:
            raise self._lost(name)

    def refuse_broken_log(self, name: str) -> None:
        """Nothing to do: an object is whole or not there."""

    def upload(self, name: str, files: Sequence[DataFile]) -> None:
        """Store new data files, each whole or not at all."""
        with self.told(), ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda file: self._put(f"{name}/{file.path}"), files))

    def _put(self, place: str) -> None:
        with (self.written("") / place).open("rb") as file, self._files.open_output_stream(self._key(place)) as stream:
            copyfileobj(file, stream, BLOCK)

    def copies(self, made: DeltaTable, files: Sequence[DataFile]) -> list[str]:
        """Absolute paths of copies of a table's files; those that are not here yet are fetched."""
        root = self.written(self._name_of(made))
        missing = [file for file in files if not _is_here(root / file.path, file.size_bytes)]
        if missing:
            with self.told(), ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda file: self._get(f"{self._name_of(made)}/{file.path}", file.size_bytes), missing))
        return [str(root / file.path) for file in files]

    def _get(self, place: str, size: int) -> None:
        """Copy an object, durable and under its name only once it is whole."""
        target = self.written("") / place
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.stem}-{uuid4().hex[:12]}.part")
        try:
            with part.open("wb") as file:
                file.writelines(self._blocks(place))
                file.flush()
                os.fsync(file.fileno())
            if part.stat().st_size != size:
                raise PodiumError(f"{self.uri}/{place} {DAMAGED}")
            part.rename(target)
        except FileNotFoundError:
            raise PodiumError(f"{self.uri}/{place} {DAMAGED}") from None
        finally:
            part.unlink(missing_ok=True)

    def _blocks(self, place: str) -> Iterator[bytes]:
        with self._files.open_input_stream(self._key(place)) as stream:
            while block := stream.read(BLOCK):
                yield block

    def secured(self, made: DeltaTable, files: list[DataFile]) -> list[DataFile]:
        """The files with their sha256; in the bucket they are durable already."""
        self.copies(made, files)
        return data_files.secured(self.written(self._name_of(made)), files)

    def sync_log(self, made: DeltaTable) -> None:
        """Nothing to do: a put that was answered is durable."""

    def digest(self, place: str) -> str | None:
        """The sha256 of a stored object, read whole; None if it is gone."""
        digest = sha256()
        try:
            with self.told():
                for block in self._blocks(place):
                    digest.update(block)
        except FileNotFoundError:
            return None
        return digest.hexdigest()

    def distrust(self, place: str, digest: str | None) -> None:
        """Drop the copy of an object unless it has this sha256: the next reader fetches it again."""
        copy = self.written("") / place
        if copy.exists() and data_files.sync_and_hash(copy) != digest:
            copy.unlink()

    def drop(self, name: str) -> None:
        """Noted first: a kill while its objects go must not leave half a table."""
        data_files.write_whole(self._dropped(name), name)
        self._remove(name)

    def _remove(self, name: str) -> None:
        with self.told(), suppress(FileNotFoundError):
            self._files.delete_dir(self._key(name))
        self._dropped(name).unlink()

    def sweep(self) -> int:
        """Drop the copies read longest ago, down to PODIUM_LAKE_CACHE_MIB; a bucket has no staging files."""
        copies = [path for path in self.written("").rglob("*") if path.is_file()]
        told = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in copies), reverse=True)
        kept = 0
        for _, size, path in told:
            kept += size
            if kept > settings().lake_cache_mib * MIB:
                path.unlink()
        return 0

    @contextmanager
    def told(self) -> Iterator[None]:
        """A fault of the storage becomes a sentence with its next step; what the server says stays out."""
        try:
            yield
        except CommitFailedError:
            raise PodiumError(f"{self.uri}: {TWO_WRITERS}") from None
        except (OSError, DeltaError) as error:
            if not ABOUT_S3.search(str(error)):
                raise
            raise PodiumError(bucket.told(self._root, _codes(error), "PODIUM_LAKE_URI", NEEDED)) from None

    def _key(self, place: str) -> str:
        return f"{self._root}/{place}"

    def _name_of(self, made: DeltaTable) -> str:
        return made.table_uri.removeprefix(self.uri).strip("/")

    def _dropped(self, name: str) -> Path:
        return self.folder / f"{name.replace('/', '-')}.dropped"

    def _identity(self, name: str) -> Path:
        return self.folder / f"{name.replace('/', '-')}.identity"

    def _lost(self, name: str) -> PodiumError:
        return PodiumError(
            f"{self.uri}/{name} is gone, or another one than {self.folder} remembers. Restore the bucket; to begin "
            "anew, remove that folder too, for it holds what was fetched and pulled"
        )


@cache
def connected_to(uri: str, folder: Path, endpoint: str) -> Remote:
    """One connection for this process, made when the bucket first answers."""
    return Remote(uri, folder, endpoint)


def _is_here(copy: Path, size: int) -> bool:
    """Whether there is such a copy; it is marked as used."""
    try:
        if copy.stat().st_size != size:
            return False
        os.utime(copy)
    except FileNotFoundError:
        return False
    return True


def _codes(error: Exception) -> set[str]:
    """What went wrong, in a word or a number, out of Arrow's message or delta-rs's."""
    if codes := bucket.codes(error):
        return codes
    found = {word or status or "NETWORK_CONNECTION" for word, status, _ in ANSWER.findall(str(error))}
    return found or {"no S3 answer"}
