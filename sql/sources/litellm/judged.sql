-- One row is one LiteLLM payload with what has to be known before its columns: what became of it, whether its usage and
-- its cost can be believed. A view: the payloads are read once, by rows.sql.
with
    payload as (
        select
            p.*,
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
            -- A client that goes away is logged as success with code 499.
            case
                when error_code = 499 or error_class = 'ClientDisconnected'
                then 'cancelled'
                when status = 'success'
                then 'ok'
                when status = 'failure'
                then 'error'
                else status
            end as outcome,
            -- Usage that LiteLLM may have counted itself, as it does for a stream without a usage chunk. Such a row has
            -- all output as text and no part of usage that only a provider can know. 9 rows of the recorded sample were
            -- guessed, and all 9 look so; 10 exact ones (Together streams) do too. Nothing in the row tells them apart.
            is_stream
            and coalesce(output_parts.text_tokens = completion_tokens, output_parts is null)
            and output_parts.accepted_prediction_tokens is null
            and coalesce(output_parts.reasoning_tokens, 0) = 0
            and coalesce(input_parts.cached_tokens, 0) = 0
            and coalesce(
                input_parts.cache_write_tokens,
                input_parts.cache_creation_tokens,
                input_parts.text_tokens,
                input_parts.audio_tokens,
                input_parts.image_tokens
            )
            is null as is_guess,
        from payload
        anti join litellm.rejects using (source_row)
    )

select
    *,
    -- A failure's tokens are invented (even where the failure was billed), and 0 tokens of a success are unknown.
    outcome <> 'error' and not has_no_usage as has_usage,
    -- Cost 0 means five things, in this order: cache hit, unbilled failure, unknown usage, no price, free.
    case
        when is_cache_hit
        then 0
        when outcome = 'error'
        then coalesce(response_cost, 0)
        when response_cost = 0 and (has_no_usage or has_no_price)
        then null
        else response_cost
    end as cost_usd,
    -- OpenRouter sends its own cost; elsewhere usage_object.cost is LiteLLM's own figure written back.
    custom_llm_provider = 'openrouter'
    and metadata.usage_object.cost is not null
    and (metadata.usage_object.cost_details is not null or has_no_price) as is_provider_cost,
    -- The breakdown is another call's on cache hits and zeros on OpenRouter: kept only where it adds up.
    not is_cache_hit and outcome <> 'error' and abs(cost_breakdown.total_cost - cost_usd) < 1e-9 as is_itemised,
    -- LiteLLM adds 'User-Agent: ...' tags of its own.
    list_filter(request_tags, lambda tag:label_of(tag) is not null and not starts_with(tag, 'User-Agent:')) as tags,
from judged
