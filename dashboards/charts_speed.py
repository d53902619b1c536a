"""Charts of the Latency & reliability page: rows in, Vega-Lite specification out; no Streamlit inside."""

from collections.abc import Sequence

from grammar import Spec, axis, framed, places, tooltip
from palette import SLOTS, Ink

STRONG = 0.943  # from here down a cell is painted so strongly that its text takes the page's background
TICKS = [base * 10**power for power in range(-3, 4) for base in (1, 2, 5)]
SECONDS = "format(datum.value, '~g') + ' s'"
TIMED = (("p50_text", "p50"), ("interval_text", "95 % interval"), ("p95_text", "p95"), ("n_text", "Streams"))


def _log_seconds(seconds: Sequence[float]) -> Spec:
    """A log axis from under the least to over the most."""
    low, high = min(seconds) / 1.3, max(seconds) * 1.3
    ticks = [tick for tick in TICKS if low <= tick <= high]
    return {
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": axis(values=ticks, labelExpr=SECONDS, labelOverlap="greedy"),
    }


def ranges(ink: Ink, seconds: Sequence[float], row_count: int, label_width: int = 150) -> Spec:
    """A dot at each median, its interval as a thin bar, a wide pale bar to the 95th percentile; log axis.

    Rows in the order drawn: label, slot (0 has none), p50, low, high, p95, and the tooltip's texts.
    """
    x = {"type": "quantitative"} | _log_seconds(seconds)
    y = {"field": "label", "type": "nominal", "sort": None, "axis": places(labelLimit=label_width)}
    told = tooltip(
        ("name", "Of"),
        ("p50_text", "p50"),
        ("interval_text", "95 % interval"),
        ("p95_text", "p95"),
        ("n_text", "Streams"),
    )
    color = {
        "condition": {
            "test": "datum.slot > 0",
            "field": "slot",
            "type": "nominal",
            "scale": {"domain": list(SLOTS)},
            "legend": None,
        },
        "value": ink.text,
    }
    wide = {
        "mark": {"type": "rule", "strokeWidth": 7, "strokeCap": "round", "color": ink.text, "opacity": 0.16},
        "encoding": {"x": x | {"field": "p50"}, "x2": {"field": "p95"}, "tooltip": told},
    }
    interval = {
        "mark": {"type": "rule", "strokeWidth": 2, "color": ink.text, "opacity": 0.7},
        "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "tooltip": told},
    }
    dot = {
        "mark": {"type": "circle", "size": 80, "opacity": 1},
        "encoding": {"x": x | {"field": "p50"}, "color": color, "tooltip": told},
    }
    return framed({"encoding": {"y": y}, "layer": [wide, interval, dot]}, 44 + 26 * row_count)


def heatmap(ink: Ink, days: Sequence[str], provider_count: int, grain: str = "day") -> Spec:
    """Providers by days (or weeks); the worse the stronger. Under 95 % a cell is marked: colour alone tells nothing.

    Rows: day, provider_name, rate (null: too few), rate_text, n_text, mark_text (percent, a cross or a point).
    """
    encoding = {
        "x": {
            "field": "day",
            "type": "ordinal",
            "scale": {"domain": list(days)},
            "axis": places(labelAngle=0, labelOverlap="greedy"),
        },
        "y": {"field": "provider_name", "type": "nominal", "sort": None, "axis": places(labelLimit=130)},
        "tooltip": tooltip(
            ("provider_name", "Provider"), ("day", grain.capitalize()), ("rate_text", "Answered"), ("n_text", "Calls")
        ),
    }
    cells = {
        "params": [{"name": "picked", "select": {"type": "point", "fields": ["provider_name"]}}],
        "mark": {"type": "rect", "stroke": ink.surface, "strokeWidth": 1, "cursor": "pointer", "cornerRadius": 2},
        "encoding": {
            "color": {
                "field": "rate",
                "type": "quantitative",
                "scale": {"domain": [0.9, 1], "clamp": True, "reverse": True},
                "legend": None,
            }
        },
    }
    marks = {
        # Most days say nothing: thousands of empty texts would have to be laid out.
        "transform": [{"filter": "datum.mark_text"}],
        "mark": {"type": "text", "fontSize": 11, "aria": False},
        "encoding": {
            "text": {"field": "mark_text", "type": "nominal"},
            "color": {
                "condition": {"test": f"isValid(datum.rate) && datum.rate < {STRONG}", "value": ink.surface},
                "value": ink.text,
            },
        },
    }
    return framed({"encoding": encoding, "layer": [cells, marks]}, 40 + 24 * provider_count)


def profile(ink: Ink, labels: Sequence[str], seconds: Sequence[float], connected: bool) -> Spec:
    """Medians with their intervals over a few places of an axis, and the 95th percentiles as ticks above; log axis.

    Rows: label, p50_s, low_s, high_s, p95_s, and the tooltip's texts.
    """
    x = {
        "field": "label",
        "type": "ordinal",
        "scale": {"domain": list(labels)},
        "axis": places(labelAngle=0, labelOverlap="greedy"),
    }
    y = {"type": "quantitative"} | _log_seconds(seconds)
    told = tooltip(
        ("label", "At"),
        ("p50_text", "p50"),
        ("interval_text", "95 % interval"),
        ("p95_text", "p95"),
        ("n_text", "Streams"),
    )
    line = {
        "mark": {"type": "line", "strokeWidth": 1.5, "opacity": 0.55, "color": ink.text, "tooltip": None},
        "encoding": {"y": y | {"field": "p50_s"}},
    }
    interval = {
        "mark": {"type": "rule", "strokeWidth": 5, "strokeCap": "round", "opacity": 0.2, "color": ink.text},
        "encoding": {"y": y | {"field": "low_s"}, "y2": {"field": "high_s"}, "tooltip": told},
    }
    dot = {
        "mark": {"type": "circle", "size": 60, "opacity": 1},
        "encoding": {
            "y": y | {"field": "p50_s"},
            "tooltip": told,
        },
    }
    tail = {
        "mark": {"type": "tick", "thickness": 2, "size": 12, "opacity": 0.6, "color": ink.text, "orient": "horizontal"},
        "encoding": {"y": y | {"field": "p95_s"}, "tooltip": told},
    }
    layers = [*([line] if connected else []), interval, dot, tail]
    return framed({"encoding": {"x": x}, "layer": layers}, 220)
