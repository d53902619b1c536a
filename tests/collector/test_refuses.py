"""What the collector does not take: too much, too slow, damaged, from a stranger, or for lack of room."""

import gzip
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.settings import settings
from tests.collector.server import JSON, MIB, Collector

TOKEN = "a-token-of-32-letters-0123456789"  # noqa: S105
HEAD = b"POST /v1/litellm HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def test_a_body_over_the_limit_is_413(shared: Collector) -> None:
    status, told = shared.post("/v1/litellm", {"text": "x" * MIB})
    assert (status, told["message"]) == (413, "the body is over 1 MiB")


def test_a_gzip_bomb_is_413_before_it_goes_off(shared: Collector) -> None:
    bomb = gzip.compress(b" " * (200 * MIB), 1)
    assert len(bomb) < MIB
    assert shared.post("/v1/litellm", bomb, {"Content-Encoding": "gzip"})[0] == 413
    assert _peak_mib(shared) < 160


def _peak_mib(running: Collector) -> int:
    status = Path(f"/proc/{running.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b'{"a": 1}', mtime=0)[:-4], b""])
def test_damaged_gzip_is_400(shared: Collector, body: bytes) -> None:
    assert shared.post("/v1/litellm", body, {"Content-Encoding": "gzip"})[0] == 400


def test_another_packing_is_415(shared: Collector) -> None:
    assert shared.post("/v1/litellm", b"{}", {"Content-Encoding": "br"})[0] == 415


def test_another_method_is_405_and_another_path_404(shared: Collector) -> None:
    assert shared.send("PUT", "/v1/litellm", b"{}", JSON)[0] == 405
    assert shared.get("/v1/litellm")[0] == 405
    assert shared.post("/v1/logs", {})[0] == 404


def test_a_slow_body_is_408_and_its_connection_closed(shared: Collector) -> None:
    with shared.raw(HEAD % 100 + b'{"a"') as connection:
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer


@pytest.mark.parametrize("begun", [b"", b"POST /v1/lit"])
def test_a_connection_that_asks_nothing_is_closed(shared: Collector, begun: bytes) -> None:
    with shared.raw(begun) as connection:
        assert connection.recv(4096) == b""


def test_endless_headers_are_cut_off(shared: Collector) -> None:
    with shared.raw(b"GET /healthz HTTP/1.1\r\n") as connection:
        answer = b""
        try:
            for _ in range(200):
                connection.sendall(b"x: " + b"y" * 1024)
            answer = connection.recv(4096)
        except (ConnectionResetError, BrokenPipeError):
            pass
        assert not answer or answer.startswith(b"HTTP/1.1 400")


def test_a_foreign_host_name_is_421(shared: Collector) -> None:
    assert shared.get("/healthz", Host="rebound.example:4319")[0] == 421
    for known in ("localhost", "127.0.0.1:1", "[::1]:4319"):
        assert shared.get("/healthz", Host=known)[0] == 200


def test_without_room_in_memory_senders_are_told_to_come_again(shared: Collector) -> None:
    half = HEAD % (MIB - 10) + b"[" + b" " * (MIB - 100 * 1024)
    first, second = shared.raw(half), shared.raw(half)
    try:
        deadline = time.monotonic() + 5
        while shared.get("/healthz")[1]["bytes_in_memory"] < 1.7 * MIB:
            assert time.monotonic() < deadline
        for path, status in (("/v1/logs/litellm", 429), ("/v1/litellm", 503)):
            answer = shared.send("POST", path, b" " * 500 * 1024, JSON)
            assert (answer[0], answer[2]["retry-after"]) == (status, "5")
    finally:
        first.close()
        second.close()
    deadline = time.monotonic() + 5
    while shared.get("/healthz")[1]["bytes_in_memory"]:
        assert time.monotonic() < deadline


@pytest.mark.parametrize("setting", [{"max_backlog_mib": 1}, {"min_free_mib": 10**9}])
def test_without_room_on_disk_senders_are_told_to_come_again(
    collector: Callable[..., Collector], home: Path, setting: dict[str, int]
) -> None:
    (home / "inbox" / "litellm").mkdir(parents=True)
    (home / "inbox" / "litellm" / "waits.jsonl").write_bytes(b" " * MIB)
    running = collector(**setting)
    for path, status in (("/v1/logs/litellm", 429), ("/v1/litellm", 503)):
        answer = running.send("POST", path, b"{}", JSON)
        assert (answer[0], answer[2]["retry-after"]) == (status, "5")
    assert running.get("/healthz")[0] == 503
    assert [file.name for file in (home / "inbox" / "litellm").iterdir()] == ["waits.jsonl"]


def test_what_a_full_disk_refuses_is_not_acknowledged(collector: Callable[..., Collector]) -> None:
    running = collector(file_limit=MIB)  # a write beyond fails, as on a full disk
    assert running.post("/v1/litellm", {"n": 1})[0] == 200
    answer = running.send("POST", "/v1/litellm", b'{"text": "' + b"x" * MIB + b'"}', JSON)
    assert (answer[0], answer[2]["retry-after"]) == (503, "5")
    assert running.post("/v1/litellm", {"n": 2})[0] == 200
    assert running.stop() == 0
    assert running.stored() == [{"n": 1}, {"n": 2}]


def test_a_token_is_asked_for_and_never_told(collector: Callable[..., Collector]) -> None:
    running = collector(token=TOKEN)
    for shown in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}):
        assert running.post("/v1/litellm", {"a": 1}, shown)[0] == 401
    assert running.post("/v1/litellm", {"a": 1}, {"Authorization": f"Bearer {TOKEN}"})[0] == 200
    assert running.get("/healthz")[0] == 200
    assert running.stop() == 0
    assert TOKEN not in running.told.read_text()
    assert 'headers: {Authorization: "Bearer <PODIUM_COLLECT_TOKEN>"}' in running.told.read_text()


