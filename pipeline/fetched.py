"""What was fetched from a bucket, to be asked before the next fetch: a small SQLite file beside the lake's tables.

It lies in the lake's folder: whoever removes the lake to begin anew makes the next fetch begin anew too.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from hashlib import blake2b, sha256

from pipeline.settings import PodiumError, settings
from pipeline.watermark import alone

TABLES = """
    create table if not exists fetched (folder blob, object blob, primary key (folder, object)) without rowid;
    create table if not exists closed (folder blob primary key, day text not null) without rowid;
"""


class Record:
    """Which objects of a folder were fetched (24 bytes each), and which days' folders are closed (no object kept)."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def seen(self, folder: str) -> set[bytes]:
        """Digests of the objects fetched from a folder that is not closed."""
        asked = "select object from fetched where folder = ?"
        return {digest for (digest,) in self._con.execute(asked, (_name(folder),))}

    def add(self, folder: str, digests: Iterable[bytes]) -> None:
        """Durable when it returns."""
        with self._con:
            rows = ((_name(folder), digest) for digest in digests)
            self._con.executemany("insert or ignore into fetched values (?, ?)", rows)

    def is_closed(self, folder: str) -> bool:
        """Whether this day's folder needs no look any more."""
        return self._con.execute("select 1 from closed where folder = ?", (_name(folder),)).fetchone() is not None

    def close(self, folder: str, day: date) -> None:
        """Remember one row for a folder, instead of one for each object in it."""
        with self._con:
            self._con.execute("delete from fetched where folder = ?", (_name(folder),))
            self._con.execute("insert or ignore into closed values (?, ?)", (_name(folder), day.isoformat()))

    def forget(self, before: date) -> None:
        """Folders of days that are too old to be listed."""
        with self._con:
            self._con.execute("delete from closed where day < ?", (before.isoformat(),))


def _name(folder: str) -> bytes:
    """Folders may be named after people or teams: a hash stands for them."""
    return blake2b(folder.encode(), digest_size=8).digest()


@contextmanager
def held(uri: str) -> Iterator[Record]:
    """The record of one address (named by a hash), for one fetch at a time."""
    folder = settings().lake / "pulled"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"s3-{sha256(uri.encode()).hexdigest()[:12]}.sqlite"
    with alone(file, "another fetch from this bucket is under way; wait for it"):
        try:
            with closing(sqlite3.connect(file)) as con:
                con.executescript(TABLES)
                yield Record(con)
        except sqlite3.OperationalError:  # a full disk is no damage
            raise
        except sqlite3.DatabaseError:
            raise PodiumError(f"{file} is damaged; remove it, and the next fetch reads everything again") from None
