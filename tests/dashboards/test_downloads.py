"""Downloads hold the rows of the page to the last digit, and no cell a spreadsheet would run."""

import csv
import io
import json
from decimal import Decimal

import downloads
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = pa.table(
    {
        "model_id": ["=HYPERLINK(1)", "@cmd", "+1", "-2", "openai/gpt-5"],
        "total_tokens": pa.array([9_007_199_254_740_993, None, 3, 4, 5], pa.int64()),
        "spend_usd": pa.array(
            [Decimal("0.0000000001"), None, Decimal("-3"), Decimal(0), Decimal(1)], pa.decimal128(38, 10)
        ),
        "trend": [[1.0, 2.0], [], None, [3.0], [4.0]],
    }
)


def test_csv_prefixes_text_a_spreadsheet_would_run_and_leaves_numbers_alone() -> None:
    rows = list(csv.DictReader(io.StringIO(downloads.as_csv(ROWS).decode())))
    assert [row["model_id"] for row in rows] == ["'=HYPERLINK(1)", "'@cmd", "'+1", "'-2", "openai/gpt-5"]
    assert rows[0]["spend_usd"] == "0.0000000001"
    assert rows[2]["spend_usd"] == "-3.0000000000"
    assert rows[1]["total_tokens"] == ""
    assert json.loads(rows[0]["trend"]) == [1.0, 2.0]


def test_json_keeps_money_and_tokens_as_strings_so_no_reader_rounds_them() -> None:
    told = json.loads(downloads.as_json(ROWS, {"version": 3}))
    assert told["meta"] == {"version": 3}
    assert told["data"][0]["total_tokens"] == "9007199254740993"
    assert told["data"][0]["spend_usd"] == "0.0000000001"
    assert told["data"][1]["spend_usd"] is None


def test_parquet_is_the_table_itself() -> None:
    assert pq.read_table(io.BytesIO(downloads.as_parquet(ROWS))).equals(ROWS)
