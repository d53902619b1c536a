"""Cost vs quality, part Endpoints: providers of a model that another provider of it beats on every count."""

import downloads
import filters
import frame
import streamlit as st
import tables
from published import Edition

VERDICTS = {"dominated": "orange", "within error": "blue", "stands": "green", "too few": "gray"}
TABLES = ["rankings.endpoints", "rankings.providers"]
BETTER = "of the provider that is no worse on any count and better on one"


def draw(edition: Edition, period: str) -> None:
    """How many are dominated, and each endpoint beside the one that beats it."""
    counts = edition.row("endpoint_counts", period=period) or {}
    if not counts.get("endpoint_count"):
        st.caption("No model was served by two known providers in this period, so there is nothing to choose between.")
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        choice = f"{counts['model_count']} models with a choice of provider"
        frame.heading(
            f"{counts['clear_count']} of {counts['compared_count']} endpoints are dominated",
            f"{counts['within_error_count']} more within error · {choice}",
        )
        with st.container(horizontal=True, width="content", vertical_alignment="center", key="endpoint-tools"):
            dominated = filters.switch("Dominated only", "dominated")
            rows = edition.rows("endpoints", period=period, dominated=dominated)
            downloads.button(edition, rows, f"endpoints-{period}", downloads.about(edition, "endpoints", period))
    st.caption(
        "Dominated: another provider of the same model was no worse on effective price, median time to first token "
        "and success, and better on one by more than luck explains: 95 % intervals apart, or a price 10 % lower. "
        "Within error: the same, by less. Compared are endpoints with a price, 8 timed streams and 20 requests. "
        "Each carries its own mix of requests, so gaps of price may be the mix and not the provider."
    )
    if not rows.num_rows:
        frame.nothing_here("No endpoint is dominated in this period.", ["dominated"])
        return
    clicked = tables.show(
        rows,
        {
            "model_id": tables.model() | {"width": 216},
            "provider_name": tables.text("Provider", 106),
            "drawn_verdict": tables.outcome("Verdict", VERDICTS) | {"width": 92},
            "dominated_by": tables.text("Better", 106),
            "clear_on": tables.text("Clearly on", 152),
            "effective_usd_per_mtok": tables.price() | {"width": 66},
            "other_usd_per_mtok": tables.dollars_per_mtok("… better", f"Effective price {BETTER}") | {"width": 64},
            "priced_percent": tables.priced() | {"width": 60},
            "ttft_p50_s": tables.p50() | {"width": 80},
            "other_ttft_p50_s": tables.seconds("… better", f"Median time to first token {BETTER}") | {"width": 64},
            "success_percent": tables.success() | {"width": 74},
            "other_success_percent": tables.percent("… better", f"Success {BETTER}", 2) | {"width": 66},
            "request_success_n": tables.ended() | {"width": 62},
        },
        "endpoints",
        "Providers of each model, dominated ones first, beside the provider that beats them",
        opens=True,
    )
    if clicked is not None:
        model = rows["model_id"][clicked].as_py()
        st.switch_page("views/model.py", query_params={"model": model, "period": period})
