"""The contract: what a row of the request log is, which unit it has, and why a row is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from pipeline.settings import PodiumError

TIMESTAMP = pa.timestamp("us", tz="UTC")
MONEY = pa.decimal128(18, 10)
TEXT, INT, SMALL, REAL, FLAG = pa.string(), pa.int64(), pa.int16(), pa.float64(), pa.bool_()


@dataclass(frozen=True)
class Column:
    """One column: `made_by` is 'source' (staged by a source module) or 'landing'."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    required: bool = False
    made_by: str = "source"


COLUMNS = (
    Column("attempt_id", TEXT, "sha256 of source, native row id, place inside the record, start", required=True),
    Column("request_id", TEXT, "shared by every attempt of one client request", required=True),
    Column("record_kind", TEXT, "attempt, or request where the gateway logs outcomes only", required=True),
    Column("attempt_index", SMALL, "place in a record that lists its attempts, from 0"),
    Column("reported_retries", SMALL, "the gateway's own counter; an undercount"),
    Column("reported_fallbacks", SMALL, "the gateway's own counter; an undercount"),
    Column("trace_id", TEXT, "trace, where the gateway has one"),
    Column("span_id", TEXT, "span, where the gateway has one"),
    Column("enclosing_span_id", TEXT, "the next call above this span, or the outermost span its file does not hold"),
    Column("conversation_id", TEXT, "gen_ai.conversation.id: the client's session"),
    Column("response_id", TEXT, "gen_ai.response.id"),
    Column("source", TEXT, "where the log came from", required=True),
    Column("source_version", TEXT, "version of the gateway, where it says so"),
    Column("source_revision", INT, "re-versioned rows: the largest wins"),
    Column("start_time", TIMESTAMP, "when the attempt began", "UTC", required=True),
    Column("end_time", TIMESTAMP, "when the attempt ended", "UTC"),
    Column("duration_s", REAL, "gen_ai.client.operation.duration", "s"),
    Column("time_to_first_chunk_s", REAL, "gen_ai.response.time_to_first_chunk; measured streams only", "s"),
    Column("latency_scope", TEXT, "attempt, or request where the clock covers earlier failures", required=True),
    Column("queue_or_overhead_s", REAL, "the gateway's own share of the duration", "s"),
    Column("operation_name", TEXT, "gen_ai.operation.name", required=True),
    Column("stream", FLAG, "gen_ai.request.stream"),
    Column("request_model", TEXT, "gen_ai.request.model: the name the client asked for", required=True),
    Column("served_model_group", TEXT, "the gateway's alias that answered"),
    Column("deployment_id", TEXT, "the gateway's deployment that answered"),
    Column("response_model", TEXT, "gen_ai.response.model, as logged"),
    Column("provider_name", TEXT, "gen_ai.provider.name: who served it", required=True),
    Column("upstream_provider", TEXT, "the provider behind an aggregator"),
    Column("server_address", TEXT, "host only"),
    Column("status", TEXT, "ok, error, or cancelled (the client went away)", required=True),
    Column("http_status", SMALL, "numeric HTTP status"),
    Column("error_type", TEXT, "error.type, normalised"),
    Column("error_code_raw", TEXT, "the gateway's error code, never its message"),
    Column("error_origin", TEXT, "provider, gateway or client"),
    Column("finish_reason", TEXT, "gen_ai.response.finish_reasons[0], normalised"),
    Column("input_tokens", INT, "gen_ai.usage.input_tokens, cached ones included", "tokens"),
    Column("output_tokens", INT, "gen_ai.usage.output_tokens, reasoning included", "tokens"),
    Column("cache_read_input_tokens", INT, "part of input_tokens read from the provider's cache", "tokens"),
    Column("cache_write_input_tokens", INT, "part of input_tokens written to the provider's cache", "tokens"),
    Column("reasoning_output_tokens", INT, "part of output_tokens spent on reasoning", "tokens"),
    Column("usage_source", TEXT, "provider, gateway_estimate, or unknown", required=True),
    Column("cost_usd", MONEY, "what was billed; NULL unpriced, 0 free", "USD"),
    Column("input_cost_usd", MONEY, "input part of cost_usd, where logged", "USD"),
    Column("output_cost_usd", MONEY, "output part of cost_usd, where logged", "USD"),
    Column("cost_source", TEXT, "provider, gateway, user_table, catalog, or none", required=True),
    Column("is_byok", FLAG, "paid with the customer's own provider key"),
    Column("response_cache_hit", FLAG, "answered by the gateway's response cache", required=True),
    Column("api_key_id", TEXT, "the gateway's hash of the key"),
    Column("api_key_alias", TEXT, "the key's name"),
    Column("user_id", TEXT, "keyed pseudonym of the user"),
    Column("end_user_id", TEXT, "keyed pseudonym of the end user"),
    Column("team_id", TEXT, "team"),
    Column("team_name", TEXT, "team's name"),
    Column("org_id", TEXT, "organisation"),
    Column("project_id", TEXT, "project"),
    Column("app_name", TEXT, "application (X-Title)"),
    Column("app_url_host", TEXT, "application's host (HTTP-Referer)"),
    Column("user_agent_family", TEXT, "client library or program"),
    Column("environment", TEXT, "deployment.environment.name"),
    Column("category", TEXT, "what the request was for, where classified"),
    Column("tags", pa.list_(pa.string()), "the gateway's request tags"),
    Column("data_region", TEXT, "cloud.region"),
    Column("data_policy", TEXT, "zdr, retain, train or unknown"),
    Column("service_tier", TEXT, "the provider's service tier"),
    Column("guardrail_status", TEXT, "outcome of the gateway's guardrails"),
    Column("feedback_score", REAL, "the user's verdict: 1 up, 0 down"),
    Column("outer_span_id", TEXT, "the next call above an enclosing one that was refused", made_by="landing"),
    Column("model_id", TEXT, "canonical author/model that answered", required=True, made_by="landing"),
    Column("list_cost_usd", MONEY, "list price of this request at its time", "USD", made_by="landing"),
    Column("cache_savings_usd", MONEY, "saved by prompt caching at list price", "USD", made_by="landing"),
    Column("is_price_backdated", FLAG, "older than the first listed price", made_by="landing"),
    Column("ttft_bucket", SMALL, "1 % bucket of time to first chunk", "ms", made_by="landing"),
    Column("duration_bucket", SMALL, "1 % bucket of the duration", "ms", made_by="landing"),
    Column("output_speed_bucket", SMALL, "1 % bucket of output speed", "tokens/s", made_by="landing"),
    Column("batch_id", TEXT, "sha256 of the delivered file", required=True, made_by="landing"),
    Column("source_file", TEXT, "name of the delivered file", required=True, made_by="landing"),
    Column("source_row", INT, "row or element in that file, from 1", made_by="landing"),
    Column("ingested_at", TIMESTAMP, "when it landed", "UTC", required=True, made_by="landing"),
    Column("is_contested", FLAG, "this attempt_id landed before with other content", required=True, made_by="landing"),
    Column("event_date", pa.date32(), "UTC day of start_time", required=True, made_by="landing"),
    Column("event_hour", SMALL, "UTC hour of start_time", required=True, made_by="landing"),
)

