"""The acknowledgements: what became of every delivered file, so that a batch lands once whatever happens in between."""

import json
from dataclasses import replace

import pyarrow as pa
from deltalake import Transaction

from pipeline import lake, one_file, privacy, refusals, sources, tables
from pipeline.inbox import Delivery
from pipeline.one_file import STEPS, Landed, told_as


class Batches:
    """The acknowledgements: one row per delivered file, written last, fsynced."""

    def __init__(self) -> None:
        self.key_id = privacy.key_id()  # a key that can not be read is told before anything is written
        self.table = lake.table("batches")
        self.logs = [name for name in STEPS if lake.exists(name)]  # where a killed run may have begun a batch
        rows = refusals.acknowledged()
        origins = refusals.origins_of(rows)
        self.deliveries = {row["delivery"] for row in rows}
        self.refused = {(row["batch_id"], row["reason"]) for row in rows if row["status"] == "quarantined"}
        self.named: dict[str, str] = {}  # a file's sha256 -> the source whose batch has that name
        self.rows_in: dict[tuple[str, str], int] = {}  # of the whole file, though a replay is of its refused rows alone
        self.counted: dict[str, str] = {}  # a file's sha256 -> the source where it came to something
        for row in rows:
            self._note(row, refusals.content_of(row["batch_id"], origins))

    def _note(self, row: dict, content: str) -> None:
        if row["status"] in ("landed", "quarantined") and row["batch_id"] == content:
            self.named.setdefault(content, row["source"])
        if row["status"] == "landed":
            place = content, row["source"]
            self.rows_in[place] = max(row["rows_in"], self.rows_in.get(place, 0))
        if refusals.came_to_something(row):
            self.counted.setdefault(content, row["source"])

    def settle(self, delivery: Delivery) -> Landed:
        """Land a new file, or acknowledge a file delivered again as a duplicate; once either way.

        A file that came to nothing at one source, refused whole or in every row, lands at another; one that came to
        something is a duplicate everywhere.
        """
        if delivery.replays:
            return self._replay(delivery, delivery.replays)
        content, source = delivery.batch_id, told_as(delivery)
        if content not in self.named:
            self._finish_elsewhere(delivery, source)
        if self.named.get(content, source) != source:
            delivery = replace(delivery, batch_id=refusals.own_id(content, source))
        if delivery.key in self.deliveries:
            return Landed("duplicate")  # acknowledged before a crash, only not archived yet
        rows = self.rows_in.get((content, self.counted.get(content, source)))
        landed = one_file.land(delivery) if rows is None else Landed("duplicate", rows_in=rows, rows_duplicate=rows)
        if (delivery.batch_id, landed.reason) in self.refused:  # judged anew, in case Podium has learnt to read it
            landed = replace(landed, status="duplicate")
        self._acknowledge(delivery, landed, content)
        return landed

    def _finish_elsewhere(self, delivery: Delivery, source: str) -> None:
        """Where a killed run had begun this file at another source, finish that batch there first."""
        for other in refusals.sources_of(delivery.batch_id, self.logs) - {source}:
            self.named[delivery.batch_id] = other
            for there in (replace(delivery, source=name) for name in sources.names() if not sources.mistakes({name})):
                if told_as(there) == other:
                    self.settle(there)

    def _replay(self, delivery: Delivery, replays: refusals.Refused) -> Landed:
        """Judge again what is refused; where that changes nothing, nothing is written down either."""
        if delivery.key in self.deliveries:
            return Landed("duplicate")
        if self.counted.get(replays.content, replays.source) != replays.source:
            return Landed("unchanged")
        landed = one_file.land(delivery)
        if landed.status == "quarantined" and (not replays.is_whole or landed.reason == replays.reason):
            return replace(landed, status="unchanged")
        if landed.status != "unchanged":
            self._acknowledge(delivery, landed, replays.content)
        return landed

    def _acknowledge(self, delivery: Delivery, landed: Landed, content: str) -> None:
        row = {
            "batch_id": delivery.batch_id,
            "delivery": delivery.key,
            "sequence": self.table.version() + 1,
            "source": told_as(delivery),
            "source_file": delivery.name,
            "received_at": delivery.received_at,
            "status": landed.status,
            "reason": landed.reason,
            "detail": landed.detail,
            "file_bytes": delivery.file.stat().st_size,
            "rows_in": landed.rows_in,
            "rows_landed": landed.rows_landed,
            "rows_duplicate": landed.rows_duplicate,
            "rows_quarantined": landed.rows_quarantined,
            "reasons": json.dumps(landed.reasons or {}, sort_keys=True),
            "hours": list(landed.hours),
            "data_files": json.dumps({file.path: file.sha256 for file in landed.data_files}),
            "log_version": landed.log_version,
            "pseudonym_key_id": self.key_id,
        }
        transaction = Transaction(f"delivery:{delivery.key}", 1)
        lake.append_rows(self.table, pa.Table.from_pylist([row], tables.BATCHES), transaction)
        self.deliveries.add(delivery.key)
        if landed.status == "quarantined":
            self.refused.add((delivery.batch_id, landed.reason))
        self._note(row, content)
