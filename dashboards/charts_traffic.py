"""Charts of the Traffic page: rows in, Vega-Lite specification out."""

from collections.abc import Sequence

from charts import AMOUNT
from charts_share import week_axis
from grammar import Spec, axis, framed, places, tooltip
from palette import Ink

TOKEN_TICKS = [10, 100, 1_000, 10_000, 100_000, 1_000_000]


def length_lines(labels: Sequence[str], ink: Ink) -> Spec:
    """Mean tokens per request of prompts and answers on a logarithmic axis, each named at its line's end.

    Rows: week, part, value, value_text, is_last.
    """
    encoding = {
        "x": week_axis(labels),
        "y": {
            "field": "value",
            "type": "quantitative",
            "scale": {"type": "log"},
            "axis": axis(values=TOKEN_TICKS, labelExpr=AMOUNT),
        },
        "detail": {"field": "part", "type": "nominal"},
        "strokeDash": {"field": "part", "type": "nominal", "legend": None},
    }
    told = tooltip(("part", "Part"), ("week", "Week of"), ("value_text", "Tokens per request"))
    names = {
        "transform": [{"filter": "datum.is_last"}],
        "mark": {"type": "text", "align": "right", "dy": -12, "fontSize": 11, "fontWeight": 600, "color": ink.text},
        "encoding": {"text": {"field": "part", "type": "nominal"}},
    }
    line = {"mark": {"type": "line", "strokeWidth": 2}}
    dots = {"mark": {"type": "circle", "size": 60, "opacity": 1}, "encoding": {"tooltip": told}}
    return framed({"encoding": encoding, "layer": [line, dots, names]}, 220)


def size_bars(ink: Ink) -> Spec:
    """Shares of the requests by size of prompt, smallest first. Rows: size, share, share_text, count_text."""
    encoding = {
        "y": {"field": "size", "type": "nominal", "sort": None, "axis": places()},
        "x": {"field": "share", "type": "quantitative", "axis": axis(tickCount=4, format="%")},
        "tooltip": tooltip(("size", "Prompt up to"), ("share_text", "Requests"), ("count_text", "Count")),
    }
    text = {"mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "color": ink.text}}
    text |= {"encoding": {"text": {"field": "share_text", "type": "nominal"}}}
    bars = {"mark": {"type": "bar", "cornerRadius": 1, "height": 18}}
    return framed({"encoding": encoding, "layer": [bars, text]}, 220)
