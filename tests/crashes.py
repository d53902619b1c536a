"""A crash inside this process: the landing is left where it makes something durable, as if it had been killed there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from pipeline import acknowledged, lake, landing, one_file

DURABLE = (
    *((os, name) for name in ("rename", "replace", "link", "fsync")),
    *((lake, name) for name in ("append_rows", "write_frames", "commit_files")),
)


LANDING = (landing, one_file, acknowledged.Batches)


def owner_of(step: str) -> object:
    """Where one of landing's own steps is defined."""
    [found] = [each for each in LANDING if step in vars(each)]
    return found


class Crash(BaseException):
    """No code of Podium catches this one."""


@contextmanager
def crashing_at(number: int | None) -> Iterator[None]:
    """Leave the block before the call with this number (from 0) of those that make something durable, if it comes."""
    met = 0

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **told: Any) -> Any:
            nonlocal met
            met += 1
            if met - 1 == number:
                raise Crash
            return real(*args, **told)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for module, name in DURABLE:
            patch.setattr(module, name, wrapped(getattr(module, name)))
        with suppress(Crash):
            yield
