"""Simulated traffic as the request-log contract: an Arrow table with the columns a source module writes."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.request_log import staged_schema
from pipeline.simulation import calibration as c
from pipeline.simulation import people
from pipeline.simulation.draws import Array, hex_text, mix, uuid_text
from pipeline.simulation.names import bare, deployment, raw_name
from pipeline.simulation.rows import Rows
from pipeline.simulation.traffic import US

SOURCE_VERSION = "podium simulator 1"
FINISHES = ("stop", "length", "tool_calls")
TAGS = tuple((*app.tags, "podium:simulated") for app in people.APPS)
SOMETIMES_UNKNOWN = {
    "conversation_id", "time_to_first_chunk_s", "response_model", "http_status", "error_type", "error_code_raw",
    "error_origin", "finish_reason", "input_tokens", "output_tokens", "cache_read_input_tokens",
    "cache_write_input_tokens", "reasoning_output_tokens", "cost_usd", "input_cost_usd", "output_cost_usd",
    "user_id", "category", "feedback_score",
}  # fmt: skip
_CANCELLED = len(c.FAILURES)
_OK = _CANCELLED + 1
_NO_CODE = next(place for place, failure in enumerate(c.FAILURES) if failure.http_status is None)
HTTP_STATUS = (*(failure.http_status for failure in c.FAILURES), 499, 200)


def contract_table(rows: Rows, first_row: int) -> pa.Table:
    """Columns of `staged_schema()`, texts as dictionaries; `source_row` counts from `first_row`."""
    columns = {
        **_identity(rows, first_row),
        **_clocks(rows),
        **_route(rows),
        **_result(rows),
        **_tokens(rows),
        **_money(rows),
        **_caller(rows),
    }
    arrays = [columns.get(field.name, pa.nulls(len(rows), field.type)) for field in staged_schema()]
    fields = [
        pa.field(field.name, array.type, nullable=field.name in SOMETIMES_UNKNOWN or field.name not in columns)
        for field, array in zip(staged_schema(), arrays, strict=True)
    ]
    return pa.table(arrays, schema=pa.schema(fields))


def _identity(rows: Rows, first_row: int) -> dict[str, pa.Array]:
    return {
        "source_row": pa.array(np.arange(first_row, first_row + len(rows))),
        "attempt_id": hex_text(rows.attempt_key),
        "request_id": uuid_text(rows.arrived_us // 1000, rows.request_key),
        "record_kind": _same(rows, "attempt"),
        "attempt_index": pa.array(rows.attempts.level),
        "conversation_id": _conversations(rows),
        "source": _same(rows, "simulator"),
        "source_version": _same(rows, SOURCE_VERSION),
    }


def _clocks(rows: Rows) -> dict[str, pa.Array]:
    start, whole = rows.attempts.start_us, rows.whole_us
    instants = pa.timestamp("us", tz="UTC")
    return {
        "start_time": pa.array(start).cast(instants),
        "end_time": pa.array(start + whole).cast(instants),
        "duration_s": pa.array(whole / US),
        "time_to_first_chunk_s": pa.array(rows.first_us / US, mask=~rows.has_first_chunk),
        "latency_scope": _same(rows, "attempt"),
    }


def _route(rows: Rows) -> dict[str, pa.Array]:
    world, endpoint = rows.world, rows.attempts.endpoint
    ids = [model.model_id for model in world.models]
    return {
        "operation_name": _same(rows, "chat"),
        "stream": pa.array(rows.outcome.is_stream),
        "request_model": _coded(ids, rows.asked_model),
        "served_model_group": _coded(ids, rows.model),
        "deployment_id": _coded([deployment(world, place) for place in range(len(world.endpoints))], endpoint),
        "response_model": _coded([bare(name) for name in ids], np.where(rows.outcome.is_error, -1, rows.model)),
        "model_raw": _coded([raw_name(world, place) for place in range(len(world.endpoints))], endpoint),
        "provider_name": _coded([provider.name for provider in world.providers], rows.provider),
        "server_address": _coded([provider.host for provider in world.providers], rows.provider),
        "data_policy": _coded([provider.data_policy for provider in world.providers], rows.provider),
        "data_region": _coded([provider.regions[0] for provider in world.providers], rows.provider),
    }


def _result(rows: Rows) -> dict[str, pa.Array]:
    outcome = rows.outcome
    ending = np.where(outcome.is_error, rows.attempts.failure, np.where(outcome.is_cancelled, _CANCELLED, _OK))
    failed = np.where(ending == _OK, -1, ending)
    types = [*(failure.error_type for failure in c.FAILURES), "cancelled"]
    origins = [*(failure.origin for failure in c.FAILURES), "client"]
    statuses = pa.array(HTTP_STATUS, pa.int16())
    return {
        "status": _coded(["error", "cancelled", "ok"], np.where(outcome.is_error, 0, np.where(ending == _OK, 2, 1))),
        "http_status": statuses.take(pa.array(ending)),
        "error_type": _coded(types, failed),
        "error_code_raw": _coded([str(status) for status in HTTP_STATUS], np.where(failed == _NO_CODE, -1, failed)),
        "error_origin": _coded(origins, failed),
        "finish_reason": _coded(FINISHES, np.where(ending == _OK, rows.finish[rows.attempts.request], -1)),
    }


def _tokens(rows: Rows) -> dict[str, pa.Array]:
    usage, unknown = rows.usage, ~rows.outcome.has_usage
    return {
        "input_tokens": pa.array(usage.input, mask=unknown),
        "output_tokens": pa.array(usage.output, mask=unknown),
        "cache_read_input_tokens": pa.array(usage.cache_read, mask=unknown | (usage.cache_read < 0)),
        "cache_write_input_tokens": pa.array(usage.cache_write, mask=unknown | (usage.cache_write < 0)),
        "reasoning_output_tokens": pa.array(usage.reasoning, mask=unknown | (usage.reasoning < 0)),
        "usage_source": _coded(["provider", "unknown"], unknown.astype(np.int8)),
    }


def _money(rows: Rows) -> dict[str, pa.Array]:
    return {
        "cost_usd": pa.array(rows.cost_usd, mask=rows.is_unpriced),
        "input_cost_usd": pa.array(rows.cost.input, mask=~rows.is_itemised),
        "output_cost_usd": pa.array(rows.cost.output, mask=~rows.is_itemised),
        "cost_source": _coded(["gateway", "none"], rows.is_unpriced.astype(np.int8)),
        "response_cache_hit": pa.array(rows.outcome.is_cache_hit),
    }


def _caller(rows: Rows) -> dict[str, pa.Array]:
    keys = [(team, key) for team in range(len(people.TEAMS)) for key in range(people.KEYS_PER_TEAM)]
    apps, app = people.APPS, rows.app
    return {
        "api_key_id": _coded([people.key_hash(*key) for key in keys], rows.key),
        "api_key_alias": _coded([people.key_alias(*key) for key in keys], rows.key),
        "user_id": _coded([people.user_pseudonym(index) for index in range(rows.world.user_count)], rows.user),
        "team_id": _coded([people.team_id(team) for team in people.TEAMS], rows.team),
        "team_name": _coded(people.TEAMS, rows.team),
        "org_id": _same(rows, people.ORGANISATION),
        "app_name": _coded([each.name for each in apps], app),
        "app_url_host": _coded([each.host for each in apps], app),
        "user_agent_family": _coded([each.agent for each in apps], app),
        "environment": _coded([each.environment for each in apps], app),
        "category": _coded(people.CATEGORIES, rows.category[rows.attempts.request]),
        "tags": _tags(app),
        "feedback_score": pa.array(rows.feedback, mask=np.isnan(rows.feedback)),
    }


def _tags(app: Array) -> pa.ListArray:
    """Every application has three tags, so the lists' edges are known."""
    names = sorted({tag for tags in TAGS for tag in tags})
    table = np.array([[names.index(tag) for tag in tags] for tags in TAGS], np.int8)
    edges = pa.array(np.arange(0, 3 * len(app) + 1, 3, dtype=np.int32))
    return pa.ListArray.from_arrays(
        edges, pa.DictionaryArray.from_arrays(pa.array(table[app].ravel()), pa.array(names))
    )


def _coded(values: Sequence[str], place: Array) -> pa.DictionaryArray:
    """`values[place]` as text; NULL where `place` is negative."""
    unique = {value: code for code, value in enumerate(dict.fromkeys(values))}
    # Each value once: a repeated one would make Parquet give up its dictionary.
    code = np.array([*(unique[value] for value in values), -1], np.int16)[place]
    return pa.DictionaryArray.from_arrays(pa.array(code, mask=place < 0), pa.array(list(unique)))


def _same(rows: Rows, value: str) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(rows), np.int8)), pa.array([value]))


def _conversations(rows: Rows) -> pa.DictionaryArray:
    session = rows.session
    used = np.zeros(int(session.max(initial=0)) + 1, bool)
    used[session[session >= 0]] = True
    place = (np.cumsum(used, dtype=np.int32) - 1)[session]
    keys = mix((np.flatnonzero(used) + rows.serial).astype(np.uint64) ^ np.uint64(rows.salt ^ 0x2545F491))
    return pa.DictionaryArray.from_arrays(pa.array(place, mask=session < 0), hex_text(keys))
