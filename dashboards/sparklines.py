"""Sparklines: a few weeks as one line of HTML."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote


def sparkline(values: Sequence[float | None], name: str) -> str:
    """A line as HTML, grey: good or bad is said by the change above it, once.

    Streamlit strips SVG from HTML, so the line is the mask of a box that the style sheet paints.
    """
    known = [(index, float(value)) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return '<div class="spark"></div>'
    low, high = min(value for _, value in known), max(value for _, value in known)
    spread, last = high - low or 1, len(values) - 1 or 1
    points = " ".join(f"{index / last * 200:.1f},{39 - (value - low) / spread * 36:.1f}" for index, value in known)
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 42' preserveAspectRatio='none'>"
        "<polyline fill='none' stroke='#000' stroke-width='1.75' stroke-linejoin='round' "
        f"vector-effect='non-scaling-stroke' points='{points}'/></svg>"
    )
    mask = f"mask-image:url(&quot;data:image/svg+xml,{quote(drawing)}&quot;)"
    return f'<div class="spark" role="img" aria-label="{escape(name)}" style="{mask}"></div>'