@pytest.mark.parametrize(
    ("arguments", "token", "told"),
    [
        (["--host", "0.0.0.0"], "", "others reach 0.0.0.0"),  # noqa: S104
        (["--host", "::"], "", "others reach ::"),
        (["--host", "0.0.0.0"], "too-short-secret"[:15], "16 or more"),  # noqa: S104
        ([], "too-short-secret"[:15], "16 or more"),
    ],
)
def test_without_a_good_token_it_refuses_to_start_where_others_reach_it(
    home: Path, arguments: list[str], token: str, told: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if token:
        monkeypatch.setenv("PODIUM_COLLECT_TOKEN", token)
    assert _collect(*arguments, monkeypatch=monkeypatch) == 1
    shown = capsys.readouterr().err
    assert told in shown
    assert "export PODIUM_COLLECT_TOKEN=" in shown
    assert not token or token not in shown


def test_a_token_that_is_no_text_is_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "podium.toml").write_text("collect_token = 12345678901234567890\n")
    assert _collect(monkeypatch=monkeypatch) == 1
    shown = capsys.readouterr().err
    assert "collect_token" in shown
    assert "1234567890" not in shown


def test_a_taken_port_is_told(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert _collect("--port", str(taken.getsockname()[1]), monkeypatch=monkeypatch) == 1
    assert "PODIUM_COLLECT_PORT" in capsys.readouterr().err


def test_a_body_that_memory_could_never_hold_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PODIUM_COLLECT_MEMORY_MIB", "63")
    assert _collect(monkeypatch=monkeypatch) == 1
    assert "PODIUM_COLLECT_MEMORY_MIB must be at least" in capsys.readouterr().err


def _collect(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run the command in this process, which it must not get far in; its exit code."""
    settings.cache_clear()
    monkeypatch.setattr(sys, "argv", ["podium", "collect", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    return int(ended.value.code or 0)
