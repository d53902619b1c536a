"""Pseudonyms for people: keyed, so that nobody can guess them from an e-mail, and stable per install."""

import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from pipeline.settings import PodiumError, settings

PERSON = re.compile(r"[^\s@]+@")  # whoever a file is named after stays out of the lake
PSEUDONYM_SCHEMA = pa.schema([("raw", pa.string()), ("pseudonym", pa.string())])


def pseudonyms(values: Iterable[str | None]) -> pa.Table:
    """`raw -> pseudonym` over the unique values: 'u_' and 32 hex digits of HMAC-SHA256; NULL stays out."""
    secret = key(settings().pseudonym_key)
    raws = sorted({value for value in values if value})
    names = ["u_" + hmac.digest(secret, raw.encode(), "sha256").hex()[:32] for raw in raws]
    return pa.table({"raw": raws, "pseudonym": names}, schema=PSEUDONYM_SCHEMA)


def key_id() -> str:
    """Which key made the pseudonyms; users are not comparable across keys."""
    return sha256(b"podium key id" + key(settings().pseudonym_key)).hexdigest()[:12]


@cache
def key(file: Path) -> bytes:
    """The install's 32 secret bytes, made on first use with mode 0600; a looser file is refused."""
    if not file.exists():
        _create(file)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise PodiumError(f"{file}: the pseudonym key can be read by others; run: chmod 600 {file}")
    secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    if len(secret) != 32:
        raise PodiumError(f"{file}: expected 64 hex digits; restore the key, or move the file away to make a new one")
    return secret


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(temporary, file)  # the first of two racing processes wins
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
