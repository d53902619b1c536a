"""How one contract column is found in a log: its paths, its unit, its words, each checked against the contract."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pyarrow as pa

from pipeline.mapping_paths import LIST, MAP, TEXT, BadPath, Node, Path, parse
from pipeline.request_log import COLUMNS, ENUMS, FLAG, MONEY, REAL, TIMESTAMP, staged_schema
from pipeline.toml_lines import Key

INSTANTS = ("iso8601", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns")
# What a column left out of a mapping says; None is left to sql/sources/mapped, which works it out from other columns.
DEFAULTS: dict[str, str | None] = {
    "attempt_id": None,
    "source": None,
    "response_cache_hit": None,
    "record_kind": "request",
    "latency_scope": "request",
    "operation_name": "other",
    "provider_name": "unknown",
    "usage_source": "provider",
    "cost_source": "gateway",
}
REQUIRED = tuple(
    each.name for each in COLUMNS if each.required and each.made_by == "source" and each.name not in DEFAULTS
)
NAMES = tuple(name for name in staged_schema().names if name not in ("source_row", "source"))
WHOLE_OF = {
    "input_tokens": ("cache_read_input_tokens", "cache_write_input_tokens"),
    "output_tokens": ("reasoning_output_tokens",),
}
# Whose text may be a person's although nobody meant it to be: then it becomes a pseudonym, where others become NULL.
NAMED = (
    "request_id", "trace_id", "span_id", "enclosing_span_id", "conversation_id", "response_id", "api_key_id",
    "api_key_alias", "user_id", "end_user_id", "team_id", "team_name", "org_id", "project_id",
)  # fmt: skip
ANY = "*"  # as a word: any text that has no word of its own
KEYS = ("path", "value", "unit", "values", "otherwise", "part", "zero", "sum_prefix", "excludes")


class Fault(Exception):
    """A mistake in a mapping: the keys that lead to it, and what to write instead."""

    def __init__(self, keys: tuple[Key, ...], message: str) -> None:
        super().__init__(message)
        self.keys = keys


@dataclass(frozen=True)
class Rule:
    """One column of the request log, as a mapping says it is found."""

    column: str
    kind: str
    paths: tuple[Path, ...] = ()
    value: str | float | bool | None = None
    unit: str = ""
    values: tuple[tuple[str, str | bool], ...] = ()
    otherwise: str | bool | None = None
    part: int = 0
    is_zero_unknown: bool = False
    sum_prefix: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def wanted(self) -> Node:
        """What the record must hold at the paths."""
        if self.kind == "tags":
            return MAP if self.unit == "map" else LIST
        return MAP if self.sum_prefix else TEXT


def kind_of(column: str) -> str:
    """instant, duration, number, count, money, flag, tags, enum or text, from the contract's type and unit."""
    field = staged_schema().field(column)
    contract = next((each for each in COLUMNS if each.name == column), None)
    if column in ENUMS:
        return "enum"
    if contract and contract.type == MONEY:
        return "money"
    if field.type == REAL:
        return "duration" if contract and contract.unit == "s" else "number"
    if pa.types.is_integer(field.type):
        return "count"
    return {TIMESTAMP: "instant", FLAG: "flag", pa.string(): "text"}.get(field.type, "tags")


def units_of(column: str) -> tuple[str, ...]:
    """The units a column may be logged in; the first holds where none is said, unless that would be a guess."""
    if column == "source_revision":
        return ("count", *INSTANTS)
    if column in ("status", "error_type"):
        return ("word", "http")
    units = {"instant": INSTANTS, "duration": ("s", "ms", "us", "ns"), "money": ("usd", "usd_cents")}
    return units.get(kind_of(column)) or {"flag": ("flag", "set"), "tags": ("list", "map"), "enum": ("word",)}.get(
        kind_of(column), (kind_of(column),)
    )


def rule_of(column: str, told: object) -> Rule:
    """The rule a mapping's `columns.<column>` tells; raises Fault."""
    at = ("columns", column)
    if column not in NAMES:
        near = get_close_matches(column, NAMES, 3, 0.5)
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        raise Fault(at, f"column {column!r} is not known; {meant}the columns are {', '.join(NAMES)}")
    entry: dict[str, Any] = {"path": told} if isinstance(told, str | list) else told  # pyright: ignore[reportAssignmentType]
    if not isinstance(entry, dict):
        raise Fault(at, f'{told!r} is no path; write {column} = "path", or {column} = {{ value = {_literal(told)} }}')
    if unknown := entry.keys() - set(KEYS):
        key = min(unknown)
        raise Fault((*at, key), f"key {key!r} is not known; the keys are {', '.join(KEYS)}")
    if ("path" in entry) == ("value" in entry):
        raise Fault(at, "write either path (where the log has it) or value (the same for every row)")
    return _constant(column, entry) if "value" in entry else _found(column, entry)


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _constant(column: str, entry: dict[str, Any]) -> Rule:
    at = ("columns", column)
    if more := entry.keys() - {"value"}:
        raise Fault((*at, min(more)), f"{min(more)} says nothing beside value; remove it")
    return Rule(column, kind_of(column), value=_meant(column, entry["value"], (*at, "value")))


