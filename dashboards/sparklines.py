"""Sparklines: a few weeks as one line of HTML."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote


def sparkline(values: Sequence[float | None], name: str, up_is: str = "good") -> str:
    """A line as HTML, coloured by its whole course: one bad week does not turn a rising line red.

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
    tone = _tone(known, spread, up_is)
    return f'<div class="spark spark-{tone}" role="img" aria-label="{escape(name)}" style="{mask}"></div>'


def _tone(known: Sequence[tuple[int, float]], spread: float, up_is: str) -> str:
    """Good, bad or flat by the least-squares line; flat where its rise is under half of the ups and downs."""
    middle = sum(index for index, _ in known) / len(known)
    slope = sum((index - middle) * value for index, value in known) / sum((index - middle) ** 2 for index, _ in known)
    rise = slope * (known[-1][0] - known[0][0])
    if up_is == "neutral" or abs(rise) < spread / 2:
        return "flat"
    return "good" if (rise > 0) == (up_is == "good") else "bad"
