"""`podium up` for real: Dagster and the pages start together, a delivered file is published, and all of it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from pipeline import inbox, publish, up
from pipeline.settings import PROJECT, PodiumError
from tests.rows import attempt, write

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
SLEEP_WITH_CHILD = ["sh", "-c", "sleep 61 & sleep 61"]
RUNS = '{"query": "{ runsOrError { ... on Runs { results { status } } } }"}'
ASSETS = '{"query": "{ assetsOrError { ... on AssetConnection { nodes { key { path } } } } }"}'


def wait_for(what: str, is_there: Callable[[], bool], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str, body: str | None = None) -> str:
    request = urllib.request.Request(url, body and body.encode(), {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.read().decode()
    except OSError:
        return ""


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_delivered_file_is_published_and_ctrl_c_ends_everything(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, dagster, collector = free_port(), free_port(), free_port()
    monkeypatch.setenv("PODIUM_PORT", str(pages))
    monkeypatch.setenv("PODIUM_DAGSTER_PORT", str(dagster))
    monkeypatch.setenv("PODIUM_COLLECT", "true")
    monkeypatch.setenv("PODIUM_COLLECT_PORT", str(collector))
    with (tmp_path / "told").open("w+") as told:
        running = subprocess.Popen([sys.executable, "-m", "pipeline", "up"], cwd=PROJECT, stdout=told, stderr=told)
        try:
            wait_for("pages", lambda: answers(f"http://127.0.0.1:{pages}/_stcore/health") == "ok")
            wait_for("Dagster", lambda: "rankings" in answers(f"http://127.0.0.1:{dagster}/graphql", ASSETS))
            wait_for("the collector", lambda: "ok" in answers(f"http://127.0.0.1:{collector}/healthz"))
            inbox.deliver([write(tmp_path / "log.parquet", attempt(1), attempt(2))], "simulator")
            wait_for("a published version", lambda: publish.current() is not None)
            wait_for("a run that ends well", lambda: "SUCCESS" in answers(f"http://127.0.0.1:{dagster}/graphql", RUNS))
            running.send_signal(signal.SIGINT)
            assert running.wait(60) == 0
        finally:
            running.kill()
        told.seek(0)
        lines = told.read()
        assert "Traceback" not in lines
        assert "\x1b" not in lines
        assert lines.count(f"127.0.0.1:{pages}") == 1
        assert f"http://127.0.0.1:{dagster}/asset-groups" in lines
    for port in (pages, dagster, collector):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_when_one_part_ends_all_end_and_the_message_names_it(home: Path) -> None:
    dying = [sys.executable, "-c", "import sys; sys.exit(7)"]
    with up._together({"daemon": SLEEP_WITH_CHILD, "pages": dying}) as processes:
        with pytest.raises(PodiumError, match=r"the pages ended by itself \(exit code 7\)"):
            up._watch(processes, Console(), {})
        assert group_lives(processes["daemon"].pid)
    assert not any(group_lives(process.pid) for process in processes.values())


def test_sigterm_ends_all_as_ctrl_c_does(home: Path) -> None:
    with up._together({"one": SLEEP, "two": SLEEP_WITH_CHILD}) as processes, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert not any(group_lives(process.pid) for process in processes.values())


def test_a_second_up_of_the_same_home_is_refused(home: Path) -> None:
    with (
        up._only_one(up.dagster_home()),
        pytest.raises(PodiumError, match="running already"),
        up._only_one(up.dagster_home()),
    ):
        pass


def test_a_taken_port_is_told_before_anything_starts(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PodiumError, match="PODIUM_PORT"):
            up._refuse_taken("127.0.0.1", taken.getsockname()[1])
