-- One row is one LiteLLM payload as a row of the request log: an upstream attempt, or a request's outcome.
-- LiteLLM logs a request's first failure and its outcome, nothing between: attempt error rates are lower bounds.
select
    source_row,
    attempt_id('litellm_slp', id, litellm_call_id, start_time) as attempt_id,
    coalesce(label_of(request_name), request.pseudonym) as request_id,
    'attempt' as record_kind,
    cast(null as smallint) as attempt_index,
    try_cast(hidden_params.additional_headers."x-litellm-attempted-retries" as smallint) as reported_retries,
    try_cast(hidden_params.additional_headers."x-litellm-attempted-fallbacks" as smallint) as reported_fallbacks,
    coalesce(label_of(trace_id), trace.pseudonym) as trace_id,
    cast(null as varchar) as span_id,
    cast(null as varchar) as enclosing_span_id,
    -- trace_id is the client's session where one was sent, and else the gateway's own UUID.
    case
        when metadata.requester_metadata.headers."x-litellm-session-id" <> '' or length(trace_id) <> 36
        then coalesce(label_of(trace_id), trace.pseudonym)
    end as conversation_id,
    case
        when outcome <> 'error' and id <> litellm_call_id then coalesce(label_of(id), answer.pseudonym)
    end as response_id,
    'litellm_slp' as source,
    cast(null as varchar) as source_version,
    cast(null as bigint) as source_revision,
    start_time,
    end_time,
    (epoch_us(end_time) - epoch_us(start_time)) / 1e6 as duration_s,
    case
        when is_stream and outcome <> 'error' and first_chunk_time > start_time and first_chunk_time < end_time
        then (epoch_us(first_chunk_time) - epoch_us(start_time)) / 1e6
    end as time_to_first_chunk_s,
    'attempt' as latency_scope,
    -- LiteLLM's is the difference of two clocks, not always cut off at 0.
    case when hidden_params.litellm_overhead_time_ms >= 0 then hidden_params.litellm_overhead_time_ms / 1e3 end as queue_or_overhead_s,
    litellm_operation(call_type) as operation_name,
    is_stream as stream,
    model_name_of(coalesce(nullif(model_group, ''), model)) as request_model,
    model_name_of(nullif(model_group, '')) as served_model_group,
    label_of(model_id) as deployment_id,
    -- LiteLLM overwrites the provider's model name with the alias, but for a few dated snapshots.
    case
        when response.model not in ('', coalesce(model_group, '')) then model_name_of(response.model)
    end as response_model,
    -- A path is a server's file name for the model, not a model's name.
    model_name_of(
        coalesce(case when response_model[1] <> '/' then response_model end, nullif(model, ''), model_group)
    ) as model_raw,
    coalesce(provider_of(nullif(custom_llm_provider, '')), 'unknown') as provider_name,
    label_of(response.provider) as upstream_provider,
    url_host(api_base) as server_address,
    outcome as status,
    case when error_code between 100 and 599 then error_code end as http_status,
    case
        when outcome = 'cancelled'
        then 'cancelled'
        when outcome = 'error'
        then litellm_error_type(error_information.normalized_error, error_class, coalesce(error_code, normalized_code))
    end as error_type,
    error_code_of(error_information.error_code) as error_code_raw,
    case
        when outcome = 'cancelled'
        then 'client'
        when outcome <> 'error'
        then null
        -- Refused before a deployment was chosen: the gateway's own limit, budget or key check.
        when error_type = 'budget' or coalesce(nullif(model_id, ''), error_information.llm_provider, '') = ''
        then 'gateway'
        else 'provider'
    end as error_origin,
    case when outcome <> 'error' then finish_reason_of(response.choices[1].finish_reason) end as finish_reason,
    case when has_usage then cast(prompt_tokens as bigint) end as input_tokens,
    case when has_usage then cast(completion_tokens as bigint) end as output_tokens,
    case
        when has_usage and not is_guess then litellm_cache_read(input_parts, metadata.usage_object)
    end as cache_read_input_tokens,
    case
        when has_usage and not is_guess then litellm_cache_write(input_parts, metadata.usage_object)
    end as cache_write_input_tokens,
    case when has_usage and not is_guess then litellm_reasoning(output_parts) end as reasoning_output_tokens,
    case when has_usage and not is_guess then 'provider' else 'unknown' end as usage_source,
    cost_usd,
    case when is_itemised then cost_breakdown.input_cost end as input_cost_usd,
    case when is_itemised then cost_breakdown.output_cost end as output_cost_usd,
    case when cost_usd is null then 'none' when is_provider_cost then 'provider' else 'gateway' end as cost_source,
    metadata.usage_object.is_byok as is_byok,
    is_cache_hit as response_cache_hit,
    -- What is no hash may be the key itself.
    case
        when is_key_hash(metadata.user_api_key_hash) then metadata.user_api_key_hash else key.pseudonym
    end as api_key_id,
    coalesce(label_of(metadata.user_api_key_alias), key_alias.pseudonym) as api_key_alias,
    key_owner.pseudonym as user_id,
    end_user.pseudonym as end_user_id,
    coalesce(label_of(metadata.user_api_key_team_id), team.pseudonym) as team_id,
    coalesce(label_of(metadata.user_api_key_team_alias), team_alias.pseudonym) as team_name,
    coalesce(label_of(metadata.user_api_key_org_id), org.pseudonym) as org_id,
    coalesce(label_of(metadata.user_api_key_project_id), project.pseudonym) as project_id,
    label_of(metadata.requester_metadata.headers."x-title") as app_name,
    url_host(metadata.requester_metadata.headers."http-referer") as app_url_host,
    user_agent_family(user_agent) as user_agent_family,
    list_filter(tags, lambda tag:starts_with(tag, 'env:'))[1][5:] as environment,
    list_filter(tags, lambda tag:starts_with(tag, 'category:'))[1][10:] as category,
    tags,
    cast(null as varchar) as data_region,
    cast(null as varchar) as data_policy,
    label_of(coalesce(response.service_tier, cost_breakdown.service_tier)) as service_tier,
    label_of(status_fields.guardrail_status) as guardrail_status,
    cast(null as double) as feedback_score,
from litellm.judged as payload
left join litellm.pseudonyms as key_owner on key_owner.raw = metadata.user_api_key_user_id
left join litellm.pseudonyms as end_user on end_user.raw = payload.end_user
left join litellm.pseudonyms as key on key.raw = metadata.user_api_key_hash
left join litellm.pseudonyms as key_alias on key_alias.raw = metadata.user_api_key_alias
left join litellm.pseudonyms as team on team.raw = metadata.user_api_key_team_id
left join litellm.pseudonyms as team_alias on team_alias.raw = metadata.user_api_key_team_alias
left join litellm.pseudonyms as org on org.raw = metadata.user_api_key_org_id
left join litellm.pseudonyms as project on project.raw = metadata.user_api_key_project_id
left join litellm.pseudonyms as trace on trace.raw = payload.trace_id
left join litellm.pseudonyms as request on request.raw = payload.request_name
left join litellm.pseudonyms as answer on answer.raw = payload.id
