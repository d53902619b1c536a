-- One row is one SpendLogs row with what has to be known before its columns: whose row it is, what became of it,
-- whether its usage and its cost can be believed. A view: the rows are read once, by rows.sql.
with
    logged as (
        select
            r.* exclude (misfit),
            coalesce(r.litellm_call_id, r.metadata.litellm_call_id, r.request_id) as call_id,
            litellm_request(call_id) as request_name,
            litellm_request(r.request_id) as response_name,
            r.metadata.usage_object as usage_object,
            r.metadata.usage_object.prompt_tokens_details as input_parts,
            r.metadata.usage_object.completion_tokens_details as output_parts,
            r.metadata.cost_breakdown as cost_breakdown,
            r.metadata.error_information as error_information,
            r.metadata.error_information.error_class as error_class,
            try_cast(r.metadata.error_information.error_code as smallint) as error_code,
            try_cast(
                regexp_extract(r.metadata.error_information.normalized_error, '^\d{3}') as smallint
            ) as normalized_code,
            coalesce(r.prompt_tokens, 0) = 0 and coalesce(r.completion_tokens, 0) = 0 as has_no_usage,
            coalesce(r.metadata.model_map_information.model_map_value.input_cost_per_token, 0) = 0
            and coalesce(r.metadata.model_map_information.model_map_value.output_cost_per_token, 0) = 0 as has_no_price,
            coalesce(r.metadata.attempted_retries, 0) + coalesce(r.metadata.attempted_fallbacks, 0)
            > 0 as has_failed_before,
        from litellm_spendlogs.read as r
    ),

    judged as (
        select
            * replace (coalesce(is_cache_hit, contains(request_id, '_cache_hit')) as is_cache_hit),
            litellm_outcome(status, error_code, error_class) as outcome,
            -- No column says so; among successes a first chunk before the end is exactly the streams (LiteLLM 1.106.2).
            case when outcome <> 'error' then first_chunk_time < end_time end as is_stream,
            litellm_is_guess(is_stream, input_parts, output_parts, completion_tokens) as is_guess,
        from logged
        anti join litellm_spendlogs.rejects using (source_row)
    )

select
    *,
    -- A failure's tokens are invented (even where the failure was billed), and 0 tokens of a success are unknown.
    outcome <> 'error' and not has_no_usage as has_usage,
    litellm_cost(spend, is_cache_hit, outcome, has_no_usage, has_no_price) as cost_usd,
    litellm_is_provider_cost(custom_llm_provider, usage_object, has_no_price) as is_provider_cost,
    -- The breakdown is another call's on cache hits and zeros on OpenRouter: kept only where it adds up.
    not is_cache_hit and outcome <> 'error' and abs(cost_breakdown.total_cost - cost_usd) < 1e-9 as is_itemised,
    tags_of(request_tags) as tags,
from judged
