"""Simulated traffic as LiteLLM's StandardLoggingPayload, one JSON object per line: the fields its readers use.

Fields and quirks as LiteLLM 1.106.2 writes them: prefixed model strings, `stream` true or null, a client that left
as success with code 499, cost 0 where no price is known, and no price map beyond the two prices.
"""

from io import BytesIO

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.simulation import calibration as c
from pipeline.simulation import people
from pipeline.simulation.contract import contract_table
from pipeline.simulation.rows import Rows
from pipeline.simulation.traffic import US

LINES_AT_ONCE = 20_000
_CLASSES = {
    "rate_limit": "RateLimitError",
    "overloaded": "ServiceUnavailableError",
    "server_error": "InternalServerError",
    "timeout": "Timeout",
    "connection": "APIConnectionError",
    "context_length": "ContextWindowExceededError",
    "bad_request": "BadRequestError",
    "content_filter": "ContentPolicyViolationError",
    "auth": "AuthenticationError",
    "cancelled": "ClientDisconnected",
}
_CODES = {failure.error_type: failure.litellm for failure in c.FAILURES}
_OK, _ERROR = pl.col("status") != "error", pl.col("status") == "error"


def litellm_lines(rows: Rows) -> bytes:
    """All of the slice's attempts, in order of start."""
    frame = _frame(rows)
    target = BytesIO()
    for part in frame.iter_slices(LINES_AT_ONCE):
        part.lazy().select(_payload()).collect().write_ndjson(target)
    return target.getvalue()


def _frame(rows: Rows) -> pl.DataFrame:
    world = rows.world
    frame = pl.DataFrame(pl.from_arrow(contract_table(rows, 1)))
    extra = {
        "slug": pa.array([provider.slug for provider in world.providers]).take(pa.array(rows.provider)),
        "member": pa.array([people.user_name(user) for user in range(rows.world.user_count)]).take(_place(rows.user)),
        "first_chunk_us": pa.array(rows.attempts.start_us + rows.first_us),
        "p_in": pa.array(np.nan_to_num(rows.cost.input_price) / 1e12),
        "p_out": pa.array(np.nan_to_num(rows.cost.output_price) / 1e12),
    }
    known = {name: pl.from_arrow(values) for name, values in extra.items()}
    return frame.with_columns(pl.Series(name, values) for name, values in known.items())


def _place(index: np.ndarray) -> pa.Array:
    return pa.array(index, mask=index < 0)


def _payload() -> list[pl.Expr]:
    prompt, completion = pl.col("input_tokens").fill_null(0), pl.col("output_tokens").fill_null(0)
    start, end = _seconds("start_time"), _seconds("end_time")
    first = pl.when(pl.col("time_to_first_chunk_s").is_not_null()).then(pl.col("first_chunk_us") / US).otherwise(end)
    host = pl.format("https://{}/v1", "server_address")
    return [
        pl.when(_OK).then(pl.format("chatcmpl-{}", "attempt_id")).otherwise("request_id").alias("id"),
        pl.col("request_id").alias("litellm_call_id"),
        pl.coalesce(pl.col("conversation_id").cast(pl.String), "request_id").alias("trace_id"),
        pl.lit("").alias("session_id"),
        pl.lit("acompletion").alias("call_type"),
        pl.col("response_cache_hit").alias("cache_hit"),
        pl.when(pl.col("stream") & _OK).then(pl.lit(value=True)).alias("stream"),
        pl.when(_ERROR).then(pl.lit("failure")).otherwise(pl.lit("success")).alias("status"),
        pl.col("slug").alias("custom_llm_provider"),
        pl.lit(0.0).alias("saved_cache_cost"),
        start.alias("startTime"),
        end.alias("endTime"),
        first.alias("completionStartTime"),
        (first - start).alias("response_time"),
        pl.col("model_raw").alias("model"),
        _metadata(),
        pl.col("cost_usd").fill_null(0.0).alias("response_cost"),
        _breakdown(),
        (prompt + completion).alias("total_tokens"),
        prompt.alias("prompt_tokens"),
        completion.alias("completion_tokens"),
        _tags().alias("request_tags"),
        pl.lit(None, pl.String).alias("end_user"),
        host.alias("api_base"),
        pl.col("served_model_group").alias("model_group"),
        pl.col("deployment_id").alias("model_id"),
        pl.format("{}/1.0", "user_agent_family").alias("user_agent"),
        pl.lit("redacted-by-litellm").alias("messages"),
        _response(),
        pl.struct(pl.col("stream")).alias("model_parameters"),
        _prices(),
        _error(),
    ]


