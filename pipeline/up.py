"""Long-running processes: the leaderboard alone, or with Dagster's web page and daemon; they live and end together."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType

from rich.console import Console

from pipeline.settings import PROJECT, PodiumError, settings

APP = PROJECT / "dashboards" / "asgi.py"
DEFINITIONS = "pipeline.definitions"
GRACE_S = 15
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# Code servers that Dagster replaces end with a heartbeat's warning; Streamlit tells its address before ours, and that
# it had none yet when the routes were loaded.
NOISE = re.compile(
    r"No heartbeat received|Uvicorn server started|No runtime found, using MemoryCache|You can now view your Streamlit|"
    r"^\s*(Local |Network )?URL: |^\s*$"
)
# One run at a time: the writer lock would make a second wait anyway. A run that hangs is ended by the monitor.
DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
python_logs:
  python_log_level: INFO
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  max_runtime_seconds: 21600
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {skipped: 2, failure: 30, success: 30}
"""


def leaderboard(host: str, port: int) -> list[str]:
    """The command that serves the pages."""
    options = ["--server.address", host, "--server.port", str(port), "--server.headless", "true"]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *options]


def serve(console: Console, host: str, port: int) -> int:
    """Run the leaderboard until it is interrupted."""
    _refuse_taken(host, port)
    with _together({"leaderboard": leaderboard(host, port)}) as processes:
        return _watch(processes, console, {f"Leaderboard: {_url(host, port)}  (Ctrl-C ends it)": (host, port)})


def up(console: Console) -> int:
    """Run everything until it is interrupted, or until one part ends: then all of it ends."""
    home, host, port, dagster_port = dagster_home(), settings().host, settings().port, settings().dagster_port
    with _only_one(home):
        _refuse_taken(host, port)
        _refuse_taken(host, dagster_port)
        reaped = _reap()
        if reaped:
            console.print(f"{reaped} runs that a reboot cut off were marked as failed; the next run does their work.")
        commands = {
            "leaderboard": leaderboard(host, port),
            "dagster web page": _dagster("webserver", "-h", host, "-p", str(dagster_port)),
            "dagster daemon": _dagster("daemon", "run"),
        }
        addresses = {
            f"Leaderboard: {_url(host, port)}": (host, port),
            f"Dagster: {_url(host, dagster_port)}/asset-groups  (Ctrl-C ends all)": (host, dagster_port),
        }
        if settings().collect:
            commands["collector"] = [sys.executable, "-m", "pipeline", "collect"]
        with _together(commands) as processes:
            return _watch(processes, console, addresses)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def dagster_home() -> Path:
    """DAGSTER_HOME: under PODIUM_HOME, with our dagster.yaml unless the user has put another there."""
    home = settings().home.resolve() / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(DAGSTER_YAML, encoding="utf-8")
    return home


def environment() -> dict[str, str]:
    """What the children inherit: our own environment, with both homes told in full."""
    homes = {"PODIUM_HOME": str(settings().home.resolve()), "DAGSTER_HOME": str(dagster_home())}
    told = {"PODIUM_API_ORIGINS": settings().api_origins}
    return {**os.environ, **homes, **told, "DAGSTER_DISABLE_TELEMETRY": "1", "PYTHONUNBUFFERED": "1"}


def _dagster(part: str, *options: str) -> list[str]:
    module = {"webserver": "dagster_webserver", "daemon": "dagster._daemon"}[part]
    return [sys.executable, "-m", module, *options, "-m", DEFINITIONS]


def _reap() -> int:
    """In a process of its own, for Dagster takes seconds to import, and memory."""
    command = [sys.executable, "-m", "pipeline.reaper"]
    done = subprocess.run(command, env=environment(), cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PodiumError(f"Dagster's storage in {dagster_home()} can not be read:\n{done.stderr[-2000:]}")
    return int(done.stdout.split()[-1])


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / "up.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PodiumError(f"podium up is running already for {settings().home}; end it with Ctrl-C first") from None
        yield


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PodiumError(
                f"{host}:{port} can not be used ({error.strerror}); end what listens there, or choose "
                "another: PODIUM_PORT or podium serve --port (leaderboard), PODIUM_DAGSTER_PORT (Dagster)"
            ) from error


@contextmanager
def _together(commands: dict[str, list[str]]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start each in a process group of its own; at the end, and on SIGTERM, no child of any is left."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGTERM, _interrupt)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    tellers: list[Thread] = []
    try:
        for name, command in commands.items():
            processes[name] = process = subprocess.Popen(
                command,
                env=environment(),
                cwd=PROJECT,
                start_new_session=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            tellers.append(Thread(target=_tell, args=(process,), daemon=True))
            tellers[-1].start()
        yield processes
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _end(list(processes.values()))
        for teller in tellers:
            teller.join(GRACE_S)
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(process: subprocess.Popen[bytes]) -> None:
    """Pass a child's lines on, but for noise; colours reach a terminal only."""
    assert process.stdout  # noqa: S101
    with process.stdout as lines:
        for line in lines:
            told = line.decode(errors="replace")
            plain = ANSI.sub("", told)
            if not NOISE.search(plain):
                sys.stderr.write(told if sys.stderr.isatty() else plain)
                sys.stderr.flush()


def _watch(
    processes: dict[str, subprocess.Popen[bytes]], console: Console, addresses: dict[str, tuple[str, int]]
) -> int:
    """Wait until one part ends or all are interrupted; each address is told once it answers."""
    awaited = dict(addresses)
    try:
        while True:
            for name, process in processes.items():
                if process.poll() is not None:
                    raise PodiumError(
                        f"the {name} ended by itself (exit code {process.returncode}), so everything was ended; "
                        "its own message is above"
                    )
            for told in [told for told, address in awaited.items() if _answers(*address)]:
                console.print(told)
                del awaited[told]
            time.sleep(0.2)
    except KeyboardInterrupt:
        return 0


def _answers(host: str, port: int) -> bool:
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((reached, port), timeout=1):
            return True
    except OSError:
        return False


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while time.monotonic() < deadline and any(_group_lives(process) for process in processes):
        time.sleep(0.1)
    for process in processes:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> bool:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    process.poll()  # a zombie would keep its group alive
    return _signal_group(process, 0)
