"""The columns of the lake's tables, and what each is partitioned by; a rollup's columns are its SQL's."""

import pyarrow as pa

from pipeline.request_log import TIMESTAMP, log_schema

BATCHES = pa.schema(
    [
        ("batch_id", pa.string()),
        ("delivery", pa.string()),
        ("sequence", pa.int64()),
        ("source", pa.string()),
        ("source_file", pa.string()),
        ("received_at", TIMESTAMP),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("file_bytes", pa.int64()),
        ("rows_in", pa.int64()),
        ("rows_landed", pa.int64()),
        ("rows_duplicate", pa.int64()),
        ("rows_quarantined", pa.int64()),
        ("reasons", pa.string()),
        ("hours", pa.list_(TIMESTAMP)),
        ("data_files", pa.string()),
        ("log_version", pa.int64()),
        ("pseudonym_key_id", pa.string()),
    ]
)
QUARANTINE = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("source_file", pa.string()),
        ("source_row", pa.int64()),
        ("reason", pa.string()),
        ("column_name", pa.string()),
        ("detail", pa.string()),
        ("sample", pa.string()),
        ("received_at", TIMESTAMP),
    ]
)
SCORES = pa.schema(
    [
        ("request_id", pa.string()),
        ("score_name", pa.string()),
        ("evaluator", pa.string()),
        ("score", pa.float64()),
        ("scored_at", TIMESTAMP),
        ("batch_id", pa.string()),
        ("source_row", pa.int64()),
        ("received_at", TIMESTAMP),
        ("event_date", pa.date32()),
    ]
)
PARTITIONS = {"request_log": ["event_date", "event_hour"], "quarantine": [], "batches": []}
SCHEMAS = {"request_log": log_schema(), "quarantine": QUARANTINE, "batches": BATCHES, "scores": SCORES}
