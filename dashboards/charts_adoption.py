"""Charts of page Adoption: rows in, Vega-Lite specification out; no Streamlit inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charts import Spec
from palette import Ink

CELL_HEIGHT = 34
STRONG = 0.57  # of the scale: from here on a cell is painted so strongly that its text takes the page's background
NEUTRAL = 0.08  # how much of the text's colour a cell gets that is no model's
# Fewer columns than these stand among empty places instead of filling the page.
FEWEST_AGES, FEWEST_ARRIVED = 6, 2


@dataclass(frozen=True)
class Matrix:
    """Two axes, the share painted strongest, how many pixels a cell's longer text needs, and the tooltip."""

    x: Spec
    y: Spec
    strongest: float
    text_width: int
    tooltip: dict[str, str]


def retention(ink: Ink, cohorts: Sequence[str], ages: int, span: str) -> Spec:
    """Cohort by age, each cell with its share as text; a hidden one says so and is not painted.

    Rows: row_text, age, share, is_hidden, cell_text, short_text, and the tooltip's texts.
    """
    columns = list(range(max(ages, FEWEST_AGES)))
    x = _band("age", columns, title=f"{span}s after the first", orient="top")
    told = {"cohort_text": "Cohort", "when_text": span, "users_text": "Still active", "interval_text": "95 %"}
    return _drawn(ink, Matrix(x, _band("row_text", cohorts), 1, 36, told))


def substitution(ink: Ink, left: Sequence[str], arrived: Sequence[str], most: float) -> Spec:
    """From (rows) to (columns), each cell with the tokens that moved, painted by its part of the column.

    Other is no model: it is grey, and `most` is the largest share beside it.
    Rows: from_text, to_text, share, is_hidden, is_other, cell_text, short_text, and the tooltip's texts.
    """
    empty = [" " * (place + 1) for place in range(FEWEST_ARRIVED - len(arrived))]
    x = _band("to_text", [*arrived, *empty], title="to", titleAnchor="start", orient="top", labelLimit=150)
    told = {"from_text": "From", "to_text": "To", "moved_text": "Moved", "share_text": "Of what it gained"}
    return _drawn(ink, Matrix(x, _band("from_text", left, labelLimit=150), most, 84, told))


def _band(field: str, domain: Sequence[object], **axis: Any) -> Spec:
    quiet = {"title": None, "ticks": False, "domain": False, "labelPadding": 8, "grid": False, "labelAngle": 0}
    scale = {"domain": list(domain), "paddingOuter": 0}
    return {"field": field, "type": "ordinal", "scale": scale, "axis": quiet | {"labelFlush": False} | axis}


def _drawn(ink: Ink, matrix: Matrix) -> Spec:
    columns, rows = (len(band["scale"]["domain"]) for band in (matrix.x, matrix.y))
    return {
        "padding": {"top": 4, "right": 4, "left": 0, "bottom": 4},
        "height": CELL_HEIGHT * rows + 48,
        "autosize": {"type": "fit", "contains": "padding"},
        "encoding": {
            "x": matrix.x,
            "y": matrix.y,
            "tooltip": [{"field": field, "type": "nominal", "title": title} for field, title in matrix.tooltip.items()],
        },
        "layer": [_rectangles(ink, matrix), _texts(ink, matrix, columns)],
    }


def _rectangles(ink: Ink, matrix: Matrix) -> Spec:
    paint = {
        "condition": [
            {"test": "datum.is_hidden", "value": ink.surface},
            {"test": "datum.is_other", "value": ink.text},
        ],
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, matrix.strongest]},
        "legend": None,
    }
    mark = {"type": "rect", "cornerRadius": 3, "strokeWidth": 2, "stroke": ink.surface}
    pale = {"condition": {"test": "datum.is_other", "value": NEUTRAL}, "value": 1}
    return {"mark": mark, "encoding": {"color": paint, "opacity": pale}}


def _texts(ink: Ink, matrix: Matrix, columns: int) -> Spec:
    """The longer text where every cell has room for it."""
    narrow = {"test": f"width < {matrix.text_width * columns}", "field": "short_text", "type": "nominal"}
    is_strong = f"!datum.is_hidden && !datum.is_other && datum.share >= {STRONG * matrix.strongest}"
    strong = {"test": is_strong, "value": ink.surface}
    return {
        "mark": {"type": "text", "fontSize": 12},
        "encoding": {
            "text": {"condition": narrow, "field": "cell_text", "type": "nominal"},
            "color": {"condition": strong, "value": ink.text},
        },
    }
