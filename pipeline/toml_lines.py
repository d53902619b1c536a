"""Where a key stands in a TOML file: tomllib tells values, not lines."""

import tomllib
from collections.abc import Iterator
from typing import Any, cast

Key = str | int


def line_of(text: str, keys: tuple[Key, ...]) -> int:
    """The line, from 1, where the statement begins that first defines `keys` (a nested key, or place in a list).

    The longest part of `keys` that the file defines decides, and line 1 where there is none: so a missing key is
    reported at its table. Lines that only parse together, as those of a list, are one statement.
    """
    found: dict[int, int] = {}
    for line, document in _statements(text):
        found.setdefault(_depth(document, keys), line)
    return found[max(found)] if found and max(found) else 1


def _statements(text: str) -> Iterator[tuple[int, object]]:
    """(line where it begins, all that is defined once it ends) of each statement of a sound file."""
    lines, begin = text.split("\n"), 0
    for end in range(1, len(lines) + 1):
        try:
            document = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        yield begin + 1, document
        begin = end


def _depth(document: Any, keys: tuple[Key, ...]) -> int:
    """How many of `keys` lead somewhere."""
    for depth, key in enumerate(keys):
        is_key = isinstance(document, dict) and key in document
        is_place = isinstance(document, list) and isinstance(key, int) and key < len(document)
        if not (is_key or is_place):
            return depth
        document = cast(dict[Key, Any], document)[key]
    return len(keys)
