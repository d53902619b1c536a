"""Without credentials, or with a network that breaks amid an object: told, nothing lost, and the next run lands all."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date

import pytest

from pipeline import fetch, landing
from pipeline.settings import settings
from tests import steps
from tests.s3.conftest import Store, refusal
from tests.s3.test_fetch import RECEIVED, call

TODAY = date(2026, 11, 22)
LIMIT = 64 << 10  # bytes of a connection's answer, or of what is sent, before it breaks


class Cutting:
    """A proxy on loopback that closes both ends once more than LIMIT bytes went one way, while `is_cutting`."""

    def __init__(self, port: int) -> None:
        self.port, self.is_cutting = port, True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.sockets, self.threads = [self.listener], []
        self._start(self._serve)

    def close(self) -> None:
        """Every connection ends, and whoever served it."""
        for each in self.sockets:
            _shut(each)
        for thread in self.threads:
            thread.join()
        for each in self.sockets:
            each.close()

    def _start(self, work: Callable[..., None], *told: socket.socket) -> None:
        self.threads.append(threading.Thread(target=work, args=told, daemon=True))
        self.threads[-1].start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:  # closed
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            self.sockets += near, far
            self._start(self._pass, near, far)
            self._start(self._pass, far, near)

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while (block := one.recv(8192)) and not (self.is_cutting and passed > LIMIT):
                other.sendall(block)
                passed += len(block)
        _shut(one)
        _shut(other)


def _shut(each: socket.socket) -> None:
    with suppress(OSError):  # its other end did already
        each.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cutting(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cutting]:
    """The way to the server, that breaks."""
    made = Cutting(int(store.url.rpartition(":")[2]))
    monkeypatch.setenv("AWS_ENDPOINT_URL", made.url)
    settings.cache_clear()
    yield made
    made.close()


def put(store: Store) -> None:
    """An object that comes through, and one larger than LIMIT."""
    store.put("logs/litellm/2026-11-22/a.json", call(1))
    big = b"".join(json.dumps(json.loads(call(number))).encode() + b"\n" for number in range(2, 1002))
    store.put("logs/litellm/2026-11-22/b.jsonl", big)


@pytest.mark.parametrize("skip", [False, True])
def test_an_object_cut_amid_its_bytes_is_told_and_comes_whole_with_the_next_fetch(store, cutting, skip):
    put(store)
    told = refusal(lambda: fetch.fetch(today=TODAY, skip_unreadable=skip))
    assert "it does not answer; see AWS_ENDPOINT_URL, AWS_REGION and the network, then run it again" in told
    assert list(settings().inbox.rglob("*.part")) == []
    cutting.is_cutting = False
    assert fetch.fetch(today=TODAY).fault == ""
    landing.land_inbox(received_at=RECEIVED)
    assert len(steps.log()) == 1001


def test_missing_credentials_are_told(store, tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    store.check_credentials(really=True)
    try:
        told = refusal(lambda: fetch.fetch(today=TODAY))
    finally:
        store.check_credentials(really=False)
    assert "see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which need s3:ListBucket" in told
