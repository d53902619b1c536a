-- One row is one record of a mapped log as a row of the request log.
select
    source_row,
    attempt_id(source, coalesce(attempt_id, request_id, request_id_person), coalesce(attempt_index, 0), start_time) as attempt_id,
    coalesce(request_id, request.pseudonym) as request_id,
    record_kind,
    attempt_index,
    reported_retries,
    reported_fallbacks,
    coalesce(trace_id, trace.pseudonym) as trace_id,
    coalesce(span_id, span.pseudonym) as span_id,
    coalesce(enclosing_span_id, enclosing_span.pseudonym) as enclosing_span_id,
    coalesce(conversation_id, conversation.pseudonym) as conversation_id,
    coalesce(response_id, response.pseudonym) as response_id,
    source,
    source_version,
    source_revision,
    start_time,
    end_at as end_time,
    clock_s as duration_s,
    -- Beyond the call's own clock it is no measurement; where there is no clock, nothing contradicts it.
    case
        when
            stream
            and outcome <> 'error'
            and time_to_first_chunk_s <> 0
            and coalesce(time_to_first_chunk_s <= clock_s, true)
        then time_to_first_chunk_s
    end as time_to_first_chunk_s,
    latency_scope,
    queue_or_overhead_s,
    operation_name,
    stream,
    request_model,
    served_model_group,
    deployment_id,
    response_model,
    coalesce(model_raw, response_model, served_model_group, request_model) as model_raw,
    provider_name,
    upstream_provider,
    server_address,
    outcome as status,
    http_code as http_status,
    case
        when outcome = 'cancelled'
        then 'cancelled'
        when outcome = 'error'
        then coalesce(error_type, error_type_of_http(http_code), '_OTHER')
    end as error_type,
    case when outcome <> 'ok' then error_code_raw end as error_code_raw,
    case when outcome = 'cancelled' then 'client' when outcome = 'error' then error_origin end as error_origin,
    case when outcome <> 'error' then finish_reason end as finish_reason,
    case when has_usage then input_tokens end as input_tokens,
    case when has_usage then output_tokens end as output_tokens,
    case when has_usage then cache_read_input_tokens end as cache_read_input_tokens,
    case when has_usage then cache_write_input_tokens end as cache_write_input_tokens,
    case when has_usage then reasoning_output_tokens end as reasoning_output_tokens,
    case when has_usage then usage_source else 'unknown' end as usage_source,
    known_cost_usd as cost_usd,
    input_cost_usd,
    output_cost_usd,
    case when known_cost_usd is null then 'none' else cost_source end as cost_source,
    is_byok,
    is_cache_hit as response_cache_hit,
    -- What is no hash may be the key itself.
    coalesce(api_key_id, key.pseudonym) as api_key_id,
    coalesce(api_key_alias, key_alias.pseudonym) as api_key_alias,
    key_owner.pseudonym as user_id,
    end_user.pseudonym as end_user_id,
    coalesce(team_id, team.pseudonym) as team_id,
    coalesce(team_name, team_alias.pseudonym) as team_name,
    coalesce(org_id, org.pseudonym) as org_id,
    coalesce(project_id, project.pseudonym) as project_id,
    app_name,
    app_url_host,
    user_agent_family,
    environment,
    category,
    tags,
    data_region,
    data_policy,
    service_tier,
    guardrail_status,
    feedback_score,
from mapped.judged as record
left join mapped.pseudonyms as request on request.raw = record.request_id_person
left join mapped.pseudonyms as trace on trace.raw = record.trace_id_person
left join mapped.pseudonyms as span on span.raw = record.span_id_person
left join mapped.pseudonyms as enclosing_span on enclosing_span.raw = record.enclosing_span_id_person
left join mapped.pseudonyms as conversation on conversation.raw = record.conversation_id_person
left join mapped.pseudonyms as response on response.raw = record.response_id_person
left join mapped.pseudonyms as key on key.raw = record.api_key_id_person
left join mapped.pseudonyms as key_alias on key_alias.raw = record.api_key_alias_person
left join mapped.pseudonyms as key_owner on key_owner.raw = record.user_id_person
left join mapped.pseudonyms as end_user on end_user.raw = record.end_user_id_person
left join mapped.pseudonyms as team on team.raw = record.team_id_person
left join mapped.pseudonyms as team_alias on team_alias.raw = record.team_name_person
left join mapped.pseudonyms as org on org.raw = record.org_id_person
left join mapped.pseudonyms as project on project.raw = record.project_id_person