ENUMS = {
    "record_kind": ("attempt", "request"),
    "latency_scope": ("attempt", "request"),
    "operation_name": (
        "chat", "text_completion", "generate_content", "embeddings", "rerank", "image_generation",
        "speech", "transcription", "other",
    ),
    "status": ("ok", "error", "cancelled"),
    "error_type": (
        "rate_limit", "timeout", "server_error", "overloaded", "connection", "auth", "bad_request",
        "context_length", "content_filter", "budget", "cancelled", "_OTHER",
    ),
    "error_origin": ("provider", "gateway", "client"),
    "finish_reason": ("stop", "length", "tool_calls", "content_filter", "error", "other"),
    "usage_source": ("provider", "gateway_estimate", "unknown"),
    "cost_source": ("provider", "gateway", "user_table", "catalog", "none"),
}  # fmt: skip

ROW_REASONS = {
    "bad_json": "the line, or a field that holds JSON, is not JSON",
    "bad_csv": "the row has not as many fields as the header, or its quotes do not match",
    "bad_utf8": "the text is not valid UTF-8",
    "missing_field": "a field the log must have is missing",
    "wrong_type": "a field has another type than the log defines",
    "null_id": "attempt_id or request_id is missing",
    "bad_id": "attempt_id or request_id is empty or longer than 256 characters",
    "bad_ts": "start or end is not an instant between 2000 and 2200",
    "future_ts": "start lies ahead of the clock by more than the tolerance (PODIUM_FUTURE_TOLERANCE_S)",
    "too_late": "start is older than PODIUM_TOO_LATE_DAYS",
    "end_before_start": "end lies before start",
    "bad_latency": "a duration is negative or absurd (over 10 million seconds), or the first chunk comes after the end",
    "neg_tokens": "a token count is negative",
    "tokens_too_big": "a token count is above 100 million",
    "parts_exceed_whole": "cached or reasoning tokens exceed the whole they are part of",
    "nonfinite": "a cost or a duration is NaN or infinite",
    "neg_cost": "a cost is negative",
    "cost_too_big": "a cost is 10 million USD or more",
    "cost_source_mismatch": "cost_source is none but a cost is given, or the other way round",
    "bad_enum": "a value is not one of those the contract lists",
    "bad_model_name": "a model name is empty, longer than 200 characters, or holds control characters",
    "bad_score": "a score is not a number from 0 to 1, a boolean, or a word such as up or down",
    "bad_label": "a score's name or evaluator is too long, a person, a key, JSON, or holds control characters",
    "string_too_long": "a text is longer than 1,000 characters",
}