def _found(column: str, entry: dict[str, Any]) -> Rule:
    at, kind = ("columns", column), kind_of(column)
    rule = Rule(
        column,
        kind,
        paths=paths_of(entry["path"], (*at, "path")),
        unit=_unit(column, entry.get("unit")),
        values=_values(column, entry.get("values", {})),
        otherwise=_meant(column, entry["otherwise"], (*at, "otherwise")) if "otherwise" in entry else None,  # pyright: ignore[reportArgumentType]
        part=_typed(entry, "part", int, at, "a whole number, from 1"),
        is_zero_unknown=_zero(kind, entry, at),
        sum_prefix=texts_of(entry.get("sum_prefix", []), (*at, "sum_prefix")),
        excludes=_excludes(column, entry),
    )
    _check_kind(rule, entry)
    return rule


def _check_kind(rule: Rule, entry: dict[str, Any]) -> None:
    fits = {
        "values": ("enum", "flag", "text"),
        "otherwise": ("enum", "flag", "text"),
        "part": ("text", "enum"),
        "sum_prefix": ("count",),
        "zero": ("count", "money", "duration", "number"),
    }
    for key, kinds in fits.items():
        if key in entry and rule.kind not in kinds:
            raise Fault(("columns", rule.column, key), f"{key} does not fit {rule.column}, a {rule.kind}; remove it")


def paths_of(told: object, at: tuple[Key, ...]) -> tuple[Path, ...]:
    """One path, or several of which the first that holds something counts."""
    texts = texts_of([told] if isinstance(told, str) else told, at)
    if not texts:
        raise Fault(at, "no path is given; write where the log has it, as usage.prompt_tokens")
    try:
        return tuple(parse(text) for text in texts)
    except BadPath as error:
        step = "join keys by dots and put one that holds a dot or a blank in double quotes, '\"gen_ai.usage\".input[0]'"
        raise Fault(at, f"{error}; {step}") from None


def texts_of(told: object, at: tuple[Key, ...]) -> tuple[str, ...]:
    """A list of texts without control characters."""
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        raise Fault(at, f'{told!r} is no list of texts; write {at[-1]} = ["..."]')
    if bad := next((each for each in told if not each.isprintable()), None):
        raise Fault(at, f"{bad!r} holds control characters; remove them")
    return tuple(told)


def _unit(column: str, told: object) -> str:
    units = units_of(column)
    if told is None and kind_of(column) in ("instant", "duration", "money"):
        raise Fault(("columns", column), f"the unit is missing; write unit = one of {', '.join(units)}")
    if told is not None and told not in units:
        raise Fault(("columns", column, "unit"), f"unit {told!r} is not known; write one of {', '.join(units)}")
    return units[0] if told is None else str(told)


def _values(column: str, told: object) -> tuple[tuple[str, str | bool], ...]:
    at = ("columns", column, "values")
    if not isinstance(told, dict):
        raise Fault(at, f'{told!r} is no table; write values = {{ "as logged" = "as meant" }}')
    texts_of(list(told), at)
    return tuple((word, _meant(column, meant, (*at, word))) for word, meant in told.items())  # pyright: ignore[reportReturnType]


def _meant(column: str, value: object, at: tuple[Key, ...]) -> str | float | bool:
    """A value as the contract has it; raises Fault for another word, or another type."""
    kind = kind_of(column)
    if column in ENUMS and value not in ENUMS[column]:
        raise Fault(at, f"{value!r} is no {column}; write one of {', '.join(ENUMS[column])}")
    wanted: dict[str, tuple[str, Callable[[Any], bool]]] = {
        "enum": ("a text", lambda each: isinstance(each, str)),
        "text": ("a text", lambda each: isinstance(each, str) and each.isprintable() and each != ""),
        "flag": ("true or false", lambda each: isinstance(each, bool)),
        "count": ("a whole number", lambda each: type(each) is int and abs(each) < 2**53),
    }
    number = ("a number", lambda each: type(each) in (int, float) and math.isfinite(each) and abs(each) < 2**53)
    name, fits = wanted.get(kind, number)
    if kind in ("instant", "tags") or not fits(value):
        raise Fault(at, f"{value!r} is no value of {column}; write {name if kind != 'instant' else 'a path'}")
    return value  # pyright: ignore[reportReturnType]


def _typed(entry: dict[str, Any], key: str, type_: type, at: tuple[Key, ...], wanted: str) -> Any:
    value = entry.get(key, 0)
    if type(value) is not type_ or (key in entry and value < 1):
        raise Fault((*at, key), f"{value!r} is no {key}; write {wanted}")
    return value


def _zero(kind: str, entry: dict[str, Any], at: tuple[Key, ...]) -> bool:
    """Whether a logged 0 means not known; for money that is so unless the mapping says that 0 is free."""
    told = entry.get("zero", "unknown" if kind == "money" else "known")
    if told not in ("known", "unknown"):
        raise Fault((*at, "zero"), f"{told!r} says nothing of zero; write known or unknown")
    return told == "unknown"


def _excludes(column: str, entry: dict[str, Any]) -> tuple[str, ...]:
    parts = WHOLE_OF.get(column, ())
    told = texts_of(entry.get("excludes", []), ("columns", column, "excludes"))
    if strange := next((each for each in told if each not in parts), None):
        wanted = f"write some of {', '.join(parts)}" if parts else "only input_tokens and output_tokens have parts"
        raise Fault(("columns", column, "excludes"), f"{strange!r} is no part of {column}; {wanted}")
    return told
