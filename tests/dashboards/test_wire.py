"""Tables on their way to the browser: less to send, nothing else."""

import pyarrow as pa
import wire


def test_repeated_texts_become_dictionaries_and_the_rows_stay_the_same() -> None:
    table = pa.table(
        {
            "provider": ["first", "second", None, "first"] * 100,
            "place": list(range(400)),
            "unlike": [f"text {number}" for number in range(400)],
        }
    )
    sent = wire.lean(table)
    assert sent["provider"].type == pa.dictionary(pa.int8(), pa.string())
    assert sent.drop_columns("provider").schema == table.drop_columns("provider").schema
    assert sent.to_pylist() == table.to_pylist()


def test_more_texts_than_a_byte_counts_take_two() -> None:
    table = pa.table({"model": [f"a model with a long name {number % 129}" for number in range(1000)]})
    assert wire.lean(table)["model"].type == pa.dictionary(pa.int16(), pa.string())
    assert wire.lean(table).to_pylist() == table.to_pylist()


def test_a_short_table_is_sent_as_it_is() -> None:
    table = pa.table({"provider": ["first"] * 199})
    assert wire.lean(table).schema == table.schema