FILE_REASONS = {
    "empty_file": "the file has no content",
    "truncated": "the compressed file ends too early",
    "corrupt": "the file can not be read as its format, or most of it is broken",
    "not_parquet": "the file is not Parquet",
    "too_large": "the file is over PODIUM_MAX_FILE_MIB, or unpacks to more than is safe",
    "schema_missing_column": "a column of the contract is missing",
    "schema_type": "a column has another type than the contract",
}

REJECT_SCHEMA = pa.schema(
    [
        ("source_row", pa.int64()),
        ("reason", pa.string()),
        ("column_name", pa.string()),
        ("detail", pa.string()),
        ("sample", pa.string()),
    ]
)


class FileRejected(PodiumError):
    """A whole file refused; `reason` is a key of FILE_REASONS, `detail` is safe to show."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail or FILE_REASONS[reason]}")
        self.reason, self.detail = reason, detail or FILE_REASONS[reason]


@dataclass(frozen=True)
class Reading:
    """What a source made of one file: contract Parquet, refused rows, and how many rows it saw."""

    parquet: Path | None
    rejects: pa.Table
    rows_in: int


def no_rejects() -> pa.Table:
    """An empty table of refused rows."""
    return REJECT_SCHEMA.empty_table()


def _field(column: Column, type_: pa.DataType) -> pa.Field:
    meta = {"meaning": column.meaning, "unit": column.unit}
    return pa.field(column.name, type_, nullable=not column.required, metadata=meta)


def _staged() -> Iterator[pa.Field]:
    yield pa.field("source_row", pa.int64(), metadata={"meaning": "row or element in the file, from 1"})
    for column in COLUMNS:
        if column.made_by == "source":
            yield pa.field(column.name, REAL if column.type == MONEY else column.type)
            if column.name == "response_model":
                yield pa.field("model_raw", TEXT, metadata={"meaning": "best raw name of the model that answered"})


@cache
def staged_schema() -> pa.Schema:
    """What a source writes: nothing required (landing judges), money still DOUBLE."""
    return pa.schema(list(_staged()))


@cache
def log_schema() -> pa.Schema:
    """The Delta table `request_log`."""
    return pa.schema([_field(column, column.type) for column in COLUMNS])
