"""What a person types after `podium`: one module here is one command, called as its file."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast


class Command(Protocol):
    """Its docstring is the help and its signature the options; heavy modules are imported when it runs.

    ORDER is its place in `podium --help`, from the first try to the daily upkeep.
    """

    @property
    def ORDER(self) -> int: ...

    @property
    def command(self) -> Callable[..., None]: ...


def in_order() -> dict[str, Command]:
    """Every command by its name, as the help lists them."""
    found = {module.name: _load(module.name) for module in pkgutil.iter_modules(__path__)}
    return dict(sorted(found.items(), key=lambda item: item[1].ORDER))


def _load(name: str) -> Command:
    return cast(Command, import_module(f"{__name__}.{name}"))
