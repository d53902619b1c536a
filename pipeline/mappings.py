"""Logs of any gateway by a TOML file: data/reference/mappings/<name>.toml, or the user's own of the same name."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path as File

from pipeline.mapping_columns import NAMED, REQUIRED, Fault, Rule, paths_of, rule_of, texts_of
from pipeline.mapping_paths import TEXT, BadPath, Node, Path, merged
from pipeline.settings import REFERENCE, PodiumError, settings
from pipeline.toml_lines import line_of

FORMATS = ("json", "csv", "parquet")
KEYS = ("format", "delimiter", "unknown", "json_text", "people", "keep", "columns")
RESERVED = frozenset({"podium_source_row", "source_row", "file_row_number"})  # what reading adds
PERSON_COLUMNS = frozenset({"user_id", "end_user_id"})


@dataclass(frozen=True)
class Keep:
    """A condition on records: the first path that holds something holds one of `among`, or anything if it is empty."""

    paths: tuple[Path, ...]
    among: tuple[str, ...]


@dataclass(frozen=True)
class Mapping:
    """One gateway's log: its formats, and where each column of the request log is found in it."""

    name: str
    formats: tuple[str, ...]
    rules: dict[str, Rule]
    keep: tuple[Keep, ...] = ()
    delimiter: str = ","
    unknown: tuple[str, ...] = ()
    json_text: tuple[str, ...] = ()
    people: frozenset[str] = PERSON_COLUMNS

    @property
    def fields(self) -> dict[str, Node]:
        """The top-level fields of a record that are read, and what each must hold."""
        wanted = [(path, rule.wanted) for rule in self.rules.values() for path in rule.paths]
        wanted += [(path, TEXT) for each in self.keep for path in each.paths]
        return merged(wanted)


def files() -> dict[str, File]:
    """The mapping of each name; the user's own wins, whole, over a shipped one."""
    found = {file.stem: file for file in sorted((REFERENCE / "mappings").glob("*.toml"))}
    mine = {file.stem: file for file in sorted((settings().overrides / "mappings").glob("*.toml"))}
    for name, file in mine.items():
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
            raise PodiumError(f"{file}: a source's name is in small letters, digits, _ and -; rename the file")
    return found | mine


def load(file: File) -> Mapping:
    """A checked mapping; a mistake is told with its file, line and what to write instead."""
    text = _text(file)
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise PodiumError(f"{file}, line {line}: not TOML ({error}); check its quotes and brackets") from None
    try:
        return _mapping(file.stem, told)
    except Fault as fault:
        where = ".".join(str(key) for key in fault.keys)
        told_at = f"{file}, line {line_of(text, fault.keys)}"
        raise PodiumError(f"{told_at}: {f'{where}: ' if where else ''}{fault}") from None


def _text(file: File) -> str:
    try:
        return file.read_bytes().removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PodiumError(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _mapping(name: str, told: dict[str, object]) -> Mapping:
    if unknown := [key for key in told if key not in KEYS]:
        raise Fault((unknown[0],), f"key {unknown[0]!r} is not known; the keys are {', '.join(KEYS)}")
    rules = _rules(told.get("columns"))
    mapping = Mapping(
        name,
        _formats(told.get("format")),
        rules,
        _keep(told.get("keep", [])),
        _delimiter(told.get("delimiter", ",")),
        texts_of(told.get("unknown", []), ("unknown",)),
        texts_of(told.get("json_text", []), ("json_text",)),
        PERSON_COLUMNS | _people(told.get("people", []), rules),
    )
    _check_paths(mapping)
    return mapping


def _formats(told: object) -> tuple[str, ...]:
    formats = texts_of([told] if isinstance(told, str) else told, ("format",))
    wrong = next((each for each in formats if each not in FORMATS), None)
    if wrong or not formats:
        raise Fault(("format",), f"format {wrong!r} is not known; write one or some of {', '.join(FORMATS)}")
    return formats


def _delimiter(told: object) -> str:
    if told not in (",", ";", "\t", "|"):
        raise Fault(("delimiter",), f"{told!r} is no delimiter; write one of , ; | or \\t")
    return str(told)


def _rules(told: object) -> dict[str, Rule]:
    if not isinstance(told, dict):
        raise Fault(("columns",), "the table [columns] is missing; write it, with a path for each column")
    if misplaced := [key for key in told if key in KEYS]:
        raise Fault(("columns", misplaced[0]), f"{misplaced[0]!r} is for the whole file; write it above [columns]")
    rules = {column: rule_of(column, entry) for column, entry in told.items()}
    if missing := [column for column in REQUIRED if column not in rules]:
        raise Fault(("columns",), f"column {missing[0]} is missing; write {missing[0]} = and the path that has it")
    for rule in rules.values():
        if part := next((part for part in rule.excludes if part not in rules), None):
            raise Fault(("columns", rule.column, "excludes"), f"column {part} is missing; write where the log has it")
    if "time_to_first_chunk_s" in rules and "stream" not in rules:
        step = 'write stream = { path = "...", unit = "set" } with the path that only streams have'
        raise Fault(("columns", "time_to_first_chunk_s"), f"only streams have a first chunk; {step}")
    return rules


def _keep(told: object) -> tuple[Keep, ...]:
    if not isinstance(told, list):
        raise Fault(("keep",), "write [[keep]] with a path, and in = [...] with the words it may hold")
    return tuple(_kept(entry, place) for place, entry in enumerate(told))


def _kept(told: object, place: int) -> Keep:
    at = ("keep", place)
    if not isinstance(told, dict) or "path" not in told or told.keys() - {"path", "in"}:
        raise Fault(at, "write a path, and in = [...] with the words it may hold (without it: the path must be there)")
    return Keep(paths_of(told["path"], (*at, "path")), texts_of(told.get("in", []), (*at, "in")))


def _people(told: object, rules: dict[str, Rule]) -> frozenset[str]:
    people = texts_of(told, ("people",))
    for column in people:
        if column not in NAMED or column not in rules:
            fit = ", ".join(name for name in NAMED if name in rules)
            raise Fault(("people",), f"{column!r} can not be a person in this mapping; write some of {fit}")
    return frozenset(people)


def _check_paths(mapping: Mapping) -> None:
    try:
        fields = mapping.fields
    except BadPath as error:
        told, path = error.args
        raise Fault(_keys_of(mapping, path), f"{told}; read one field in one way") from None
    paths = [path for rule in mapping.rules.values() for path in rule.paths]
    paths += [path for each in mapping.keep for path in each.paths]
    if reserved := next((path for path in paths if str(path[0]).casefold() in RESERVED), None):
        raise Fault(_keys_of(mapping, reserved), f"the field {reserved[0]!r} is Podium's own; rename it in the log")
    if strange := next((name for name in mapping.json_text if name not in fields), None):
        raise Fault(("json_text",), f"no path goes into {strange!r}; write top-level fields that some path goes into")


def _keys_of(mapping: Mapping, path: Path) -> tuple[str | int, ...]:
    """Where in the mapping a path is written."""
    for column, rule in mapping.rules.items():
        if path in rule.paths:
            return ("columns", column)
    return ("keep", next(place for place, each in enumerate(mapping.keep) if path in each.paths))
