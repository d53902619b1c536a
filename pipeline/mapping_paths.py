"""Paths into a log's record, as `usage.prompt_tokens` or `"gen_ai.usage"[0]`, and the one type that suits them all."""

import re
from collections.abc import Iterable

Path = tuple[str | int, ...]
Node = str | dict[str, "Node"] | list["Node"] | tuple["Node"]  # TEXT, an object's fields, a list of, a map to
TEXT = "text"
LIST: Node = [TEXT]
MAP: Node = (TEXT,)

STEP = re.compile(r"""(?:^|\.)(?:"((?:[^"\\]|\\["\\])+)"|([^\s."\[\]\\]+))|\[(0|[1-9]\d{0,4})\]""")
ESCAPED = re.compile(r"\\(.)")


class BadPath(ValueError):
    """A path that can not be read, or that another path contradicts."""


def parse(text: str) -> Path:
    """Keys joined by dots (one with a dot, a blank or a bracket in double quotes), places in lists as [0]."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        step = STEP.match(text, at)
        if step is None:
            break
        quoted, bare, place = step.groups()
        steps.append(int(place) if place else bare or ESCAPED.sub(r"\1", quoted))
        at = step.end()
    if at < len(text) or not steps or isinstance(steps[0], int) or not text.isprintable():
        raise BadPath(f"path {text!r} can not be read from its character {at + 1} on")
    return tuple(steps)


def shown(path: Path) -> str:
    """A path as `parse` reads it."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{_key(step)}" for step in path]
    return "".join(steps).removeprefix(".")


def _key(key: str) -> str:
    if re.fullmatch(r'[^\s."\[\]\\]+', key):
        return key
    return '"' + re.sub(r'(["\\])', r"\\\1", key) + '"'


def merged(wanted: Iterable[tuple[Path, Node]]) -> dict[str, Node]:
    """The type of each top-level field, so that every path leads to what is wanted there: TEXT, LIST or MAP.

    Raises BadPath, with the path as its second argument, where two paths need different things of one field.
    """
    tree: dict[str, Node] = {}
    for path, end in sorted(wanted, key=lambda each: each[1] != MAP):  # a map takes its keys' paths in
        try:
            _put(tree, path, end)
        except BadPath as error:
            raise BadPath(str(error), path) from None
    return tree


def _put(node: Node, path: Path, end: Node) -> Node:
    """The node, widened so that `path` leads to `end`."""
    if not path:
        if node != end:
            raise BadPath("another path reads the same field as an object or a list")
        return node
    step, rest = path[0], path[1:]
    if isinstance(node, tuple) and isinstance(step, str) and not rest and end == TEXT:
        return node
    if isinstance(node, list) and isinstance(step, int):
        return [_put(node[0], rest, end)]
    if isinstance(node, dict) and isinstance(step, str):
        if clash := next((key for key in node if key != step and key.casefold() == step.casefold()), None):
            raise BadPath(f"another path has the key {clash!r}, which differs in case only")
        node[step] = _put(node[step], rest, end) if step in node else _new(rest, end)
        return node
    raise BadPath("another path reads a field on the way as something else")


def _new(path: Path, end: Node) -> Node:
    if not path:
        return end
    below = _new(path[1:], end)
    return [below] if isinstance(path[0], int) else {path[0]: below}
