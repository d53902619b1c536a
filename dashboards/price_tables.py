"""Cost vs quality, part Prices: what models really cost beside what the lists say, and how the lists changed."""

from typing import Any

import downloads
import filters
import format as text
import frame
import pyarrow as pa
import streamlit as st
import tables
from published import Edition

FLAGS = {"over 3x list": "red", "off list": "orange", "caching costs": "violet"}
LISTED = {"used": "In use", "all": "All listed"}
TABLES = ["rankings.price", "rankings.price_sums", "rankings.list_price", "rankings.price_changes"]


def draw(edition: Edition, period: str) -> None:
    """Cards, the price table, the price changes."""
    weeks = edition.rows("price_weekly").to_pydict()
    frame.cards(cards(edition.row("price_summary", period=period) or {}, weeks))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        frame.heading("Effective, blended and list", "cheapest first")
        with st.container(horizontal=True, width="content", vertical_alignment="center", key="price-tools"):
            flagged = filters.switch("Flagged only", "flagged")
            rows = edition.rows("price_board", period=period, flagged=flagged)
            downloads.button(edition, rows, f"prices-{period}", downloads.about(edition, "prices", period))
    if rows.num_rows:
        board(rows, period)
    else:
        frame.nothing_here("No model is flagged: recorded costs agree with the lists.", ["flagged"])
    changes(edition)


def cards(row: dict, weeks: dict) -> list[frame.Card]:
    """The period's money in five figures."""
    saved = row.get("cache_savings_usd")
    known = f"known for {text.percent(row.get('cache_known_share'))} of input"
    return [
        frame.Card("Spend", text.usd(row.get("spend_usd")), None, "off", weeks["spend_usd"], priced(row)),
        frame.Card(
            "Effective $/M",
            text.price(row.get("effective_usd_per_mtok")),
            None,
            "off",
            weeks["effective_usd_per_mtok"],
            priced(row),
        ),
        frame.Card(
            "Cache hit rate", text.percent(row.get("cache_hit_rate")), None, "off", weeks["cache_hit_rate"], known
        ),
        frame.Card(
            "Cost of caching" if saved is not None and saved < 0 else "Cache savings",
            text.usd(abs(saved) if saved is not None else None),
            None,
            "off",
            weeks["cache_savings_usd"],
            f"at list prices, {row.get('saving_model_count') or 0} models",
            "Input read from the prompt cache at full price, less what it cost; writes above full price are taken off",
        ),
        frame.Card(
            "Price of failures",
            text.usd(row.get("failed_spend_usd")),
            None,
            "off",
            weeks["failed_spend_usd"],
            f"{text.percent(row.get('failed_spend_share'), 2)} of spend",
            "What attempts that ended in an error were billed",
        ),
    ]


def priced(row: dict) -> str:
    return f"{text.percent(row.get('pricing_coverage_share'))} of tokens priced"


def board(rows: pa.Table, period: str) -> None:
    """The price table; a row opens its model."""
    dollars = tables.dollars_per_mtok
    rows, shown_flags = flags(rows)
    clicked = tables.show(
        rows,
        {
            "rank": tables.rank(),
            "model_id": tables.model() | {"width": 226},
            "effective_usd_per_mtok": tables.price(),
            "blended_usd_per_mtok": dollars("List, mix", "List prices on the model's own input, cache and output")
            | {"width": 68},
            "list_input_usd_per_mtok": dollars("List in", "List price of input, of the provider that serves most")
            | {"width": 66},
            "list_output_usd_per_mtok": dollars("List out", "List price of output, of the provider that serves most")
            | {"width": 66},
            "priced_percent": tables.priced() | {"width": 60},
            **shown_flags,
            "drawn_mix": tables.text("In/cache/out", 90),
            "cache_savings_usd": tables.dollars("Saved")
            | {"width": 74, "help": "By the prompt cache, at list prices; below zero it cost more than it saved"},
            "failed_percent": tables.percent("Failures", "The part of the model's spend that failed attempts took", 2)
            | {"width": 66},
            "cost_usd_per_request_p50": tables.small_dollars("Median $/req.")
            | {"width": 98, "help": "All attempts of a request together, within 1 %; the mean is in the download"},
            "cost_usd_per_request_n": tables.count("of", "Requests whose cost is known, of which the median is")
            | {"width": 58},
            "cost_usd_per_success": tables.small_dollars("Mean $/success")
            | {"width": 108, "help": "All spend, failed attempts' too, over the requests that ended ok"},
        },
        "prices",
        "Effective, blended and list price of each model, cheapest first",
        opens=True,
        rows=15,
    )
    st.caption(
        "List prices are today's, of the provider that serves the model most (the download names it): calls of other "
        f"days and providers paid others. {text.UNKNOWN} in List, mix: a class of tokens it used has no list price."
    )
    if clicked is not None:
        model = rows["model_id"][clicked].as_py()
        st.switch_page("views/model.py", query_params={"model": model, "period": period})


def flags(rows: pa.Table) -> tuple[pa.Table, dict[str, Any]]:
    """What to look at before comparing a price: where there is any, a column; its help says which hours cost more."""
    hours = [text.price_hours(ratio) for ratio in rows["other_hours_ratio"].to_pylist()]
    told = [
        [*flagged, *([by_hour] if by_hour else [])]
        for flagged, by_hour in zip(rows["drawn_flags"].to_pylist(), hours, strict=True)
    ]
    rows = rows.set_column(rows.column_names.index("drawn_flags"), "drawn_flags", pa.array(told, pa.list_(pa.string())))
    if not any(told):
        return rows, {}
    dearer = {
        f"{row['model_id']} at {row['other_hours']}: {row['other_hours_ratio']:.3g}x"
        for row, by_hour in zip(rows.to_pylist(), hours, strict=True)
        if by_hour
    }
    listed = text.escaped("; ".join(sorted(dearer)))
    hint = f"The list price is so many times as much in some hours of the day: {listed}" if dearer else None
    column = tables.outcome("Flags", FLAGS | dict.fromkeys(filter(None, hours), "blue"))
    return rows, {"drawn_flags": column | {"width": 120, "help": hint}}


def changes(edition: Edition) -> None:
    """List prices that changed, by date."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="changes"):
        frame.heading("List price changes", "newest first")
        with st.container(horizontal=True, width="content", vertical_alignment="bottom", key="change-tools"):
            listed = filters.choose("Prices of", "listed", LISTED, "used")
            rows = edition.rows("price_changes", everything=listed == "all")
            downloads.button(edition, rows, "price-changes", downloads.about(edition, "price_changes", None))
    if not rows.num_rows:
        st.caption("No list price of a model and provider in your log has changed since prices are dated.")
        return
    tables.show(
        rows,
        {
            "changed_on": tables.date("From day"),
            "model_id": tables.model(),
            "provider_name": tables.text("Provider", 120),
            "drawn_class": tables.text("Class", 110),
            "from_usd_per_mtok": tables.dollars_per_mtok("Before", "USD per million tokens; a dash is not listed"),
            "to_usd_per_mtok": tables.dollars_per_mtok("After", "USD per million tokens; a dash is not listed"),
            "change_percent": tables.change("Against the price before"),
        },
        "price-changes",
        "List prices that changed, newest first",
        rows=10,
    )
