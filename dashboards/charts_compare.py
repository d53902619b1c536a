"""Charts of the Compare page: rows in, Vega-Lite specification out."""

from charts import AMOUNT, FAINT, weekly_lines
from grammar import Spec, axis
from weeks import Weeks

# A model is told by its colour and by the shape of its points, in the order they were chosen.
GLYPHS = {"circle": "\u25cf", "square": "\u25a0", "triangle-up": "\u25b2", "diamond": "\u25c6"}


def overlaid(weeks: Weeks, before: str, after: str) -> Spec:
    """One line per model with points of its own shape; the unit stands before or after the axis' numbers.

    Rows of `weeks.marks_of` with `glyph`, one of GLYPHS.
    """
    lines = weekly_lines(weeks, "Model")
    amounts = axis(tickCount=4, labelExpr=f"'{before}' + {AMOUNT} + '{after}'")
    shapes = {"field": "glyph", "type": "nominal", "legend": None}
    shapes |= {"scale": {"domain": list(GLYPHS), "range": list(GLYPHS)}}
    points = {"mark": {"type": "point", "filled": True, "size": 70}, "encoding": {"shape": shapes, "opacity": FAINT}}
    y = lines["encoding"]["y"] | {"axis": amounts}
    return lines | {"encoding": lines["encoding"] | {"y": y}, "layer": [lines["layer"][0], points]}
