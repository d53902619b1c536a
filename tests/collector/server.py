"""The collector as a process of its own, and a client of it: what its tests and its benchmark share."""

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.settings import PROJECT, SAMPLES

JSON = {"Content-Type": "application/json"}
MIB = 1 << 20
START = "import sys; from pipeline import collect; collect.HEAD_TIMEOUT_S = 0.5; sys.argv[0] = 'podium'; {more}"
RUN = "from pipeline.cli import main; main()"
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}));"
SOURCES = "import pipeline.sources; pipeline.sources.__path__.append({0!r});"


def payload(number: int) -> dict[str, Any]:
    """A record as LiteLLM logs it, of the request `call-<number>`; a second after the one before."""
    with gzip.open(SAMPLES / "litellm_slp.jsonl.gz", "rt") as lines:
        record = json.loads(next(lines))
    return numbered(record, number)


def numbered(record: dict[str, Any], number: int) -> dict[str, Any]:
    """The same record of another request."""
    return record | {"id": f"id-{number}", "litellm_call_id": f"call-{number}"}


def landing_time() -> datetime:
    """An hour after what `payload` logs."""
    return datetime.fromtimestamp(payload(0)["endTime"], UTC) + timedelta(hours=1)


class Collector:
    """A collector of one PODIUM_HOME on a free port, started with `settings` (PODIUM_COLLECT_<name>)."""

    def __init__(
        self, home: Path, port: int = 0, file_limit: int = 0, sources: Path | None = None, **settings: object
    ) -> None:
        self.home, self.port = home, port or _free_port()
        told = {f"PODIUM_COLLECT_{name.upper()}": str(value) for name, value in settings.items()}
        more = LIMIT.format(file_limit) if file_limit else ""
        more += SOURCES.format(str(sources)) if sources else ""
        self.told = home.parent / f"collect-{self.port}.log"
        with self.told.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"{START.format(more=more)}\n{RUN}", "collect", "--port", str(self.port)],
                cwd=PROJECT,
                env=os.environ | {"PODIUM_HOME": str(home), "PYTHONPATH": str(PROJECT)} | told,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, self.told.read_text()
            assert time.monotonic() < deadline, "the collector does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return bool(self.get("/healthz"))
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a GET."""
        return self.send("GET", path, None, headers)[:2]

    def post(self, path: str, body: object, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a POST; what is no bytes is sent as JSON."""
        sent = body if isinstance(body, bytes) or hasattr(body, "__next__") else json.dumps(body).encode()
        return self.send("POST", path, sent, JSON | (headers or {}))[:2]

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, dict[str, Any], dict]:
        """Status, JSON and headers of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()), {name.lower(): v for name, v in answer.getheaders()}
        finally:
            connection.close()

    def raw(self, data: bytes) -> socket.socket:
        """A connection that has sent these bytes."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(data)
        return connection

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal it and wait; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def kill(self) -> None:
        """Kill -9, if it still runs."""
        self.process.kill()
        self.process.wait(30)

    def stored(self, source: str = "litellm") -> list[dict[str, Any]]:
        """The records in finished files, in order of their names."""
        files = sorted((self.home / "inbox" / source).glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def chunked(parts: Iterable[bytes]) -> bytes:
    """A body in Transfer-Encoding: chunked."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
