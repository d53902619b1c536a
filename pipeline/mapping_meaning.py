"""A mapping as SQL text, the second half: the select that gives a log's fields the contract's meaning."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from pipeline.mapping_columns import ANY, DEFAULTS, NAMED, NAMES, REQUIRED, Rule
from pipeline.mapping_paths import TEXT, Node, Path, shown
from pipeline.mapping_sql import literal, misshapen, name, type_of
from pipeline.mappings import Keep, Mapping
from pipeline.request_log import ENUMS, TIMESTAMP, staged_schema

SQL_TYPES = {
    TIMESTAMP: "timestamptz", pa.string(): "varchar", pa.int64(): "bigint", pa.int16(): "smallint",
    pa.float64(): "double", pa.bool_(): "boolean",
}  # fmt: skip
DIVISORS = {"s": "1", "ms": "1e3", "us": "1e6", "ns": "1e9", "usd": "1", "usd_cents": "1e2", "number": "1"}
# How a text is cleaned of people and addresses; any other is label_of.
CLEANED = {
    "attempt_id": "{0}",  # only ever hashed
    "request_model": "model_name_of({0})",
    "served_model_group": "model_name_of({0})",
    "response_model": "model_name_of({0})",
    "model_raw": "model_name_of({0})",
    "provider_name": "provider_of({0})",
    "server_address": "host_of({0})",
    "app_url_host": "host_of({0})",
    "user_agent_family": "user_agent_family({0})",
    "error_code_raw": "error_code_of({0})",
    "api_key_id": "case when is_key_hash({0}) then {0} end",
}
# What an enum's text means where the mapping has no word for it.
OTHERWISE = {
    "finish_reason": "finish_reason_of({0})",
    "operation_name": "case when {0} is not null then 'other' end",
    "error_type": "case when {0} is not null then '_OTHER' end",
}


def typed(mapping: Mapping, *, is_json: bool) -> str:
    """Every column of the contract as the log tells it, and the verdict on a record that can not become a row."""
    tops = mapping.fields
    packed = [field for field, node in tops.items() if node != TEXT and (field in mapping.json_text or not is_json)]
    fields = [f"{_unpacked(field, tops[field]) if field in packed else name(field)} as {name(field)}" for field in tops]
    fields += [f"{name(each)} <> '' and try_cast({name(each)} as json) is null as {_broken(each)}" for each in packed]
    fields += [f"{misshapen(each, tops[each])} as {_wrong(each)}" for each in packed]
    texts = [each for rule in mapping.rules.values() for each in _texts(mapping, rule)]
    columns = [each for column in NAMES for each in _columns(mapping, column)]
    verdicts = [*(fault for field in packed for fault in _unreadable(field)), *_verdicts(mapping)]
    judged = [judge(field) for field in packed for judge in (_broken, _wrong)]
    return (
        f"with log as (select source_row, {', '.join(fields)} "
        f"from mapped.read as read),\n"
        f"texts as (select source_row, {', '.join([*judged, *texts])} from log where {_kept(mapping)})\n"
        f"select source_row, {literal(mapping.name)} as source,\n    "
        + ",\n    ".join([*columns, f"case {' '.join(verdicts)} end as verdict"])
        + "\nfrom texts"
    )


def _first(values: Iterable[str]) -> str:
    found = list(values)
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _unpacked(field: str, node: Node) -> str:
    return f"try_cast(try_cast({name(field)} as json) as {type_of(node)})"


def _broken(field: str) -> str:
    return name(f"broken {field}")


def _wrong(field: str) -> str:
    return name(f"wrong {field}")


def _unreadable(field: str) -> Iterator[str]:
    yield _then(_broken(field), "wrong_type", field, f"the field {field} is not JSON")
    fault = f"the field {field}, or a part of it, is not the object or the list that the mapping reads"
    yield _then(_wrong(field), "wrong_type", field, fault)


def _at(path: Path) -> str:
    steps = [f"[{step + 1 if isinstance(step, int) else literal(step)}]" for step in path[1:]]
    return f"log.{name(str(path[0]))}" + "".join(steps)


def _cell(mapping: Mapping, rule: Rule, path: Path) -> str:
    """The text at a path; NULL if it means that nothing is known."""
    if rule.sum_prefix:
        starts = " or ".join(f"starts_with(entry.key, {literal(prefix)})" for prefix in rule.sum_prefix)
        return f"sum_of(list_filter(map_entries({_at(path)}), lambda entry: {starts}))"
    cell = f"nullif({_at(path)}, '')"
    for word in mapping.unknown:
        cell = f"nullif({cell}, {literal(word)})"
    return f"coalesce(nullif(split_part({cell}, '/', {rule.part}), ''), {cell})" if rule.part else cell


def _kept(mapping: Mapping) -> str:
    def holds(keep: Keep) -> str:
        cell = _first(_cell(mapping, Rule("", "text"), path) for path in keep.paths)
        return f"{cell} in ({', '.join(map(literal, keep.among))})" if keep.among else f"{cell} is not null"

    return " and ".join(["true", *(f"coalesce({holds(keep)}, false)" for keep in mapping.keep)])


def _texts(mapping: Mapping, rule: Rule) -> Iterator[str]:
    """What the record holds for a column: one text, or one for each path where each has words of its own."""
    if rule.kind == "tags":
        yield f"{_tags(rule)} as {name(rule.column)}"
    elif rule.paths:
        cells = [_cell(mapping, rule, path) for path in rule.paths]
        grouped = cells if rule.kind in ("enum", "flag") else [_first(cells)]
        yield from (f"{cell} as {_text(rule, place)}" for place, cell in enumerate(grouped))


def _text(rule: Rule, place: int = 0) -> str:
    return name(f"{rule.column} {place}")


def _all_texts(rule: Rule) -> list[str]:
    return [_text(rule, place) for place in range(len(rule.paths) if rule.kind in ("enum", "flag") else 1)]


def _tags(rule: Rule) -> str:
    found = [_at(path) for path in rule.paths]
    if rule.unit == "map":
        pair = "lambda entry: entry.key || ':' || entry.value"
        found = [f"list_transform(map_entries({each}), {pair})" for each in found]
    return f"list_filter(coalesce({', '.join(found)}), lambda tag: is_tag(tag))"


def _columns(mapping: Mapping, column: str) -> Iterator[str]:
    """The column, NULL or a default where the mapping does not have it, and for a name whose it may be."""
    rule = mapping.rules.get(column)
    type_ = SQL_TYPES.get(staged_schema().field(column).type, "varchar[]")
    default = DEFAULTS.get(column)
    if rule is None:
        told = literal(default) if default else "null"
    else:
        told = f"coalesce({_meaning(mapping, rule)}, {literal(default)})" if default else _meaning(mapping, rule)
    is_person = column in mapping.people
    yield f"cast({'null' if is_person else told} as {type_}) as {name(column)}"
    if column in NAMED:
        yield f"{_person(rule, told, is_person=is_person) if rule else 'cast(null as varchar)'} as {column}_person"
    if column == "cost_usd":
        yield f"{literal(rule is None or rule.is_zero_unknown)} as is_zero_cost_unknown"


def _person(rule: Rule, label: str, *, is_person: bool) -> str:
    text = _raw(rule)
    is_name = "" if is_person else f"{label} is null and "
    return f"case when {is_name}left({text}, 1) not in ('{{', '[') then {text} end"


def _raw(rule: Rule) -> str:
    return _text(rule) if rule.paths else literal(rule.value)


def _meaning(mapping: Mapping, rule: Rule) -> str:
    """The column's value from its texts."""
    if rule.kind == "tags":
        return name(rule.column)
    if rule.kind in ("enum", "flag"):
        if not rule.paths:
            return literal(rule.value)
        last = [] if rule.otherwise is None else [literal(rule.otherwise)]
        return _first([*(_word(rule, text) for text in _all_texts(rule)), *last])
    if rule.kind == "text":
        return _label(rule)
    number = _number(rule)
    for part in rule.excludes:
        number = f"{number} + coalesce({_number(mapping.rules[part])}, 0)"
    return f"nullif({number}, 0)" if rule.is_zero_unknown and rule.column != "cost_usd" else number


