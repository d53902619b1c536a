"""Charts of page Adoption: rows in, Vega-Lite specification out; no Streamlit inside."""

from collections.abc import Sequence
from typing import Any

from charts import Spec
from palette import Ink

CELL_HEIGHT = 34
DARK_ENOUGH = 0.5  # from here on a cell is painted so strongly that its text takes the page's background


def retention(ink: Ink, cohorts: Sequence[str], ages: int, span: str) -> Spec:
    """Cohort by age, each cell with its share as text; a hidden one says so and is not painted.

    Rows: row_text, age_text, age, share, cell_text, is_hidden, cohort_text, users_text, interval_text.
    """
    tooltip = [
        ("cohort_text", "Cohort"),
        ("when_text", span),
        ("users_text", "Still active"),
        ("interval_text", "95 %"),
    ]
    return _matrix(
        ink,
        x={"field": "age", "type": "ordinal", "axis": _axis(title=f"{span}s after the first", orient="top")},
        y={"field": "row_text", "type": "ordinal", "sort": list(cohorts), "axis": _axis()},
        tooltip=tooltip,
        rows=len(cohorts),
        columns=ages,
    )


def substitution(ink: Ink, left: Sequence[str], arrived: Sequence[str]) -> Spec:
    """From (rows) to (columns), each cell with the tokens that moved, painted by its part of the column.

    Rows: from_text, to_text, share, cell_text, is_hidden (false), and the tooltip's texts.
    """
    tooltip = [("from_text", "From"), ("to_text", "To"), ("moved_text", "Moved"), ("share_text", "Of what it gained")]
    return _matrix(
        ink,
        x={
            "field": "to_text",
            "type": "nominal",
            "sort": list(arrived),
            "axis": _axis(title="to", orient="top", labelAngle=0, labelLimit=150),
        },
        y={"field": "from_text", "type": "nominal", "sort": list(left), "axis": _axis(title=None, labelLimit=150)},
        tooltip=tooltip,
        rows=len(left),
        columns=len(arrived),
    )


def _matrix(ink: Ink, x: Spec, y: Spec, tooltip: list[tuple[str, str]], rows: int, columns: int) -> Spec:
    told = [{"field": field, "type": "nominal", "title": title} for field, title in tooltip]
    cells = {
        "mark": {"type": "rect", "cornerRadius": 3, "strokeWidth": 2, "stroke": ink.surface},
        "encoding": {
            "color": {
                "condition": {"test": "datum.is_hidden", "value": ink.surface},
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "legend": None,
            },
            "tooltip": told,
        },
    }
    text = {
        "mark": {"type": "text", "fontSize": 12},
        "encoding": {
            "text": {"field": "cell_text", "type": "nominal"},
            "color": {
                "condition": {
                    "test": f"!datum.is_hidden && datum.share >= {DARK_ENOUGH}",
                    "value": ink.surface,
                },
                "value": ink.text,
            },
            "tooltip": told,
        },
    }
    return {
        "padding": {"top": 4, "right": 4, "left": 0, "bottom": 4},
        "height": CELL_HEIGHT * rows + 48,
        "autosize": {"type": "fit", "contains": "padding"},
        "encoding": {"x": _few(x, columns), "y": y},
        "layer": [cells, text],
    }


def _few(x: Spec, columns: int) -> Spec:
    """A single column is a column among empty places, not a wall."""
    return x | {"scale": {"paddingOuter": max(0.0, (5 - columns) / 2), "align": 0}}


def _axis(**more: Any) -> Spec:
    quiet = {"title": None, "ticks": False, "domain": False, "labelPadding": 8, "grid": False, "labelAngle": 0}
    return quiet | more
