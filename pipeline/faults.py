"""Whose fault an error is: the machine's, which stops the run, or one file's, which never stops the next."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.settings import PodiumError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MACHINES = (*NO_ROOM, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
WRITERS = (
    "IOException",
    "OutOfMemoryException",
    "ComputeError",
    "DeltaError",
    "CommitFailedError",
    "OSError",
    "OperationalError",
)
_SAID = "|".join(re.escape(os.strerror(code)) for code in NO_ROOM)
_CODES = "|".join(map(str, NO_ROOM))
# As DuckDB 2.0, polars 2.1, deltalake and SQLite say it; DuckDB measures the disk itself for what it spills.
FULL = re.compile(
    rf"(: ({_SAID})|\(os error ({_CODES})\)|\"errno\":\"({_CODES})\"}})\s*$"
    r"|'max_temp_directory_size'|^database or disk is full$"
)


class NoRoom(PodiumError):
    """The disk, a quota or a limit on files leaves no room to write."""


@contextmanager
def told() -> Iterator[None]:
    """Whichever library finds the disk full, say it in one sentence: raises NoRoom in place of its error."""
    try:
        yield
    except Exception as error:
        full = _full(error)
        if full is None or isinstance(error, NoRoom):
            raise
        raise NoRoom(f"no room to write: {full}; nothing is lost: make room, then run it again") from error


def is_no_room(error: BaseException) -> bool:
    """Whether something could not be written because the disk, a quota or a limit is reached."""
    return isinstance(error, NoRoom) or _full(error) is not None


def is_machines(error: BaseException) -> bool:
    """Whether every other file would meet it too: no room, no permission, no descriptors left."""
    return is_no_room(error) or (isinstance(error, OSError) and error.errno in MACHINES)


def _full(error: BaseException) -> str | None:
    """What is full, as far as the error, or what it was raised from, tells; None if it is about something else."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        file = error.filename2 or error.filename
        return f"{os.strerror(error.errno)}{f' ({file})' if file else ''}"
    if type(error).__name__ in WRITERS and (found := FULL.search(str(error))):
        return found[2] or "the disk, a quota or a limit is reached"
    return _full(error.__cause__) if error.__cause__ else None
