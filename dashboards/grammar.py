"""The grammar all charts share: colours by slot, quiet axes, tooltips, frame.

A mark's colour is the slot of its entity: slots 1 to 7 and 8 for Other index the theme's eight chart
colours, so the browser paints both themes from one specification.
"""

from typing import Any, TypeAlias

from palette import SLOTS

Spec: TypeAlias = dict[str, Any]


def color(field: str = "slot") -> Spec:
    """The theme's colour of a slot."""
    return {"field": field, "type": "nominal", "scale": {"domain": list(SLOTS)}, "legend": None}


def axis(**more: Any) -> Spec:
    """No title, no ticks, no line, unless told otherwise."""
    quiet = {"title": None, "ticks": False, "domain": False, "labelPadding": 8}
    return quiet | more


def places(**more: Any) -> Spec:
    """An axis of names or days: each label at its place. Where the first and last are flush, they are beside theirs."""
    return axis(labelFlush=False, grid=False, **more)


def tooltip(*fields: tuple[str, str]) -> list[Spec]:
    """(field, title) as texts."""
    return [{"field": field, "type": "nominal", "title": title} for field, title in fields]


def framed(spec: Spec, height: int) -> Spec:
    """The chart at this height, as wide as its place."""
    frame = {
        "padding": {"top": 4, "right": 4, "left": 0, "bottom": 4},
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
    }
    return frame | spec
