"""The badge: a model's place on a board as a small SVG image."""

from collections.abc import Mapping
from typing import Any

from xml_text import marked

HEIGHT, PADDING = 20, 6
# Verdana of 11 px is about this wide; the text is then fitted to the room exactly.
WIDTH_PER_LETTER = 6.6
MAX_LETTERS = 48
PERIODS = {"1w": "week", "4w": "4 weeks", "12w": "12 weeks"}


def svg(model: str, place: Mapping[str, Any], unit: str, period: str, is_simulated: bool) -> bytes:
    """`model · tokens, week | #3 of 412`."""
    simulated = ", simulated" if is_simulated else ""
    left = f"{_shortened(model)} · {unit}, {PERIODS.get(period, period)}{simulated}"
    right = "unranked" if place["rank"] is None else f"#{place['rank']} of {place['model_count']}"
    right = "too few users to tell" if place["is_hidden"] else right
    first, second = _width(left), _width(right)
    said = marked(f"{left}: {right}")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{first + second}" height="{HEIGHT}" role="img" \
aria-label="{said}"><title>{said}</title>
<clipPath id="r"><rect width="{first + second}" height="{HEIGHT}" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{first}" height="{HEIGHT}" fill="#3a4150"/>\
<rect x="{first}" width="{second}" height="{HEIGHT}" fill="#2451b8"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{_text(left, 0, first)}\
{_text(right, first, second)}</g>
</svg>
""".encode()


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_LETTERS else f"{name[: MAX_LETTERS - 1]}…"


def _width(text: str) -> int:
    return round(len(text) * WIDTH_PER_LETTER) + 2 * PADDING


def _text(text: str, start: int, width: int) -> str:
    room = width - 2 * PADDING
    return (
        f'<text x="{start + PADDING}" y="14" textLength="{room}" lengthAdjust="spacingAndGlyphs">{marked(text)}</text>'
    )
