"""Market share: who gains and who loses, and how much hangs on how few."""

import charts_share
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import streamlit as st
import tables

MARKETS = {
    "author": "Author",
    "model": "Model",
    "provider": "Provider",
    "weights": "Open or closed",
    "country": "Lab's country",
    "size_class": "Model size",
}
UNITS = {"tokens": "Tokens", "requests": "Requests", "spend": "Spend"}
CHARTED = 7
UNKNOWN_WEIGHTS = 0.005


def kpis(edition: published.Edition, period: str, market: str, unit: str) -> list[frame.Card]:
    """How concentrated the market is; models where the page groups by what has few members."""
    grouped = market if market in ("author", "provider") else "model"
    row = edition.row("market_concentration", period=period, market=grouped, unit=unit) or {}
    exposed = edition.row("market_exposure", period=period, unit=unit) or {}
    of = f"of {row.get('member_count') or 0} {grouped}s with traffic"
    known = f"{text.percent(row.get('known_share'))} of {unit} known"
    unknown = exposed.get("unknown_weights_share") or 0
    licences = f"{text.percent(unknown)} unknown" if unknown > UNKNOWN_WEIGHTS else "all licences known"
    named = f"provider known for {text.percent(exposed.get('coverage_share'))}"
    return [
        frame.Card(
            f"Largest {grouped}",
            text.percent(row.get("top_1_share")),
            text.points(row.get("top_1_share_change_pp")),
            "off",
            row.get("top_1_shares") or [],
            of,
            f"The part of {unit} that goes to the largest one",
        ),
        frame.Card(
            f"Top five {grouped}s",
            text.percent(row.get("top_5_share")),
            text.points(row.get("top_5_share_change_pp")),
            "off",
            row.get("top_5_shares") or [],
            of,
        ),
        frame.Card(
            f"Effective {grouped}s",
            text.compact(row.get("effective_count")),
            text.change(row.get("effective_count_change")),
            "off",
            row.get("effective_counts") or [],
            known,
            "10,000 over the Herfindahl-Hirschman index: as many equal ones would be as concentrated. "
            f"The index is {text.compact(row.get('hhi'))}, Gini's coefficient {text.percent(row.get('gini'))}",
        ),
        frame.Card(
            "One provider only",
            text.percent(exposed.get("single_provider_share")),
            None,
            "off",
            [],
            named,
            f"The part of {unit} on the {exposed.get('single_provider_model_count') or 0} models that just one "
            "provider served in the period: where it fails, they do",
        ),
        frame.Card(
            "Open weights",
            text.percent(exposed.get("open_weights_share")),
            text.points(exposed.get("open_weights_share_change_pp")),
            "off",
            exposed.get("open_weights_shares") or [],
            licences,
            f"The part of {unit} on models whose weights are published",
        ),
    ]


def colors(edition: published.Edition, market: str, charted: list[str]) -> dict[str, int]:
    claimed = edition.rows("color_slots", kind=market).to_pylist()
    return palette.slots_of(charted, [(row["entity_id"], row["slot"]) for row in claimed])


def area(edition: published.Edition, market: str, unit: str, charted: list[str], slots: dict[str, int]) -> None:
    """Shares week by week."""
    rows = edition.rows("market_stack", market=market, unit=unit, charted=tuple(charted)).to_pylist()
    labels = list(dict.fromkeys(row["week"] for row in rows))
    marks = charts_share.area_marks(rows, slots)
    with st.container(border=True):
        weeks = "1 week" if len(labels) == 1 else f"{len(labels)} weeks"
        frame.heading(f"Share of {UNITS[unit].lower()}", f"{weeks}, whole ones only")
        frame.legend(charts_share.area_legend(marks, slots))
        spec = charts_share.share_area(labels, frame.ink(), MARKETS[market])
        alt = f"Share of {unit} by {MARKETS[market].lower()}, week by week"
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt=alt, key="area")


def bump(edition: published.Edition, market: str, unit: str, charted: list[str], slots: dict[str, int]) -> None:
    """Places week by week; nothing to draw before the second whole week."""
    rows = edition.rows("market_ranks", market=market, unit=unit, charted=tuple(charted)).to_pylist()
    labels = list(dict.fromkeys(row["week"] for row in rows))
    if len(labels) < 2:
        return
    marks = [
        {
            "week": row["week"],
            "entity_id": row["entity_id"],
            "label": text.short(row["entity_id"]) if market == "model" else text.plain(row["entity_id"]),
            "slot": slots[row["entity_id"]],
            "rank": row["rank"],
            "rank_text": f"{row['rank']}",
            "is_last": row["week"] == labels[-1],
        }
        for row in rows
    ]
    with st.container(border=True):
        frame.heading("Places", f"last {len(labels)} weeks")
        spec = charts_share.rank_lines(labels, frame.ink(), max(row["rank"] for row in rows), MARKETS[market])
        alt = f"Place by {unit} of the largest {len(charted)}, week by week"
        st.vega_lite_chart(pa.Table.from_pylist(marks), spec, alt=alt, key="bump")


def board(edition: published.Edition, rows: pa.Table, period: str, market: str, unit: str) -> None:
    """The table, and its download."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
        about = "shares add up to the whole" + (", what is not known included" if has_unknown(rows) else "")
        frame.heading(MARKETS[market], about)
        told = downloads.about(edition, "market", period, market=market, unit=unit)
        downloads.button(edition, rows, f"share-{market}-{unit}-{period}", told)
    largest = max((value for value in rows["share_percent"].to_pylist() if value is not None), default=None)
    shown = {
        "rank": tables.rank(),
        "member": tables.text(MARKETS[market], 198),
        "share_percent": tables.share(largest, unit),
        "drawn_moved": tables.moved(),
        "share_change_pp": tables.moved_points(),
        "value": tables.amount(unit, rows["value"].to_pylist()),
        "change_percent": tables.change(),
        "model_count": tables.count("Models"),
        "known_percent": tables.coverage("Known", "How much of the unit is known: usage for tokens, prices for spend"),
    }
    clicked = tables.show(rows, shown, "market", f"{MARKETS[market]}s by share of {unit}", opens=market == "model")
    if clicked is not None:
        st.switch_page("views/model.py", query_params={"model": rows["member"][clicked].as_py(), "period": period})


def has_unknown(rows: pa.Table) -> bool:
    return None in rows["rank"].to_pylist()


edition = published.current()
heading = st.container()
cards = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    market = filters.menu("Group by", "group", MARKETS, "author", 150)
    unit = filters.choose("Share of", "measure", UNITS, "tokens")
    period = frame.choose_period(edition, "1w")
with heading:
    tables_behind = ["rankings.market", "rankings.market_weekly", "rankings.concentration", "rankings.exposure"]
    frame.header(edition, "Market share", "who gains, who loses", tables_behind, period)

rows = edition.rows("market_board", period=period, market=market, unit=unit)
if not rows.num_rows:
    frame.no_data(frame.no_week(edition))
    st.stop()
with cards:
    frame.cards(kpis(edition, period, market, unit))
charted = [row["member"] for row in rows.to_pylist() if row["rank"] is not None][:CHARTED]
slots = colors(edition, market, charted)
wide, narrow = st.columns([3, 2])
with wide:
    area(edition, market, unit, charted, slots)
with narrow:
    bump(edition, market, unit, charted, slots)
board(edition, rows, period, market, unit)
