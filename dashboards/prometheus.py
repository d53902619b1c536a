"""Samples as Prometheus' text format."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


def text(samples: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows of name, meaning, labels and value, in order of name, each name with its meaning above."""
    lines: list[str] = []
    for (name, meaning), found in groupby(samples, lambda sample: (sample["name"], sample["meaning"])):
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        lines += [f"{name}{_labels(sample['labels'])} {_number(sample['value'])}" for sample in found]
    return "".join(f"{line}\n" for line in lines).encode()


def gauge(name: str, meaning: str, value: int) -> bytes:
    """One sample without labels."""
    return text([{"name": name, "meaning": meaning, "labels": {}, "value": value}])


def _labels(labels: Any) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in dict(labels).items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
