"""Prices in tables: free is said, and told from what is merely cheap."""

import free
import pyarrow as pa
import tables

SHOWN = {"effective_usd_per_mtok": tables.price()}


def texts(values: list[float | None]) -> list[str | None]:
    table, columns = free.said(pa.table({"effective_usd_per_mtok": values}), SHOWN)
    assert columns["effective_usd_per_mtok"]["type_config"]["type"] == "text"
    return table["effective_usd_per_mtok"].to_pylist()


def test_a_price_of_nothing_reads_free_and_unknown_stays_unknown() -> None:
    assert [text and text.strip() for text in texts([0.0, 0.0301, None])] == ["free", "$0.030", None]


def test_texts_of_prices_sort_as_the_prices_do() -> None:
    prices = [0.0, 0.07, 2.5, 10.0, 123.4]
    written = texts(prices)
    assert sorted(written, key=str) == written


def test_where_nothing_is_free_prices_stay_numbers() -> None:
    table = pa.table({"effective_usd_per_mtok": [0.5, None]})
    assert free.said(table, SHOWN) == (table, SHOWN)


def test_only_prices_can_be_free() -> None:
    table = pa.table({"spend_usd": [0.0]})
    shown = {"spend_usd": tables.dollars("Spend")}
    assert free.said(table, shown) == (table, shown)
