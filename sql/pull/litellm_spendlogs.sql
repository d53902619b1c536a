-- One page of LiteLLM_SpendLogs, for PostgreSQL: only what Podium reads, and of the JSON in `metadata` only named parts.
-- Prompts, answers, requests, addresses, e-mails, error texts and the price map stay where they are.
-- A column that an older LiteLLM lacks is looked up one level further out, in `absent`, and is NULL.
copy (
    select page.*
    from
        (
            select
                cast(null as text) as litellm_call_id,
                cast(null as text) as session_id,
                cast(null as text) as api_key,
                cast(null as timestamp) as "completionStartTime",
                cast(null as timestamp) as updated_at,
                cast(null as text) as model_id,
                cast(null as text) as model_group,
                cast(null as text) as custom_llm_provider,
                cast(null as text) as api_base,
                cast(null as text) as "user",
                cast(null as text) as end_user,
                cast(null as text) as team_id,
                cast(null as text) as organization_id,
                cast(null as text) as cache_hit,
                cast(null as text) as status,
                cast(null as jsonb) as request_tags
        ) as absent
    cross join lateral (
        select
            "startTime",
            request_id,
            litellm_call_id,
            session_id,
            call_type,
            api_key,
            spend,
            prompt_tokens,
            completion_tokens,
            "endTime",
            "completionStartTime",
            updated_at,
            model,
            model_id,
            model_group,
            custom_llm_provider,
            -- Scheme and host: a user, a key or a path may be a secret.
            'https://' || substring(api_base from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:@]+)') as api_base,
            "user",
            end_user,
            team_id,
            organization_id,
            cache_hit,
            status,
            request_tags,
            case
                when jsonb_typeof(metadata) <> 'object' then to_jsonb(jsonb_typeof(metadata))
                when metadata is not null then jsonb_strip_nulls(jsonb_build_object(
                    'status', metadata -> 'status',
                    'litellm_call_id', metadata -> 'litellm_call_id',
                    'original_model_group', metadata -> 'original_model_group',
                    'user_agent', metadata -> 'user_agent',
                    'attempted_retries', metadata -> 'attempted_retries',
                    'attempted_fallbacks', metadata -> 'attempted_fallbacks',
                    'litellm_overhead_time_ms', metadata -> 'litellm_overhead_time_ms',
                    'user_api_key_alias', metadata -> 'user_api_key_alias',
                    'user_api_key_team_alias', metadata -> 'user_api_key_team_alias',
                    'user_api_key_project_id', metadata -> 'user_api_key_project_id',
                    'usage_object', metadata -> 'usage_object',
                    'cost_breakdown', metadata -> 'cost_breakdown',
                    'error_information', jsonb_build_object(
                        'error_code', metadata #> '{error_information,error_code}',
                        'error_class', metadata #> '{error_information,error_class}',
                        'normalized_error', metadata #> '{error_information,normalized_error}',
                        'llm_provider', metadata #> '{error_information,llm_provider}'
                    ),
                    'model_map_information', jsonb_build_object('model_map_value', jsonb_build_object(
                        'input_cost_per_token',
                        metadata #> '{model_map_information,model_map_value,input_cost_per_token}',
                        'output_cost_per_token',
                        metadata #> '{model_map_information,model_map_value,output_cost_per_token}'
                    ))
                ))
            end as metadata
        from "LiteLLM_SpendLogs"
        where
            "startTime" >= cast(%(since)s as timestamp)
            and ("startTime", request_id) > (cast(%(after_time)s as timestamp), %(after_id)s)
        order by "startTime", request_id
        limit %(rows)s
    ) as page
    order by page."startTime", page.request_id
) to stdout (format csv, header)
