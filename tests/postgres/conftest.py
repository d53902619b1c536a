"""A real PostgreSQL server in a temporary folder, on a Unix socket only, with LiteLLM's table in it."""

import getpass
import gzip
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.postgres_setup import programs

PASSWORD = "s3cret-of-the-tests"  # noqa: S105
FIXTURE = Path(__file__).parents[1] / "fixtures" / "litellm_spendlogs.csv.gz"
TABLE = (Path(__file__).parent / "spendlogs.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Server:
    """Where the tests' PostgreSQL listens."""

    folder: Path

    def dsn(self, database: str, user: str = "owner", password: str = PASSWORD) -> str:
        """A connection string for libpq."""
        return f"host={self.folder} port=5432 dbname={database} user={user} password={password}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the server."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL refuses root, so root runs it as nobody; ended by its process."""
    bin_folder = programs()
    assert bin_folder, "there is no PostgreSQL; run: make postgres"
    folder = Path(tempfile.mkdtemp(prefix="podium-pg-"))
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    as_user = {"user": user} if os.geteuid() == 0 else {}
    environment = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
    start = [bin_folder / "initdb", "-D", "data", "-U", "owner", "-A", "scram-sha-256", "--pwfile=password", "-N"]
    subprocess.run([*start, "-E", "UTF8"], cwd=folder, env=environment, check=True, capture_output=True, **as_user)
    serve = [bin_folder / "postgres", "-D", "data", "-k", folder, "-h", "", "-p", "5432", "-c", "fsync=off"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(serve, cwd=folder, env=environment, stdout=log, stderr=log, **as_user)
    try:
        _wait(Server(folder), process)
        yield Server(folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(folder)


def _wait(server: Server, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(server.dsn("postgres")).close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, (server.folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)


@pytest.fixture
def database(server) -> Iterator[psycopg.Connection]:
    """An empty LiteLLM_SpendLogs in a database of its own."""
    name = f"litellm_{time.monotonic_ns()}"
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name}")
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        connection.execute(TABLE)
        yield connection


@pytest.fixture
def dsn(server, database) -> str:
    """How to reach `database`."""
    return server.dsn(database.info.dbname)


@pytest.fixture
def recorded(database) -> psycopg.Connection:
    """`database` with the recorded rows in it."""
    with database.cursor().copy('copy "LiteLLM_SpendLogs" from stdin (format csv, header)') as copy:
        copy.write(gzip.decompress(FIXTURE.read_bytes()))
    return database
