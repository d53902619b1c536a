"""Mistakes in the settings, told in a sentence: a value that does not fit, a name that is no setting."""

import os
import tomllib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.settings import Settings, config_file

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "PODIUM_"
BESIDE = {"PODIUM_CONFIG", "PODIUM_TEST_CHROMIUM"}  # read elsewhere


def told(error: ValidationError) -> str:
    """Each value that does not fit, where it stands, and what would."""
    return "; ".join(
        f"{_place(str(each['loc'][0]))} is {_shown(each)}: {each['msg'].removeprefix('Value error, ')}"
        for each in error.errors()
    )


def _shown(error: "ErrorDetails") -> str:
    return "(not shown)" if error["loc"][0] in ("collect_token", "inbox_uri", "lake_uri") else repr(error["input"])


def _place(name: str) -> str:
    variable = next((each for each in os.environ if each.lower() == f"podium_{name}"), None)
    return variable or f"{name} in {config_file()}"


def unknown() -> Iterator[tuple[str, str]]:
    """(where it stands, the setting meant) of every name that is no setting; '' if none is near."""
    variables = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | BESIDE
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in variables:
            yield name, _nearest(name, variables)
    file = config_file()
    keys = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for name in sorted(keys.keys() - Settings.model_fields.keys()):
        yield f"{name} in {file}", _nearest(name, Settings.model_fields)


def _nearest(name: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(name, list(known), 1)), "")
