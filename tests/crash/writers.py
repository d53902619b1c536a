"""Processes for the crash suites to kill: a warm one that forks writers, and how often it is done."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from pipeline.settings import PROJECT
from tests.crash import worker

WELCOME = {"PODIUM_TOO_LATE_DAYS": "100000", "PODIUM_FUTURE_TOLERANCE_S": "1e10"}  # the clock decides nothing


def kills(usual: int) -> int:
    """How many random kills: `usual`, or what `python -m tests.crash --kills N` asks for."""
    return int(os.environ.get("PODIUM_TEST_KILLS", usual))


def start(role: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """One of worker.ROLES as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.worker", role],
        cwd=PROJECT,
        env=os.environ | environment | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Writers:
    """A warm process that forks a writer whenever one is asked for; `hit` counts what the killed ones were doing."""

    def __init__(self, home: Path, environment: dict[str, str], role: str = "write") -> None:
        self.home = home
        self.process = start(role, environment)
        self.hit: Counter[str] = Counter()

    def fork(self, order: str = "") -> int:
        """Start a writer; it goes on until it dies, before the call it is ordered to. Returns its pid."""
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end_of(self) -> int:
        """Wait for the writer's end; returns the signal that ended it."""
        return os.WTERMSIG(int(self.process.stdout.readline()))

    def kill_after(self, delay: float) -> int:
        """A writer, killed in the middle of whatever it does by then; returns how many rounds it finished."""
        before = worker.acknowledged(self.home)
        (self.home / "doing").unlink(missing_ok=True)
        pid = self.fork()
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
        assert self.end_of() == signal.SIGKILL
        self.hit[worker.doing(self.home)] += 1
        return worker.acknowledged(self.home) - before

    def seconds_for_rounds(self, rounds: int, order: str = "") -> float:
        """How long this machine takes for so many more rounds, now; killed after them."""
        began, before = time.monotonic(), worker.acknowledged(self.home)
        pid = self.fork(order)
        while worker.acknowledged(self.home) < before + rounds:
            time.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
        assert self.end_of() == signal.SIGKILL
        return time.monotonic() - began

    def calls_of_rounds(self, rounds: int) -> set[str]:
        """The kinds of system calls by which so many rounds make something durable."""
        self.seconds_for_rounds(rounds, "note")
        calls = set((self.home / "calls").read_text().splitlines())
        return {call for call in calls if not call.startswith("unlink one_file.py")}  # its temporary folder

    def close(self) -> None:
        """End the warm process."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)
