"""Charts of the part Price and usage: rows in, Vega-Lite specification out."""

from collections.abc import Sequence

from charts import AMOUNT, LABEL_FONT, PRICE_TICKS, price_domain
from grammar import Spec, axis, color, framed, tooltip
from palette import Ink

HEIGHT = 460


def price_usage(ink: Ink, prices: Sequence[float], medians: tuple[float, float], unit_title: str) -> Spec:
    """Models by price and usage, both logarithmic, with the medians that part the quadrants.

    Rows: model_id, slot, effective_usd_per_mtok, value, quadrant, is_lit, price_text, value_text.
    """
    low, high = price_domain(prices)
    x = {
        "field": "effective_usd_per_mtok",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": axis(
            title="Effective price, $ per million tokens (log)",
            values=PRICE_TICKS,
            labelExpr="'$' + format(datum.value, '~g')",
            labelOverlap="greedy",
            titlePadding=12,
            grid=False,
        ),
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"type": "log", "nice": True},
        "axis": axis(title=f"{unit_title} (log)", tickCount=4, labelExpr=AMOUNT, titlePadding=12, grid=False),
    }
    points = {
        "params": [{"name": "picked", "select": {"type": "point", "fields": ["model_id"]}}],
        "mark": {"type": "circle", "cursor": "pointer", "size": 110},
        "encoding": {
            "x": x,
            "y": y,
            "color": color(),
            "opacity": {"condition": {"test": "datum.is_lit", "value": 0.88}, "value": 0.12},
            "tooltip": tooltip(
                ("model_id", "Model"),
                ("price_text", "Effective $/M"),
                ("value_text", unit_title),
                ("quadrant", "Quadrant"),
            ),
        },
    }
    median_price, median_usage = medians
    layers = [_line(ink, "x", x, median_price), _line(ink, "y", y, median_usage), points, *_corners(ink)]
    return framed({"layer": layers}, HEIGHT)


def _line(ink: Ink, channel: str, like: Spec, at: float) -> Spec:
    """A dashed line over the whole chart, on the same axis as the points."""
    constant = {key: value for key, value in like.items() if key != "field"} | {"datum": at}
    mark = {"type": "rule", "color": ink.text, "opacity": 0.45, "strokeDash": [4, 4], "aria": False}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {channel: constant}}


def _corners(ink: Ink) -> list[Spec]:
    """The quadrants' names in their corners."""
    names = {
        "Mass-market": ("left", "top"),
        "Premium": ("right", "top"),
        "Niche": ("left", "bottom"),
        "Specialised": ("right", "bottom"),
    }
    return [
        {
            "data": {"values": [{"name": name}]},
            "mark": {
                "type": "text",
                "align": side,
                "baseline": end,
                "fontSize": LABEL_FONT,
                "fontWeight": 600,
                "color": ink.text,
                "opacity": 0.7,
                "dx": 6 if side == "left" else -6,
                "dy": 6 if end == "top" else -6,
            },
            "encoding": {
                "x": {"value": 0 if side == "left" else {"expr": "width"}},
                "y": {"value": 0 if end == "top" else {"expr": "height"}},
                "text": {"field": "name", "type": "nominal"},
            },
        }
        for name, (side, end) in names.items()
    ]
