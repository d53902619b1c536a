"""Colours: the theme's as config.toml gives them, and which entity holds which of them."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).parent / ".streamlit" / "config.toml"
OTHER_SLOT = 8
SLOTS = tuple(range(1, OTHER_SLOT + 1))


@dataclass(frozen=True)
class Ink:
    """The theme's text and background colours."""

    text: str
    surface: str


def slots_of(entities: Iterable[str], claimed: Sequence[tuple[str, int]]) -> dict[str, int]:
    """A colour slot for each charted entity, in their order: its own, or a free one where an earlier claim holds it.

    `claimed` is every (entity, slot), earliest claim first.
    """
    charted = list(dict.fromkeys(entities))
    taken: dict[str, int] = {}
    for entity, slot in claimed:
        if entity in charted and slot not in taken.values():
            taken[entity] = slot
    free = (slot for slot in SLOTS[:-1] if slot not in set(taken.values()))
    for entity in charted:
        if entity not in taken:
            taken[entity] = next(free, OTHER_SLOT)
    return {entity: taken[entity] for entity in charted}


@cache
def colors(scheme: str) -> dict[str, Any]:
    """The options of `theme.light` or `theme.dark`."""
    return tomllib.loads(CONFIG.read_text())["theme"][scheme]


@cache
def style_sheet() -> str:
    """Classes for legend dots and sparklines in both schemes; the browser picks by its colour scheme."""
    light, dark = colors("light"), colors("dark")
    pairs = zip(light["chartCategoricalColors"], dark["chartCategoricalColors"], strict=True)
    rules = [
        f".slot-{slot}{{background:light-dark({a},{b})}}.ink-{slot}{{color:light-dark({a},{b})}}"
        for slot, (a, b) in enumerate(pairs, 1)
    ]
    rules.append(f".spark[style]{{background:light-dark({light['grayColor']},{dark['grayColor']})}}")
    rules.append(f".broken span{{color:light-dark({light['redColor']},{dark['redColor']})}}")
    return f"<style>{''.join(rules)}</style>"
