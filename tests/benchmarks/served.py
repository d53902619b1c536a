"""The pages' server as a process of its own, and what the kernel says it costs."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.conftest import answers

PROJECT = Path(__file__).parents[2]
ENDS_WITHIN_S = 30
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and the process that runs the pages' scripts."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_ms(self) -> float:
        """CPU milliseconds, user and system, of all its threads since it began; in steps of the kernel's tick."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_MS

    def memory_mib(self) -> float:
        """Resident memory now."""
        [kib] = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        return int(kib) / 1024


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """`podium serve` over a home on a free loopback port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = "import sys; sys.argv[0] = 'podium'; from pipeline.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", run, "serve", "--port", str(port)],
        cwd=PROJECT,
        env=os.environ | {"PODIUM_HOME": str(home), "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        if not answers(port, process):
            raise SystemExit("the server did not start; PODIUM_HOME=... podium serve says why")
        yield Server(port, _child_of(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=ENDS_WITHIN_S)


def _child_of(pid: int) -> int:
    """`podium serve` watches the server, which is its only child."""
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)
