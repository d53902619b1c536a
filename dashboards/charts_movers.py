"""Charts of the Movers page: changes with their intervals, and one order of models beside others."""

from typing import Any

from grammar import Spec, axis, color, framed, places, tooltip
from palette import Ink

PERCENT = "datum.value ? format(datum.value, '+~p') : '0%'"
ROW = 30
BEYOND = 11


def change_ranges(ink: Ink, rose: str, fell: str, row_count: int) -> Spec:
    """A dot at each change on a bar over its interval; filled where 0 is outside of it, hollow where not.

    Rows: label, change, change_low, change_high, rises, is_clear, and the tooltip's texts; drawn in their order.
    """
    y = {"field": "label", "type": "nominal", "sort": None, "axis": places(labelLimit=190)}
    x: dict[str, Any] = {"type": "quantitative", "axis": axis(tickCount=5, labelExpr=PERCENT, grid=True)}
    tone = {"condition": {"test": "datum.rises", "value": rose}, "value": fell}
    told = tooltip(
        ("model_id", "Model"),
        ("change_text", "Change"),
        ("interval_text", "95 % interval"),
        ("clear_text", "Clear?"),
    )
    zero = {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": ink.text, "opacity": 0.45, "aria": False},
        "encoding": {"x": {"datum": 0, "type": "quantitative"}},
    }
    bar = {
        "mark": {"type": "rule", "strokeWidth": 5, "strokeCap": "round", "opacity": 0.3},
        "encoding": {
            "y": y,
            "x": x | {"field": "change_low"},
            "x2": {"field": "change_high"},
            "color": tone,
            "tooltip": told,
        },
    }
    dot = {
        "mark": {"type": "point", "filled": True, "size": 90, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "y": y,
            "x": x | {"field": "change"},
            "stroke": tone,
            "fill": {
                "condition": [
                    {"test": "!datum.is_clear", "value": ink.surface},
                    {"test": "datum.rises", "value": rose},
                ],
                "value": fell,
            },
            "tooltip": told,
        },
    }
    # The last tick's label reaches beyond the plot.
    room = {"padding": {"top": 4, "right": 18, "left": 0, "bottom": 4}}
    return framed(room | {"layer": [zero, bar, dot]}, max(120, ROW * row_count + 40))


def unit_slopes(units: list[str], chosen: str, ink: Ink) -> Spec:
    """The first models by one unit, and their places by the others; whoever is not among ten ends on the last line.

    Rows: unit, model_id, label, slot, place, rank_text.
    """
    x = {
        "field": "unit",
        "type": "ordinal",
        "sort": units,
        "scale": {"type": "point", "padding": 0.15},
        "axis": places(orient="top", labelAngle=0),
    }
    y = {
        "field": "place",
        "type": "quantitative",
        "scale": {"domain": [1, BEYOND], "reverse": True, "nice": False},
        "axis": axis(
            values=[*range(1, BEYOND + 1)],
            grid=False,
            labelExpr=f"datum.value === {BEYOND} ? '> 10' : datum.label",
        ),
    }
    told = tooltip(("model_id", "Model"), ("unit", "By"), ("rank_text", "Rank"))
    line = {
        "mark": {"type": "line", "strokeWidth": 2, "opacity": 0.85, "tooltip": None},
        "encoding": {"detail": {"field": "model_id", "type": "nominal"}},
    }
    dot = {"mark": {"type": "circle", "size": 130, "opacity": 1}, "encoding": {"tooltip": told}}
    name = {
        "transform": [{"filter": f"datum.unit === '{chosen}'"}],
        "mark": {
            "type": "text",
            "align": "left",
            "dx": 10,
            "limit": 150,
            "fontSize": 11,
            "fontWeight": 600,
            "color": ink.text,
        },
        "encoding": {"text": {"field": "label", "type": "nominal"}, "color": {"value": ink.text}},
    }
    return framed({"encoding": {"x": x, "y": y, "color": color()}, "layer": [line, dot, name]}, 400)
