"""The Compare page's table as HTML: figures down, models across, the best of each row in bold with a word."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

import format as text
from charts_compare import GLYPHS

Row = Mapping[str, Any]

LABELS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "total_tokens": ("Tokens", text.compact),
    "token_share": ("Share of all tokens", text.percent),
    "request_count": ("Requests", text.compact),
    "active_user_count": ("Users", text.compact),
    "effective_usd_per_mtok": ("Effective $/M", text.price),
    "blended_usd_per_mtok": ("List $/M, own mix", text.price),
    "list_input_usd_per_mtok": ("List $/M, input", text.price),
    "list_output_usd_per_mtok": ("List $/M, output", text.price),
    "cost_usd_per_success": ("Cost per success", text.usd),
    "cache_hit_rate": ("Cache hit rate", text.percent),
    "failed_spend_share": ("Spend on failures", lambda value: text.percent(value, 2)),
    "spend_usd": ("Spend", text.usd),
    "ttft_p50_s": ("Time to first token, p50", text.seconds),
    "ttft_p95_s": ("Time to first token, p95", text.seconds),
    "output_speed_p50": ("Output speed, p50", text.speed),
    "output_speed_p10_slow": ("Output speed 9 in 10 reach", text.speed),
    "request_success_rate": ("Success", lambda value: text.percent(value, 2)),
    "provider_uptime_rate": ("Provider uptime", lambda value: text.percent(value, 2)),
    "error_rate_rate_limit": ("Rate limited", lambda value: text.percent(value, 2)),
    "fallback_rate": ("Answered for another model", lambda value: text.percent(value, 2)),
    "feedback_up_share": ("Feedback judged good", text.percent),
}


def names(models: Sequence[str], slots: Mapping[str, int]) -> list[str]:
    """Each model with the point that its line is drawn with; names are text whatever they hold."""
    return [
        f'<span><span class="ink-{slots[model]}" aria-hidden="true">{glyph}</span> {breakable(model)}</span>'
        for model, glyph in zip(models, GLYPHS.values(), strict=False)
    ]


def breakable(model: str) -> str:
    """A model's name as HTML that may break after the author's slash and at hyphens, never inside a word."""
    return escape(text.plain(model)).replace("/", "/<wbr>")


def html(rows: Iterable[Row], models: Sequence[str], slots: Mapping[str, int]) -> str:
    """The table."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in names(models, slots))
    body = "".join(
        f'<tr class="section"><th scope="colgroup" colspan="{len(models) + 1}">{section}</th></tr>'
        + "".join(_line(metric, list(cells), models) for metric, cells in groupby(figures, lambda row: row["metric"]))
        for section, figures in groupby(rows, lambda row: row["section"])
    )
    return (
        '<div class="podium-compare" role="region" aria-label="Compared figures" tabindex="0"><table>'
        f'<thead><tr><th scope="col">Figure</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _line(metric: str, cells: Sequence[Row], models: Sequence[str]) -> str:
    label, written = LABELS.get(metric, (text.plain(metric), _score))
    by_model = {row["model_id"]: row for row in cells}
    figures = "".join(_cell(by_model.get(model), written) for model in models)
    return f'<tr><th scope="row">{escape(label)}</th>{figures}</tr>'


def _score(value: float | None) -> str:
    return text.UNKNOWN if value is None else f"{value:.1f}"


def _cell(row: Row | None, written: Callable[[Any], str]) -> str:
    if row is None:
        return f"<td>{text.UNKNOWN}</td>"
    if row["value"] is None and not row["is_hidden"]:
        return f"<td>{escape(text.too_few(row['n']))}</td>"
    figure = escape(text.few(row["min_users"]) if row["is_hidden"] else written(row["value"]))
    word = row["word"] if row["is_clear"] else f"{row['word']}, within error"
    told = f"<b>{figure}</b> <em>{word}</em>" if row["is_best"] else figure
    return f"<td>{told}{''.join(f'<small>{escape(note)}</small>' for note in _notes(row, written))}</td>"


def _notes(row: Row, written: Callable[[Any], str]) -> list[str]:
    """What a figure rests on: its interval, how much of it is known, of how many, in which hours it holds."""
    interval = [] if row["low"] is None else [f"{written(row['low'])} to {written(row['high'])}"]
    priced = [] if row["coverage_share"] is None else [f"{text.percent(row['coverage_share'])} priced"]
    counted = [] if row["n"] is None else [f"of {text.compact(row['n'])}"]
    hours = filter(None, [text.price_hours(row["other_hours_ratio"])])
    return [*interval, *priced, *counted, *hours]
