"""Gateways' logs: one file here is one source, found by its name."""

import pkgutil
from importlib import import_module
from types import ModuleType

from pipeline.settings import PodiumError


def names() -> list[str]:
    """The sources there are, by file name."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> ModuleType:
    """The module of one source; it has SOURCE and read()."""
    if name not in names():
        raise PodiumError(f"no source is called '{name}'; there are: {', '.join(names())}")
    return import_module(f"pipeline.sources.{name}")
