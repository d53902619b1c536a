"""Charts: rows in, Vega-Lite specification out; no Streamlit inside."""

import math
from collections.abc import Sequence

from grammar import Spec, axis, color, framed, places, tooltip
from palette import Ink
from weeks import Weeks

# d3 writes G for a thousand million and k for a thousand; people here write B and K.
AMOUNT = (
    "(datum.value && datum.value < 1 ? format(datum.value, '.2~f')"
    " : replace(replace(format(datum.value, '~s'), 'G', 'B'), 'k', 'K'))"
)
PRICE_TICKS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300]
LABEL_FONT = 11
FEWEST_WEEKS = 8
SCATTER_HEIGHT = 540


def _week_axis(weeks: Weeks) -> Spec:
    """Week labels; a running week would read like a whole one, so it says what it is instead."""
    running = [label for label, what in weeks.partial.items() if what == "to date"]
    told = {"labelExpr": f"datum.label === '{running[0]}' ? 'to date' : datum.label"} if running else {}
    return {
        "field": "week",
        "type": "ordinal",
        # A single week is a bar among empty places, not a wall.
        "scale": {"domain": list(weeks.labels), "paddingOuter": max(0.1, (FEWEST_WEEKS - len(weeks.labels)) / 2)},
        "axis": places(labelAngle=0, labelOverlap="greedy", **told),
    }


FAINT = {"condition": {"test": "datum.is_whole", "value": 1}, "value": 0.45}


def weekly_bars(weeks: Weeks, unit_sign: str, entity_title: str) -> Spec:
    """Stacked weekly bars of `weeks.marks_of`; a week that is not whole is drawn lighter."""
    encoding = {
        "x": _week_axis(weeks),
        "y": {
            "field": "value",
            "type": "quantitative",
            "stack": "zero",
            "axis": axis(tickCount=4, labelExpr=f"'{unit_sign}' + {AMOUNT}"),
        },
        "color": color(),
        "order": {"field": "layer", "type": "quantitative"},
        "opacity": FAINT,
        "tooltip": tooltip(("label", entity_title), ("week_text", "Week of"), ("value_text", "Value")),
    }
    return framed({"mark": {"type": "bar", "cornerRadius": 1}, "encoding": encoding}, 320)


def weekly_lines(weeks: Weeks, entity_title: str) -> Spec:
    """One line per entity of `weeks.marks_of`, for figures that may not be stacked; partial weeks are faint dots."""
    encoding = {
        "x": _week_axis(weeks),
        "y": {"field": "value", "type": "quantitative", "axis": axis(tickCount=4, labelExpr=AMOUNT)},
        "color": color(),
        "detail": {"field": "entity_id", "type": "nominal"},
        "tooltip": tooltip(("label", entity_title), ("week_text", "Week of"), ("value_text", "Value")),
    }
    line = {
        "transform": [{"filter": "datum.is_whole"}],
        "mark": {"type": "line", "strokeWidth": 2, "tooltip": None},
    }
    dots = {"mark": {"type": "circle", "size": 44}, "encoding": {"opacity": FAINT}}
    return framed({"encoding": encoding, "layer": [line, dots]}, 320)


