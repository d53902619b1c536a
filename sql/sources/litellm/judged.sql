-- One row is one LiteLLM payload with what has to be known before its columns: what became of it, whether its usage and
-- its cost can be believed. A view: the payloads are read once, by rows.sql.
with
    payload as (
        select
            p.*,
            litellm_request(coalesce(nullif(p.litellm_call_id, ''), p.id)) as request_name,
            p.metadata.usage_object.prompt_tokens_details as input_parts,
            p.metadata.usage_object.completion_tokens_details as output_parts,
            p.error_information.error_class as error_class,
            try_cast(p.error_information.error_code as smallint) as error_code,
            try_cast(regexp_extract(p.error_information.normalized_error, '^\d{3}') as smallint) as normalized_code,
            coalesce(p.cache_hit, false) as is_cache_hit,
            coalesce(p.stream, p.model_parameters.stream, false) as is_stream,
            coalesce(p.prompt_tokens, 0) = 0 and coalesce(p.completion_tokens, 0) = 0 as has_no_usage,
            coalesce(p.model_map_information.model_map_value.input_cost_per_token, 0) = 0
            and coalesce(p.model_map_information.model_map_value.output_cost_per_token, 0) = 0 as has_no_price,
            try(to_timestamp(p.starttime)) as start_time,
            try(to_timestamp(p.endtime)) as end_time,
            try(to_timestamp(p.completionstarttime)) as first_chunk_time,
        from litellm.read as p
    ),

    judged as (
        select
            *,
            litellm_outcome(status, error_code, error_class) as outcome,
            litellm_is_guess(is_stream, input_parts, output_parts, completion_tokens) as is_guess,
        from payload
        anti join litellm.rejects using (source_row)
    )

select
    *,
    -- A failure's tokens are invented (even where the failure was billed), and 0 tokens of a success are unknown.
    outcome <> 'error' and not has_no_usage as has_usage,
    litellm_cost(response_cost, is_cache_hit, outcome, has_no_usage, has_no_price) as cost_usd,
    litellm_is_provider_cost(custom_llm_provider, metadata.usage_object, has_no_price) as is_provider_cost,
    -- The breakdown is another call's on cache hits and zeros on OpenRouter: kept only where it adds up.
    not is_cache_hit and outcome <> 'error' and abs(cost_breakdown.total_cost - cost_usd) < 1e-9 as is_itemised,
    tags_of(request_tags) as tags,
from judged