def _prices() -> pl.Expr:
    prices = pl.struct(pl.col("p_in").alias("input_cost_per_token"), pl.col("p_out").alias("output_cost_per_token"))
    return pl.struct(prices.alias("model_map_value")).alias("model_map_information")


def _seconds(name: str) -> pl.Expr:
    return pl.col(name).dt.epoch("us") / US


def _tags() -> pl.Expr:
    category = pl.when(pl.col("category").is_not_null()).then(pl.concat_list(pl.format("category:{}", "category")))
    no_tags = pl.lit([], pl.List(pl.String))
    return pl.concat_list(pl.col("tags").cast(pl.List(pl.String)), category.otherwise(no_tags))


def _metadata() -> pl.Expr:
    headers = pl.struct(
        pl.col("app_name").alias("x-title"),
        pl.format("https://{}/", "app_url_host").alias("http-referer"),
        pl.col("conversation_id").alias("x-litellm-session-id"),
    )
    return pl.struct(
        pl.col("api_key_id").alias("user_api_key_hash"),
        pl.col("api_key_alias").alias("user_api_key_alias"),
        pl.col("team_id").alias("user_api_key_team_id"),
        pl.col("team_name").alias("user_api_key_team_alias"),
        pl.col("member").alias("user_api_key_user_id"),
        pl.col("org_id").alias("user_api_key_org_id"),
        pl.struct(headers.alias("headers")).alias("requester_metadata"),
        _usage().alias("usage_object"),
    ).alias("metadata")


def _usage() -> pl.Expr:
    """Details on every answer, so that its counts read as the provider's own and not as LiteLLM's estimate."""
    read, write = pl.col("cache_read_input_tokens"), pl.col("cache_write_input_tokens")
    reasoning = pl.col("reasoning_output_tokens")
    prompt = pl.struct(
        read.alias("cached_tokens"),
        write.alias("cache_write_tokens"),
        (pl.col("input_tokens") - read.fill_null(0) - write.fill_null(0)).alias("text_tokens"),
    )
    completion = pl.struct(
        reasoning.alias("reasoning_tokens"),
        pl.when(reasoning.is_not_null()).then(pl.lit(0)).alias("accepted_prediction_tokens"),
    )
    return pl.struct(
        pl.when(_OK).then(prompt).alias("prompt_tokens_details"),
        pl.when(_OK).then(completion).alias("completion_tokens_details"),
    )


def _breakdown() -> pl.Expr:
    parts = pl.struct(
        pl.col("input_cost_usd").alias("input_cost"),
        pl.col("output_cost_usd").alias("output_cost"),
        pl.col("cost_usd").alias("total_cost"),
    )
    return pl.when(pl.col("input_cost_usd").is_not_null()).then(parts).alias("cost_breakdown")


def _response() -> pl.Expr:
    choice = pl.struct(
        pl.col("finish_reason"), pl.struct(pl.lit("redacted-by-litellm").alias("content")).alias("message")
    )
    answer = pl.struct(pl.col("served_model_group").alias("model"), pl.concat_list(choice).alias("choices"))
    return pl.when(_OK).then(answer).alias("response")


def _error() -> pl.Expr:
    kind = pl.col("error_type").cast(pl.String)
    failed = pl.when(_ERROR)
    return pl.struct(
        pl.col("error_code_raw").cast(pl.String).fill_null("").alias("error_code"),
        kind.replace_strict(_CLASSES, default="", return_dtype=pl.String).alias("error_class"),
        failed.then(pl.col("slug")).otherwise(pl.lit("")).alias("llm_provider"),
        kind.replace_strict(_CODES, default=None, return_dtype=pl.String).alias("normalized_error"),
    ).alias("error_information")