def cost_quality(highlighted: bool, ink: Ink, prices: Sequence[float], scores: Sequence[float]) -> Spec:
    """Bubbles of price against quality with the Pareto frontier as a dashed step line.

    Rows: model_id, label, slot, effective_usd_per_mtok, quality_score, total_tokens, is_on_frontier,
    frontier_order, is_lit, is_labelled, is_labelled_narrow, and the tooltip's texts.
    """
    x = {
        "field": "effective_usd_per_mtok",
        "type": "quantitative",
        "scale": {"type": "log", "domain": price_domain(prices), "nice": False},
        "axis": axis(
            title="Effective price, $ per million tokens (log)",
            values=PRICE_TICKS,
            labelExpr="'$' + format(datum.value, '~g')",
            labelOverlap="greedy",
            titlePadding=12,
        ),
    }
    y = {
        "field": "quality_score",
        "type": "quantitative",
        "scale": {"domain": _score_domain(scores), "nice": True},
        "axis": axis(title="Quality score", tickCount=5, titlePadding=12),
    }
    frontier = {"filter": "datum.is_on_frontier"}
    line = {
        "transform": [frontier],
        "mark": {
            "type": "line",
            "interpolate": "step-after",
            "strokeDash": [4, 4],
            "strokeWidth": 1.2,
            "color": ink.text,
            "opacity": 0.55,
        },
        "encoding": {"x": x, "y": y, "order": {"field": "frontier_order", "type": "quantitative"}},
    }
    points = {
        "params": [{"name": "picked", "select": {"type": "point", "fields": ["model_id"]}}],
        "mark": {"type": "circle", "cursor": "pointer", "strokeWidth": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": color(),
            "size": {
                "field": "total_tokens",
                "type": "quantitative",
                "scale": {"type": "pow", "exponent": 0.45, "range": [40, 1300]},
                "legend": None,
            },
            "opacity": {
                "condition": {"test": "datum.is_lit", "value": 0.88},
                "value": 0.08 if highlighted else 0.88,
            },
            "tooltip": tooltip(
                ("model_id", "Model"),
                ("price_text", "Effective $/M"),
                ("quality_text", "Quality"),
                ("tokens_text", "Tokens"),
                ("dominated_text", "Dominated"),
            ),
        },
    }
    beside = {"expr": "-3 - sqrt(scale('size', datum.total_tokens) / PI)"}  # left of the bubble, whatever its size
    text = {"type": "text", "align": "right", "dx": beside, "dy": -7, "fontSize": LABEL_FONT, "fontWeight": 600}
    halo = text | {
        "color": ink.surface,
        "stroke": ink.surface,
        "strokeWidth": 3,
        "strokeJoin": "round",
        "aria": False,
    }
    labels = {
        "transform": [frontier],
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "label", "type": "nominal"},
            "opacity": {
                "condition": {
                    "test": "width > 700 ? datum.is_labelled : datum.is_labelled_narrow",
                    "value": 1,
                },
                "value": 0,
            },
        },
        "layer": [{"mark": halo}, {"mark": text | {"color": ink.text}}],
    }
    return framed({"layer": [line, points, labels]}, SCATTER_HEIGHT)


def latency_ranges(ink: Ink, row_count: int) -> Spec:
    """A dot at the median and a bar to the 95th percentile, one row per provider.

    Rows: provider, slot, ttft_p50_s, ttft_p95_s, p50_text, p95_text, n_text; fastest first.
    """
    y = {"field": "provider", "type": "nominal", "sort": None, "axis": places(labelLimit=120)}
    x = {
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": axis(tickCount=5, labelExpr="datum.label + ' s'"),
    }
    told = tooltip(("provider", "Provider"), ("p50_text", "p50"), ("p95_text", "p95"), ("n_text", "Streams"))
    rule = {
        "mark": {"type": "rule", "strokeWidth": 6, "strokeCap": "round", "color": ink.text, "opacity": 0.18},
        "encoding": {"x": x | {"field": "ttft_p50_s"}, "x2": {"field": "ttft_p95_s"}, "tooltip": told},
    }
    dot = {
        "mark": {"type": "circle", "size": 110, "opacity": 1},
        "encoding": {"x": x | {"field": "ttft_p50_s"}, "color": color(), "tooltip": told},
    }
    return framed({"encoding": {"y": y}, "layer": [rule, dot]}, max(320, 44 * row_count))


def price_domain(prices: Sequence[float]) -> list[float]:
    """The ticks around the cheapest and the dearest point."""
    low, high = min(prices), max(prices)
    return [
        max((tick for tick in PRICE_TICKS if tick < low), default=low / 2),
        min((tick for tick in PRICE_TICKS if tick > high), default=high * 2),
    ]


def _score_domain(scores: Sequence[float]) -> list[float]:
    """From zero, or from under the lowest score where none is near zero."""
    low, high = min(scores), max(scores)
    room = (high - low or abs(high) or 1) * 0.1
    return [0 if 0 <= low < 4 * room else low - room, high + room]


def labelled(points: Sequence[tuple[str, float, float]], spec: Spec, width: int) -> set[str]:
    """Which of (label, price, score) fit left of their points without touching, in a plot this wide; best first."""
    encoding = spec["layer"][0]["encoding"]
    cheap, dear = (math.log(price) for price in encoding["x"]["scale"]["domain"])
    bottom, top = encoding["y"]["scale"]["domain"]
    boxes: list[tuple[float, float, float]] = []
    fitting: set[str] = set()
    for label, price, score in sorted(points, key=lambda point: -point[2]):
        right = (math.log(price) - cheap) / (dear - cheap) * width
        left, middle = (
            right - len(label) * LABEL_FONT * 0.6 - 12,
            (score - bottom) / (top - bottom) * SCATTER_HEIGHT,
        )
        if left > 0 and all(right < box[0] or left > box[1] or abs(middle - box[2]) > LABEL_FONT + 3 for box in boxes):
            boxes.append((left, right, middle))
            fitting.add(label)
    return fitting