def _word(rule: Rule, text: str) -> str:
    """What one text means: by the mapping's words, else by what the contract makes of it."""
    if rule.kind == "flag":
        last = f"case when {text} is not null then is_set({text}) end" if rule.unit == "set" else f"flag_of({text})"
    elif rule.unit == "http":
        last = f"{'status' if rule.column == 'status' else 'error_type'}_of_http(count_of({text}))"
    else:
        known = ", ".join(map(literal, ENUMS[rule.column]))
        last = f"case when {text} in ({known}) then {text} else {OTHERWISE.get(rule.column, 'null').format(text)} end"
    return _by_words(rule, text, last)


def _label(rule: Rule) -> str:
    text = _raw(rule)
    cleaned = CLEANED.get(rule.column, "label_of({0})").format(text)
    told = _by_words(rule, text, cleaned)
    return told if rule.otherwise is None else _first([told, literal(rule.otherwise)])


def _by_words(rule: Rule, text: str, last: str) -> str:
    words = [(word, meant) for word, meant in rule.values if word != ANY]
    told = "".join(f" when {text} = {literal(word)} then {literal(meant)}" for word, meant in words)
    told += "".join(f" when {text} is not null then {literal(meant)}" for word, meant in rule.values if word == ANY)
    return f"case{told} else {last} end" if told else last


