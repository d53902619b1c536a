"""Model: one model's weeks, providers, price, speed and reliability."""

import charts
import downloads
import filters
import format as text
import frame
import palette
import published
import pyarrow as pa
import streamlit as st
import tables
import weeks

WEIGHTS = {"open": (":material/lock_open:", "Open weights"), "closed": (":material/lock:", "Proprietary")}


def badges(card: dict) -> None:
    """Author, weights, context: what the catalogue knows, nothing where it does not."""
    with st.container(horizontal=True, key="badges"):
        if card.get("author"):
            st.badge(
                f"by {text.escaped(card['author_name'] or card['author'])}",
                icon=":material/domain:",
                color="blue",
            )
        if card.get("weights") in WEIGHTS:
            icon, label = WEIGHTS[card["weights"]]
            st.badge(label, icon=icon, color="gray")
        if card.get("context_tokens"):
            st.badge(f"{text.compact(card['context_tokens'])} context", icon=":material/notes:", color="gray")
        if card.get("released_date"):
            st.badge(f"Released {text.day(card['released_date'])}", icon=":material/event:", color="gray")


def kpis(now: dict, moved: dict, weeks: dict) -> list[frame.Card]:
    """The model's five figures; the sparklines are its complete weeks."""
    return [
        frame.Card(
            "Tokens",
            text.compact(now.get("total_tokens")),
            text.change(now.get("total_tokens_change")),
            "normal",
            weeks["total_tokens"],
            f"rank {now['rank']} by tokens" if now.get("rank") else "",
        ),
        frame.Card(
            "Effective $/M",
            text.price(now.get("effective_usd_per_mtok")),
            text.change(moved.get("effective_usd_per_mtok_change")),
            "inverse",
            weeks["effective_usd_per_mtok"],
            f"{text.usd(now.get('spend_usd'))} spent · {text.percent(now.get('pricing_coverage_share'))} priced",
        ),
        frame.Card(
            "TTFT p50",
            text.seconds(now.get("ttft_p50_s")),
            text.change(moved.get("ttft_p50_s_change")),
            "inverse",
            weeks["ttft_p50_s"],
            sample(now.get("ttft_n")),
        ),
        frame.Card(
            "Output speed",
            text.speed(now.get("output_speed_p50")),
            None,
            "normal",
            [],
            slow_tail(now),
            "Tokens per second of streams after the first token",
        ),
        frame.Card(
            "Success",
            text.percent(now.get("request_success_rate"), 2),
            text.points(moved.get("success_change_pp")),
            "normal",
            weeks["request_success_rate"],
            answered(now),
            "Requests that ended ok, of those ok or failed; with its 95 % interval",
        ),
    ]


def answered(now: dict) -> str:
    """The interval of success and what it is of, or that so few requests tell nothing."""
    low, high, count = (now.get(f"request_success_{name}") for name in ("rate_low", "rate_high", "n"))
    if low is None:
        return f"{text.too_few(count)}: 20 tell" if count else "no request ended"
    return f"{text.percent(low, 2)} to {text.percent(high, 2)} of {text.compact(count)}"


def slow_tail(now: dict) -> str:
    """What nine in ten requests reach or beat, as the median hides it."""
    slow = now.get("output_speed_p10_slow")
    return sample(now.get("output_speed_n")) if slow is None else f"9 in 10 reach {text.speed(slow)}"


def sample(count: int | None) -> str:
    return f"{text.compact(count)} streams" if count else "no streams timed"


def tokens_by_provider(edition: published.Edition, model: str, slots: dict[str, int]) -> None:
    """Stacked weekly tokens; the running week lighter."""
    weekly = edition.rows("model_providers_weekly", model=model, charted=tuple(slots)).to_pylist()
    order = [entity for entity in slots if any(row["entity_id"] == entity for row in weekly)]
    axis = weeks.Weeks.of(edition.rows("weeks").to_pylist())
    marks = weeks.marks_of(weekly, order, slots, axis, text.compact)
    with st.container(border=True, height="stretch"):
        frame.heading("Tokens by provider")
        others = [("Other", palette.OTHER_SLOT)] if any(mark["entity_id"] == "other" for mark in marks) else []
        frame.legend([*((entity, slots[entity]) for entity in order), *others])
        st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            charts.weekly_bars(axis, "", "Provider"),
            key="providers-weekly",
            alt="Tokens per week by provider",
        )


def latency(rows: list[dict], slots: dict[str, int]) -> None:
    """Median to 95th percentile per provider, fastest first."""
    timed = sorted((row for row in rows if row["ttft_p50_s"] is not None), key=lambda row: row["ttft_p50_s"])
    with st.container(border=True, height="stretch"):
        frame.heading("Time to first token, p50 to p95", "seconds")
        if not timed:
            st.caption("No provider has enough streams to time.")
            return
        marks = [
            {
                "provider": text.plain(row["provider_name"]),
                "slot": slots.get(row["provider_name"], palette.OTHER_SLOT),
                "ttft_p50_s": row["ttft_p50_s"],
                "ttft_p95_s": row["ttft_p95_s"],
                "p50_text": text.seconds(row["ttft_p50_s"]),
                "p95_text": text.seconds(row["ttft_p95_s"]),
                "n_text": text.compact(row["ttft_n"]),
            }
            for row in timed
        ]
        st.vega_lite_chart(
            pa.Table.from_pylist(marks),
            charts.latency_ranges(frame.ink(), len(marks)),
            key="latency",
            alt="Median and 95th percentile of time to first token per provider",
        )


