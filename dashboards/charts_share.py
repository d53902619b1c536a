"""Charts of the Market share page: rows in, Vega-Lite specification out."""

from collections.abc import Mapping, Sequence

import format as text
from charts import LABEL_FONT
from grammar import Spec, axis, color, framed, places, tooltip
from palette import OTHER_SLOT, Ink

AREA_HEIGHT, BUMP_HEIGHT = 360, 400


def week_axis(labels: Sequence[str]) -> Spec:
    """The weeks as points, oldest first; labels thin out where there is no room."""
    return {
        "field": "week",
        "type": "ordinal",
        "scale": {"type": "point", "domain": list(labels), "padding": 0.1},
        "axis": places(labelAngle=0, labelOverlap="greedy"),
    }


def area_marks(rows: Sequence[Spec], slots: Mapping[str, int]) -> list[Spec]:
    """Rows of `share_area` from week, entity_id and value: who has a slot, in the order of `slots`, on top of Other."""
    layers = {entity: len(slots) - place for place, entity in enumerate(slots)}
    return [
        row
        | {
            "label": row["entity_id"] if row["entity_id"] in slots else "Other",
            "slot": slots.get(row["entity_id"], OTHER_SLOT),
            "layer": layers.get(row["entity_id"], 0),
            "value_text": text.percent(row["value"]),
        }
        for row in rows
    ]


def area_legend(marks: Sequence[Spec], slots: Mapping[str, int]) -> list[tuple[str, int]]:
    """(name, slot) of who has one, and Other where it is drawn."""
    return [*slots.items(), *[("Other", OTHER_SLOT)] * any(mark["entity_id"] == "other" for mark in marks)]


def share_area(labels: Sequence[str], ink: Ink, entity_title: str, height: int = AREA_HEIGHT) -> Spec:
    """The whole as an area of its parts, week by week; bars where one week is all there is.

    Rows: week, entity_id, label, slot, layer, value (0 to 1), value_text.
    """
    encoding = {
        "x": week_axis(labels),
        "y": {
            "field": "value",
            "type": "quantitative",
            "stack": "normalize",
            "axis": axis(tickCount=4, format="%"),
        },
        "color": color(),
        "detail": {"field": "entity_id", "type": "nominal"},
        "order": {"field": "layer", "type": "quantitative"},
        "tooltip": tooltip(("label", entity_title), ("week", "Week of"), ("value_text", "Share")),
    }
    mark = {"type": "bar", "size": 60} if len(labels) == 1 else {"type": "area", "opacity": 0.92}
    return framed({"mark": mark | {"stroke": ink.surface, "strokeWidth": 1}, "encoding": encoding}, height)


def rank_lines(labels: Sequence[str], ink: Ink, lowest: int, entity_title: str) -> Spec:
    """Places week by week, first on top, with each name at its line's end.

    Rows: week, entity_id, label, slot, rank, rank_text, is_last.
    """
    encoding = {
        "x": week_axis(labels),
        "y": {
            "field": "rank",
            "type": "quantitative",
            "scale": {"reverse": True, "domain": [0.5, lowest + 0.5], "nice": False},
            "axis": axis(values=list(range(1, lowest + 1)), format="d", grid=False),
        },
        "detail": {"field": "entity_id", "type": "nominal"},
    }
    told = tooltip(("label", entity_title), ("week", "Week of"), ("rank_text", "Place"))
    line = {"mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "monotone"}, "encoding": {"color": color()}}
    dots = {"mark": {"type": "circle", "size": 90, "opacity": 1}, "encoding": {"color": color(), "tooltip": told}}
    names = {
        "transform": [{"filter": "datum.is_last"}],
        "mark": {"type": "text", "align": "left", "dx": 9, "limit": 130, "fontSize": LABEL_FONT, "color": ink.text},
        "encoding": {"text": {"field": "label", "type": "nominal"}},
    }
    return framed({"encoding": encoding, "layer": [line, dots, names]}, BUMP_HEIGHT)
