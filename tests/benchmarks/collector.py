"""The collector under load and kill -9: records per second, time to acknowledgement, and whether all of it lands once.

    python -m tests.benchmarks.collector [--clients 64] [--seconds 60] [--kills 3] [--batch 20]

Every client posts LiteLLM records of 13 KB, a batch at a time over one connection, and sends a batch again until it is
acknowledged. The collector is killed while they do, and started again. What was acknowledged is then looked for in
the request log. Everything stays on 127.0.0.1 and in a temporary PODIUM_HOME.
"""

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles

from tests.collector.server import JSON, Collector, landing_time, payload

PATIENCE_S = 60


class Client(threading.Thread):
    """One gateway: its batches are numbered, and it goes on to the next only when one is acknowledged."""

    def __init__(self, name: int, port: int, batch: int, until: float) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.batch, self.until = name, port, batch, until
        self.record = json.dumps(payload(0) | {"id": "ID", "litellm_call_id": "CALL"})
        self.acknowledged: list[str] = []
        self.waited_s: list[float] = []
        self.again = 0
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Post until the time is over."""
        number = 0
        while time.monotonic() < self.until:
            calls = [f"call-{self.number}-{number}-{place}" for place in range(self.batch)]
            texts = [self.record.replace('"ID"', f'"id-{call}"').replace('"CALL"', f'"{call}"') for call in calls]
            if self._delivered(f"[{', '.join(texts)}]".encode()):
                self.acknowledged += calls
            number += 1

    def _delivered(self, body: bytes) -> bool:
        while time.monotonic() < self.until + PATIENCE_S:
            begun = time.monotonic()
            if self._post(body):
                self.waited_s.append(time.monotonic() - begun)
                return True
            self.again += 1
            time.sleep(0.1)
        return False

    def _post(self, body: bytes) -> bool:
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request("POST", "/v1/litellm", body, JSON)
            answer = self.connection.getresponse()
            answer.read()
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            if self.connection:
                self.connection.close()
            self.connection = None
            return False


def load(home: Path, clients: int, seconds: int, kills: int, batch: int) -> list[Client]:
    """Run the clients, and kill and restart the collector at even distances; the clients, with what they noted."""
    running = Collector(home)
    until = time.monotonic() + seconds
    started = [Client(number, running.port, batch, until) for number in range(clients)]
    for client in started:
        client.start()
    for _ in range(kills):
        time.sleep(seconds / (kills + 1))
        running.kill()
        running = Collector(home, port=running.port)
    for client in started:
        client.join(seconds + 2 * PATIENCE_S)
    running.kill()  # what it left unfinished is for landing to complete
    return started


def landed() -> tuple[Counter[str], int, float]:
    """How often each request is in the log, from how many files, and the seconds it took."""
    from pipeline import lake, landing

    begun = time.monotonic()
    files = landing.land_inbox(received_at=landing_time())
    seconds = time.monotonic() - begun
    return Counter(lake.rows(lake.table("request_log"), "request_id")["request_id"].to_pylist()), len(files), seconds


def main() -> None:
    """Load, land, compare, print; exit code 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("clients", 64), ("seconds", 60), ("kills", 3), ("batch", 20)):
        parser.add_argument(f"--{name}", type=int, default=value)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as folder:
        home = Path(folder) / "home"
        os.environ |= {"PODIUM_HOME": str(home), "PODIUM_KEY_FILE": f"{folder}/key"}
        clients = load(home, told.clients, told.seconds, told.kills, told.batch)
        found, files, land_s = landed()
    safe = {call for client in clients for call in client.acknowledged}
    waited_ms = [1000 * waited for client in clients for waited in client.waited_s]
    percentiles = quantiles(waited_ms, n=100)
    result = {
        "records_acknowledged": len(safe),
        "records_per_second": round(len(safe) / told.seconds),
        "acknowledged_p50_ms": round(percentiles[49]),
        "acknowledged_p99_ms": round(percentiles[98]),
        "sent_again": sum(client.again for client in clients),
        "files": files,
        "landing_s": round(land_s, 1),
        "landed": len(found),
        "lost": len(safe - found.keys()),
        "landed_twice": sum(count > 1 for count in found.values()),
    }
    print(json.dumps(vars(told) | result, indent=2))
    if result["lost"] or result["landed_twice"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
