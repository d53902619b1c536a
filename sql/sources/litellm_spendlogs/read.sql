-- One row is one row of LiteLLM_SpendLogs: only the columns Podium reads, each with its type, and of the JSON in
-- `metadata` only the named fields, parsed once. An empty text says no more than NULL. Token counts are DOUBLE so that a
-- fraction or an infinity can be refused, not rounded. Times are UTC without a zone.
with
    -- Prompts, answers, addresses and tracebacks are never taken up; the price map only for two prices.
    cell as (select nullif(columns(*), '') from main.delivered),

    parsed as (
        select
            *,
            try(
                from_json(
                    metadata,
                    '{
    "status": "VARCHAR", "litellm_call_id": "VARCHAR", "original_model_group": "VARCHAR", "user_agent": "VARCHAR",
    "attempted_retries": "DOUBLE", "attempted_fallbacks": "DOUBLE", "litellm_overhead_time_ms": "DOUBLE",
    "user_api_key_alias": "VARCHAR", "user_api_key_team_alias": "VARCHAR", "user_api_key_project_id": "VARCHAR",
    "usage_object": {
        "cost": "DOUBLE", "is_byok": "BOOLEAN", "cost_details": {"upstream_inference_cost": "DOUBLE"},
        "cache_creation_input_tokens": "DOUBLE", "cache_read_input_tokens": "DOUBLE",
        "prompt_tokens_details": {
            "cached_tokens": "DOUBLE", "cache_write_tokens": "DOUBLE", "cache_creation_tokens": "DOUBLE",
            "text_tokens": "DOUBLE", "audio_tokens": "DOUBLE", "image_tokens": "DOUBLE"
        },
        "completion_tokens_details": {
            "reasoning_tokens": "DOUBLE", "text_tokens": "DOUBLE", "accepted_prediction_tokens": "DOUBLE"
        }
    },
    "cost_breakdown": {
        "input_cost": "DOUBLE", "output_cost": "DOUBLE", "total_cost": "DOUBLE", "service_tier": "VARCHAR"
    },
    "error_information": {
        "error_code": "VARCHAR", "error_class": "VARCHAR", "normalized_error": "VARCHAR", "llm_provider": "VARCHAR"
    },
    "model_map_information": {
        "model_map_value": {"input_cost_per_token": "DOUBLE", "output_cost_per_token": "DOUBLE"}
    }
}'
                )
            ) as told,
            try(from_json(request_tags, '["VARCHAR"]')) as logged_tags,
        from cell
    )

select
    podium_source_row,
    request_id,
    litellm_call_id,
    session_id,
    call_type,
    api_key,
    try_cast(spend as double) as spend,
    try_cast(prompt_tokens as double) as prompt_tokens,
    try_cast(completion_tokens as double) as completion_tokens,
    try_cast("startTime" as timestamp) as start_time,
    try_cast("endTime" as timestamp) as end_time,
    try_cast("completionStartTime" as timestamp) as first_chunk_time,
    try_cast(updated_at as timestamp) as updated_at,
    model,
    model_id,
    model_group,
    custom_llm_provider,
    api_base,
    "user" as key_owner,
    end_user,
    team_id,
    organization_id,
    lower(cache_hit) in ('true', 't') as is_cache_hit,
    coalesce(status, told.status, case when told is not null then 'success' end) as status,
    told as metadata,
    logged_tags as request_tags,
    -- The first cell that is not what the table's type would have written.
    case
        when metadata is not null and (told is null or left(ltrim(metadata), 1) <> '{')
        then if(left(ltrim(metadata), 1) = '{', 'bad_json', 'wrong_type') || ' metadata'
        when request_tags is not null and logged_tags is null and request_tags <> 'null'
        then if(left(ltrim(request_tags), 1) = '[', 'bad_json', 'wrong_type') || ' request_tags'
        when spend is not null and try_cast(spend as double) is null
        then 'wrong_type spend'
        when prompt_tokens is not null and try_cast(prompt_tokens as double) is null
        then 'wrong_type prompt_tokens'
        when completion_tokens is not null and try_cast(completion_tokens as double) is null
        then 'wrong_type completion_tokens'
        when "startTime" is not null and start_time is null
        then 'bad_ts startTime'
        when "endTime" is not null and end_time is null
        then 'bad_ts endTime'
        when "completionStartTime" is not null and first_chunk_time is null
        then 'bad_ts completionStartTime'
    end as misfit,
from parsed
