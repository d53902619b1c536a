-- One row is one model call as a row of the request log: a client library's span, whose own retries nobody sees, or a
-- request of OpenRouter Broadcast and those of its attempts that failed before the last.
select
    source_row,
    attempt_id(log_name, native_id, cast(null as varchar), start_time) as attempt_id,
    if(is_broadcast, coalesce(label_of(call.response_id), answer.pseudonym, native_id), native_id) as request_id,
    if(is_broadcast, 'attempt', 'request') as record_kind,
    case
        when is_attempt then try_cast(attempt_index as smallint) when tries > 1 then cast(tries - 1 as smallint)
    end as attempt_index,
    cast(null as smallint) as reported_retries,
    cast(null as smallint) as reported_fallbacks,
    call.trace_id,
    call.span_id,
    enclosing.enclosing_span_id,
    coalesce(label_of(conversation), session.pseudonym) as conversation_id,
    case when not is_attempt then coalesce(label_of(call.response_id), answer.pseudonym) end as response_id,
    log_name as source,
    cast(null as varchar) as source_version,
    cast(null as bigint) as source_revision,
    start_time,
    end_time,
    duration_s,
    -- Beyond the span's own clock it is no measurement, or in another unit: some libraries write ms where s is due.
    case
        when is_stream and outcome <> 'error' and first_chunk_after_s > 0 and first_chunk_after_s <= duration_s
        then first_chunk_after_s
    end as time_to_first_chunk_s,
    -- A Broadcast request's clock runs over all its attempts.
    if(not is_attempt and tries > 1, 'request', 'attempt') as latency_scope,
    cast(null as double) as queue_or_overhead_s,
    coalesce(otel_operation(operation), 'other') as operation_name,
    is_stream as stream,
    model_name_of(coalesce(request_model, response_model)) as request_model,
    cast(null as varchar) as served_model_group,
    cast(null as varchar) as deployment_id,
    model_name_of(response_model) as response_model,
    model_name_of(coalesce(response_model, request_model)) as model_raw,
    if(is_broadcast, 'openrouter', coalesce(otel_provider(provider), 'unknown')) as provider_name,
    case
        when is_broadcast
        then
            label_of(
                coalesce(upstream_provider, nullif(regexp_extract(span_name, '^provider attempt \d+: (.+)$', 1), ''))
            )
    end as upstream_provider,
    host_of(server_address) as server_address,
    outcome as status,
    case
        when coalesce(try_cast(http_status as smallint), try_cast(error_raw as smallint)) between 100 and 599
        then coalesce(try_cast(http_status as smallint), try_cast(error_raw as smallint))
    end as http_status,
    error_type,
    error_code_of(error_raw) as error_code_raw,
    case outcome when 'cancelled' then 'client' when 'error' then 'provider' end as error_origin,
    -- An array may have come as its JSON text.
    case
        when outcome <> 'error' and not is_attempt
        then finish_reason_of(coalesce(nullif(regexp_extract(finish_reason, '^\["([^"]*)"', 1), ''), finish_reason))
    end as finish_reason,
    case when has_usage then cast(told_input + if(is_exclusive, cached, 0) as bigint) end as input_tokens,
    case when has_usage then cast(told_output as bigint) end as output_tokens,
    case when has_usage then cast(try_cast(cache_read_tokens as double) as bigint) end as cache_read_input_tokens,
    case when has_usage then cast(try_cast(cache_write_tokens as double) as bigint) end as cache_write_input_tokens,
    case when has_usage then cast(try_cast(reasoning_tokens as double) as bigint) end as reasoning_output_tokens,
    if(has_usage, 'provider', 'unknown') as usage_source,
    cost_usd,
    case when is_itemised then try_cast(input_cost as double) end as input_cost_usd,
    case when is_itemised then try_cast(output_cost as double) end as output_cost_usd,
    case when cost_usd is null then 'none' when is_broadcast then 'provider' else 'gateway' end as cost_source,
    cast(null as boolean) as is_byok,
    false as response_cache_hit,
    cast(null as varchar) as api_key_id,
    coalesce(label_of(api_key_name), key.pseudonym) as api_key_alias,
    person.pseudonym as user_id,
    end_person.pseudonym as end_user_id,
    cast(null as varchar) as team_id,
    coalesce(team_name, team.pseudonym) as team_name,
    cast(null as varchar) as org_id,
    cast(null as varchar) as project_id,
    case when not is_broadcast then service_name end as app_name,
    cast(null as varchar) as app_url_host,
    cast(null as varchar) as user_agent_family,
    environment,
    cast(null as varchar) as category,
    cast(null as varchar[]) as tags,
    cloud_region as data_region,
    cast(null as varchar) as data_policy,
    label_of(service_tier) as service_tier,
    cast(null as varchar) as guardrail_status,
    cast(null as double) as feedback_score,
from otel.judged as call
left join
    otel.enclosing as enclosing
    on enclosing.trace_id = call.trace_id
    and enclosing.span_id = call.span_id
    and not call.is_attempt
left join otel.pseudonyms as session on session.raw = conversation
left join otel.pseudonyms as key on key.raw = api_key_name
left join otel.pseudonyms as person on person.raw = user_name
left join otel.pseudonyms as end_person on end_person.raw = end_user
left join otel.pseudonyms as team on team.raw = private_team
left join otel.pseudonyms as answer on answer.raw = call.response_id
