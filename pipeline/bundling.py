"""Many small JSON logs as one: a gateway that writes an object per request would pay a batch's commits for each.

A bundle is an ordinary file of JSON lines in the inbox, and from then on the delivered file: one row of `batches`, one
`source_file`. The originals move to the archive as they were, and a manifest lies beside the bundle's place there,
`.<batch>~<bundle>.manifest`: a line for each original, with its name, its sha256 (the archive has it as
`<first 16 digits>~<name>`) and the rows of the bundle, its lines from 1, that are its.
In this order: manifest, bundle, archive. A bundle that waits with a manifest was made by a run that was killed; what of
its originals is still in the inbox only has to be archived.
A file whose own batch a killed run began stays out: its rows are in the lake under that batch, which must end first.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path

from pipeline import json_lines, lake, refusals, sources
from pipeline.data_files import sync_folder
from pipeline.inbox import Delivery, archive, delivery_of, incoming
from pipeline.json_files import MIB
from pipeline.settings import settings
from pipeline.sifting import MANY

FEWEST = 16  # fewer land in a few seconds, each by itself
SMALL = MIB // 4
MOST_UNPACKED = 4 * MIB
LARGEST = 64 * MIB
NAME = re.compile(r"bundle-[0-9a-f]{16}\.jsonl")


@dataclass(frozen=True)
class Original:
    """A small file whose every record is sound; `rows` is the most that they may become."""

    delivery: Delivery
    seen: os.stat_result
    lines: list[bytes]
    rows: int

    @property
    def size(self) -> int:
        """Bytes that it takes up in a bundle."""
        return sum(map(len, self.lines)) + len(self.lines)


class Bundle:
    """What is written so far: its size, how many rows it may become, and its originals, without their content."""

    def __init__(self) -> None:
        self.size = self.rows = self.lines = 0
        self.digest = sha256()
        self.manifest: list[bytes] = []
        self.left: list[tuple[Delivery, os.stat_result]] = []

    def fits(self, original: Original) -> bool:
        """No more than MANY rows: landing refuses a log whole where more than that are broken."""
        return self.size + original.size <= _largest() and self.rows + original.rows <= MANY

    def add(self, original: Original) -> bytes:
        """Take an original in; returns its lines as they are to be written."""
        content = b"".join(line + b"\n" for line in original.lines)
        told = {
            "first_row": self.lines + 1,
            "last_row": self.lines + len(original.lines),
            "file": original.delivery.name,
            "sha256": original.delivery.batch_id,
        }
        self.manifest.append(json.dumps(told).encode() + b"\n")
        self.left.append((original.delivery, original.seen))
        self.digest.update(content)
        self.size, self.rows = self.size + original.size, self.rows + original.rows
        self.lines += len(original.lines)
        return content


def bundle(waiting: list[tuple[str, Path]], received_at: datetime) -> None:
    """Make bundles of what waits, of each source by itself, in the order of names; the caller holds the writer lock.

    What is no sound JSON to its end stays and lands by itself, and so does what a killed replay put there.
    """
    for name, found in groupby(waiting, key=lambda each: each[0]):
        source = sources.load(name)
        if getattr(source, "IS_JSON", False):
            fresh = (file for _, file in found if not refusals.REQUEUED.match(file.name))
            small = _small([Delivery(file, name, "", received_at) for file in fresh])
            if len(small) >= FEWEST:
                begun = _begun(name)
                whole = _sound(small, getattr(source, "ROW_MARK", None))
                _bundle_all(name, (each for each in whole if begun.isdisjoint(_ids(each.delivery, source.SOURCE))))


def originals_of(delivery: Delivery) -> int:
    """How many delivered files a file of the inbox stands for, if it is a bundle; 0 if it is none."""
    is_named = NAME.fullmatch(delivery.name) is not None
    return len(_told(delivery)) if is_named and _manifest(delivery).exists() else 0


def _small(found: list[Delivery]) -> list[Delivery]:
    """The files to look into, by name; those that a bundle holds already leave for the archive."""
    bundles = [whole for each in found if NAME.fullmatch(each.name) and originals_of(whole := _identified(each))]
    made = {bundle.file for bundle in bundles}
    small = [each for each in found if each.file not in made and 0 < each.file.stat().st_size <= SMALL]
    if bundles:
        held = {json.loads(line)["sha256"] for bundle in bundles for line in _told(bundle)}
        small = [each for each in small if not _archived(_identified(each), held)]
    return sorted(small, key=lambda each: (each.name, each.file))


def _identified(delivery: Delivery) -> Delivery:
    return delivery_of(delivery.source, delivery.file, delivery.received_at)


def _archived(delivery: Delivery, held: set[str]) -> bool:
    is_held = delivery.batch_id in held
    if is_held:
        archive(delivery)
    return is_held


def _begun(source: str) -> set[str]:
    """Batches (their first 32 digits) that the lake has rows of, landed or refused, without an acknowledgement."""
    landed = {Path(file.path).name[:32] for file in lake.data_files(lake.table(lake.landing_table(source)))}
    refused, ended = (
        {batch[:32] for batch in lake.rows(lake.table(name), "batch_id")["batch_id"].to_pylist()}
        for name in ("quarantine", "batches")
    )
    return (landed | refused) - ended


def _ids(delivery: Delivery, source: str) -> set[str]:
    """What its own batch may be called, here or where another source came first (32 digits)."""
    return {batch[:32] for batch in (delivery.batch_id, refusals.own_id(delivery.batch_id, source))}


def _sound(small: list[Delivery], mark: bytes | None) -> Iterator[Original]:
    """The files that can be bundled, one at a time."""
    for delivery in small:
        try:
            original = _read(delivery, mark)
        except (json_lines.Unsound, OSError):  # landing meets it again, and tells
            continue
        if Bundle().fits(original):
            yield original


def _read(delivery: Delivery, mark: bytes | None) -> Original:
    seen, packed = delivery.file.stat(), delivery.file.read_bytes()
    lines = json_lines.lines_of(packed, MOST_UNPACKED)
    rows = len(lines) + (sum(line.count(mark) for line in lines) if mark else 0)
    return Original(replace(delivery, batch_id=sha256(packed).hexdigest()), seen, lines, rows)


def _largest() -> int:
    return min(LARGEST, settings().max_file_mib * MIB)


def _bundle_all(source: str, originals: Iterator[Original]) -> None:
    first = next(originals, None)
    while first:
        first = _write(source, first, originals)


def _write(source: str, first: Original, others: Iterator[Original]) -> Original | None:
    """Write one bundle and archive its originals; returns the first one that did not fit."""
    made, over = Bundle(), None
    name = f"bundle-{first.delivery.batch_id[:16]}.jsonl"
    with incoming(source, name) as part:
        with part.open("wb") as file:
            for original in chain([first], others):
                if not made.fits(original):
                    over = original
                    break
                file.write(made.add(original))
        bundled = replace(first.delivery, file=part.with_name(name), batch_id=made.digest.hexdigest())
        _tell(_manifest(bundled), made.manifest)
    for delivery, seen in made.left:
        if _is_as_seen(delivery.file, seen):
            archive(delivery)
    return over


def _manifest(bundle: Delivery) -> Path:
    """Hidden, so that landing the archive again does not take it for a log."""
    return settings().archive / bundle.source / f".{bundle.batch_id[:16]}~{bundle.name}.manifest"


def _told(bundle: Delivery) -> list[bytes]:
    return _manifest(bundle).read_bytes().splitlines()


def _tell(manifest: Path, lines: list[bytes]) -> None:
    settings().archive.mkdir(mode=0o700, exist_ok=True)
    manifest.parent.mkdir(exist_ok=True)
    manifest.touch(mode=0o600)
    with manifest.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(manifest.parent)


def _is_as_seen(file: Path, seen: os.stat_result) -> bool:
    """Whether the bundle has all of it: what a sender wrote on to in place is landed once more."""
    now = file.stat()
    return (now.st_mtime_ns, now.st_size) == (seen.st_mtime_ns, seen.st_size)
