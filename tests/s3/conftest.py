"""A real S3 server (moto's, in a process of its own), a bucket in it for each test, and dummy credentials."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pyarrow import fs

from pipeline.settings import PROJECT, PodiumError, settings

SECRET = "s3cret-of-the-tests"  # noqa: S105
KEY_ID = "AKIA-OF-THE-TESTS"


class Store:
    """One bucket of the server, over plain HTTP."""

    def __init__(self, url: str, bucket: str) -> None:
        self.url, self.bucket = url, bucket

    def put(self, key: str, body: bytes = b"", **headers: str) -> None:
        """Write an object (the bucket itself: no key), with headers such as x_amz_storage_class."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self._send("PUT", f"/{self.bucket}/{key}", body, {"Content-Type": "application/octet-stream"} | told)

    def delete(self, key: str) -> None:
        """Remove an object; its folder stays, as an empty object whose key ends in a slash."""
        fs.S3FileSystem(endpoint_override=self.url).delete_file(f"{self.bucket}/{key}")

    def check_credentials(self, *, really: bool) -> None:
        """Moto lets everybody in until it is told to look."""
        self._send("POST", "/moto-api/reset-auth", b"0" if really else b"inf", {"Content-Type": "text/plain"})

    def _send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        asked = urllib.request.Request(self.url + quote(path), body or None, headers or {}, method=method)  # noqa: S310
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            answer.read()


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """Where the server listens; it ends with its standard input."""
    start = [sys.executable, "-W", "ignore", "-m", "tests.s3.server"]
    with subprocess.Popen(start, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        assert port, "the S3 server did not start"
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture
def store(s3_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty bucket, and a home that fetches from s3://BUCKET/logs."""
    made = Store(s3_url, f"bucket-{time.monotonic_ns()}")
    made.put("")
    told = {
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": s3_url,
        "PODIUM_INBOX_URI": f"s3://{made.bucket}/logs",
        "PODIUM_TOO_LATE_DAYS": "100000",
        "PODIUM_COLLECT_MIN_FREE_MIB": "0",
    }
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return made


@pytest.fixture
def lake_uri(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """The lake in that bucket, for a home without anything in it."""
    uri = f"s3://{store.bucket}/team/lake"
    monkeypatch.setenv("PODIUM_LAKE_URI", uri)
    settings.cache_clear()
    return uri


def refusal(work: Callable[[], object]) -> str:
    """What the user is told instead of what was asked for; never with a credential in it."""
    with pytest.raises(PodiumError) as told:
        work()
    assert SECRET not in str(told.value)
    assert KEY_ID not in str(told.value)
    return str(told.value)