def _number(rule: Rule) -> str:
    if not rule.paths:
        return literal(rule.value)
    if rule.kind == "instant":
        return f"instant_{rule.unit}({_text(rule)})"
    if rule.kind != "count":
        return f"amount_of({_text(rule)}) / {DIVISORS[rule.unit]}"
    if rule.unit != "count":
        return f"epoch_us(instant_{rule.unit}({_text(rule)}))"
    type_ = SQL_TYPES[staged_schema().field(rule.column).type]
    return f"try_cast(count_of({_text(rule)}) as {type_})"


def _verdicts(mapping: Mapping) -> Iterator[str]:
    """The first thing wrong with a record, as `when ... then ...`."""
    for column in REQUIRED:
        rule = mapping.rules[column]
        if rule.paths and rule.otherwise is None:
            yield _verdict(
                f"coalesce({', '.join(_all_texts(rule))}) is null", "missing_field", rule, "it is absent or empty"
            )
    for rule in mapping.rules.values():
        if rule.kind in ("text", "tags") or not rule.paths or rule.column in OTHERWISE:
            continue
        texts = _first(_all_texts(rule))
        if rule.kind in ("enum", "flag"):
            reason = "bad_enum" if rule.kind == "enum" else "wrong_type"
            yield _verdict(
                f"{texts} is not null and {_meaning(mapping, rule)} is null",
                reason,
                rule,
                "the mapping has no word for it",
            )
            continue
        is_bad = f"{texts} is not null and {_number(rule)} is null"
        if rule.kind == "instant":
            yield _verdict(
                f"{is_bad} and amount_of({texts}) is not null", "bad_ts", rule, f"it is no instant in {rule.unit}"
            )
        yield _verdict(is_bad, "wrong_type", rule, f"it is not of the unit {rule.unit}")


def _verdict(condition: str, reason: str, rule: Rule, fault: str) -> str:
    paths = " or ".join(shown(path) for path in rule.paths)
    return _then(condition, reason, rule.column, f"{rule.column} ({paths[:120]}): {fault}")


def _then(condition: str, reason: str, column: str, detail: str) -> str:
    told = {"reason": reason, "column_name": column, "detail": detail[:200]}
    return f"when {condition} then {{{', '.join(f'{literal(key)}: {literal(text)}' for key, text in told.items())}}}"