def own_quality(edition: published.Edition, model: str, period: str) -> None:
    """What people and judges say of this model's answers to your own requests; how to tell Podium where nobody does."""
    rows = edition.rows("model_quality", model=model, period=period)
    rest = "scores of your requests, by `request_id`"
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="quality-top"
    ):
        frame.heading("Own-traffic quality", rest)
        if rows.num_rows:
            about = downloads.about(edition, "quality", period, model=model)
            downloads.button(edition, rows, f"quality-{period}", about)
    if not rows.num_rows:
        st.caption(
            f"{frame.window(edition, period)}: no request of this model has a score. Send thumbs, ratings or a "
            "judge's verdicts, one `request_id` and `score` a line: `podium land scores.jsonl --source scores`."
        )
        return
    tables.show(
        rows,
        {
            "score_name": tables.text("Score", 170),
            "drawn_figure": tables.text("Figure", 96),
            "mean_percent": tables.coverage(
                "Of 100", "Mean of scores from 0 to 1; of feedback, the share above one half"
            ),
            "drawn_interval": tables.text("95 % interval", 130),
            "score_count": tables.count("Scored", "Requests with a score of this name"),
            "scored_percent": tables.coverage("Of requests", "Scored requests of all requests of this model"),
        },
        "own-quality",
        "Scores of this model's own requests: mean, interval, count and share of requests",
    )


def unknown(edition: published.Edition, model: str, models: list[str]) -> None:
    """No such model: those that look like it, one click each; the most used where none does."""
    frame.header(edition, "Model", "", ["rankings.weekly"])
    alike = edition.rows("nearest_models", model=model)["model_id"].to_pylist()
    with st.container(border=True, key="empty", gap="xsmall"):
        st.markdown(f"#### No model *{text.escaped(model)}*")
        st.markdown("Nothing with this id was logged." + (" The nearest:" if alike else ""))
        for near in alike:
            if st.button(text.escaped(near), key=f"near-{near}", type="tertiary", icon=":material/arrow_forward:"):
                st.switch_page("views/model.py", query_params={**filters.board(), "model": near})
    if not alike:
        most_used(models)


def most_used(models: list[str]) -> None:
    """Links to the ten models that carry most tokens."""
    frame.heading("Most used", "open one")
    with st.container(border=True, key="most-used", gap="xxsmall"):
        for name in models[:10]:
            st.page_link(
                "views/model.py",
                label=text.escaped(name),
                icon=":material/arrow_forward:",
                query_params={**filters.board(), "model": name},
            )


edition = published.current()
way_back = st.container(horizontal=True, vertical_alignment="bottom", key="picker")
models = edition.rows("models")["model_id"].to_pylist()
with st.container(horizontal=True, vertical_alignment="top", key="filters"):
    model = filters.pick("Model", "model", models, "Choose a model", 420)
    period = frame.choose_period(edition, "1w")
with way_back:
    st.page_link(
        "views/leaderboard.py",
        label="Leaderboard",
        icon=":material/arrow_back:",
        query_params=filters.board(),
    )
    if model in models:
        compared = {"m": model, "period": period}
        st.page_link("views/compare.py", label="Compare", icon=":material/compare_arrows:", query_params=compared)
if model is None:
    frame.header(edition, "Model", "choose one above", ["rankings.providers"])
    most_used(models)
    st.stop()
if model not in models:
    unknown(edition, model, models)
    st.stop()

card = edition.row("model_card", model=model) or {}
frame.header(
    edition,
    text.escaped(text.short(model)),
    text.escaped(model),
    [
        "rankings.adoption",
        "rankings.price",
        "rankings.latency",
        "rankings.reliability",
        "rankings.providers",
        "rankings.feedback",
        "rankings.scores",
    ],
    period,
)
badges(card)
claimed = edition.rows("color_slots", kind="provider").to_pylist()
names = edition.rows("model_provider_names", model=model)["provider_name"].to_pylist()
slots = palette.slots_of(names, [(row["entity_id"], row["slot"]) for row in claimed])

dates = edition.row("window", period=period)
now = edition.row("model_kpis", model=model, period=period)
if dates is None:
    st.info(frame.no_week(edition) + " This is the running week so far.", icon=":material/hourglass_top:")
    tokens_by_provider(edition, model, slots)
    st.stop()
if now is None or now["request_count"] is None:
    quiet = f"This model had no traffic in this period: {frame.window(edition, period)}."
    frame.empty(quiet, "Show 12 weeks", filters.set_period, "12w", ":material/event_busy:")
    tokens_by_provider(edition, model, slots)
    st.stop()
latest = edition.rows("model_weekly", model=model)
this_week = [row for row in latest.to_pylist() if period == "1w" and row["week_start"] == dates["start_date"]]
frame.cards(kpis(now, this_week[0] if this_week else {}, latest.to_pydict()))

providers = edition.rows("model_providers", model=model, period=period)
left, right = st.columns([3, 2])
with left:
    tokens_by_provider(edition, model, slots)
with right:
    latency(providers.to_pylist(), slots)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="count"):
    frame.heading("Providers", frame.window(edition, period))
    downloads.button(
        edition,
        providers,
        f"providers-{period}",
        downloads.about(edition, "providers", period, model=model),
    )
tables.show(
    providers,
    {
        "provider_name": tables.text("Provider", 150),
        "total_tokens": tables.amount("tokens"),
        "share_percent": tables.share(100),
        "effective_usd_per_mtok": tables.price(),
        "priced_percent": tables.priced(),
        "ttft_p50_s": tables.p50(),
        "ttft_p95_s": tables.p95(),
        "output_speed_p50": tables.speed(),
        "success_percent": tables.success(),
        "request_success_n": tables.ended(),
    },
    "providers",
    "Providers of this model, largest first",
)
own_quality(edition, model, period)
