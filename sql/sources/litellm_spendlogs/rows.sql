-- One row is one LiteLLM_SpendLogs row as a row of the request log: a request's outcome, or (rarely) one attempt of it.
-- LiteLLM counts a request's earlier attempts here but does not list them: attempt error rates can not be known, and the
-- few that it does list are told as requests too, or they would pass for all there were.
select
    source_row,
    attempt_id('litellm_spendlogs', payload.request_id, null, start_time) as attempt_id,
    coalesce(label_of(request_name), request.pseudonym) as request_id,
    'request' as record_kind,
    cast(null as smallint) as attempt_index,
    try_cast(metadata.attempted_retries as smallint) as reported_retries,
    try_cast(metadata.attempted_fallbacks as smallint) as reported_fallbacks,
    coalesce(label_of(session_id), trace.pseudonym) as trace_id,
    cast(null as varchar) as span_id,
    cast(null as varchar) as enclosing_span_id,
    -- session_id is the client's session where one was sent, and else the gateway's own UUID.
    case when length(session_id) <> 36 then coalesce(label_of(session_id), trace.pseudonym) end as conversation_id,
    case
        when outcome <> 'error' and payload.request_id <> call_id
        then coalesce(label_of(response_name), response.pseudonym)
    end as response_id,
    'litellm_spendlogs' as source,
    cast(null as varchar) as source_version,
    epoch_us(updated_at) as source_revision,
    cast(start_time as timestamptz) as start_time,
    cast(end_time as timestamptz) as end_time,
    (epoch_us(end_time) - epoch_us(start_time)) / 1e6 as duration_s,
    case
        when is_stream and first_chunk_time > start_time then (epoch_us(first_chunk_time) - epoch_us(start_time)) / 1e6
    end as time_to_first_chunk_s,
    -- A stream that was rescued keeps the request's clock, and a failure does not say whether it was a stream.
    case when has_failed_before and is_stream is distinct from false then 'request' else 'attempt' end as latency_scope,
    -- LiteLLM's is the difference of two clocks, not always cut off at 0.
    case
        when metadata.litellm_overhead_time_ms >= 0 then metadata.litellm_overhead_time_ms / 1e3
    end as queue_or_overhead_s,
    litellm_operation(call_type) as operation_name,
    is_stream as stream,
    model_name_of(coalesce(metadata.original_model_group, model_group, model)) as request_model,
    model_name_of(model_group) as served_model_group,
    label_of(model_id) as deployment_id,
    cast(null as varchar) as response_model,
    model_name_of(coalesce(model, model_group, metadata.original_model_group)) as model_raw,
    coalesce(provider_of(custom_llm_provider), 'unknown') as provider_name,
    cast(null as varchar) as upstream_provider,
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
        when error_type = 'budget' or coalesce(model_id, nullif(error_information.llm_provider, '')) is null
        then 'gateway'
        else 'provider'
    end as error_origin,
    cast(null as varchar) as finish_reason,
    case when has_usage then cast(prompt_tokens as bigint) end as input_tokens,
    case when has_usage then cast(completion_tokens as bigint) end as output_tokens,
    case
        when has_usage and not is_guess then litellm_cache_read(input_parts, usage_object)
    end as cache_read_input_tokens,
    case
        when has_usage and not is_guess then litellm_cache_write(input_parts, usage_object)
    end as cache_write_input_tokens,
    case when has_usage and not is_guess then litellm_reasoning(output_parts) end as reasoning_output_tokens,
    case when has_usage and not is_guess then 'provider' else 'unknown' end as usage_source,
    cost_usd,
    case when is_itemised then cost_breakdown.input_cost end as input_cost_usd,
    case when is_itemised then cost_breakdown.output_cost end as output_cost_usd,
    case when cost_usd is null then 'none' when is_provider_cost then 'provider' else 'gateway' end as cost_source,
    usage_object.is_byok as is_byok,
    is_cache_hit as response_cache_hit,
    -- What is no hash may be the key itself.
    case when is_key_hash(api_key) then api_key else key.pseudonym end as api_key_id,
    coalesce(label_of(metadata.user_api_key_alias), key_alias.pseudonym) as api_key_alias,
    owner.pseudonym as user_id,
    end_user.pseudonym as end_user_id,
    coalesce(label_of(payload.team_id), team.pseudonym) as team_id,
    coalesce(label_of(metadata.user_api_key_team_alias), team_alias.pseudonym) as team_name,
    coalesce(label_of(organization_id), org.pseudonym) as org_id,
    coalesce(label_of(metadata.user_api_key_project_id), project.pseudonym) as project_id,
    cast(null as varchar) as app_name,
    cast(null as varchar) as app_url_host,
    user_agent_family(metadata.user_agent) as user_agent_family,
    list_filter(tags, lambda tag:starts_with(tag, 'env:'))[1][5:] as environment,
    list_filter(tags, lambda tag:starts_with(tag, 'category:'))[1][10:] as category,
    tags,
    cast(null as varchar) as data_region,
    cast(null as varchar) as data_policy,
    label_of(cost_breakdown.service_tier) as service_tier,
    cast(null as varchar) as guardrail_status,
    cast(null as double) as feedback_score,
from litellm_spendlogs.judged as payload
left join litellm_spendlogs.pseudonyms as owner on owner.raw = payload.key_owner
left join litellm_spendlogs.pseudonyms as end_user on end_user.raw = payload.end_user
left join litellm_spendlogs.pseudonyms as key on key.raw = payload.api_key
left join litellm_spendlogs.pseudonyms as key_alias on key_alias.raw = metadata.user_api_key_alias
left join litellm_spendlogs.pseudonyms as team on team.raw = payload.team_id
left join litellm_spendlogs.pseudonyms as team_alias on team_alias.raw = metadata.user_api_key_team_alias
left join litellm_spendlogs.pseudonyms as org on org.raw = payload.organization_id
left join litellm_spendlogs.pseudonyms as project on project.raw = metadata.user_api_key_project_id
left join litellm_spendlogs.pseudonyms as trace on trace.raw = payload.session_id
left join litellm_spendlogs.pseudonyms as request on request.raw = payload.request_name
left join litellm_spendlogs.pseudonyms as response on response.raw = payload.response_name
