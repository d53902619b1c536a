-- One row is one attempt as a row of the request log, or the whole request where the record lists no attempts.
-- Only the answer carries tokens and cost. Its source_row is the record's; further attempts of a record have no line of
-- their own in the file, and add 2^32 for each place.
select
    case when is_whole then record_row else record_row + place * 4294967296 end as source_row,
    -- The answer's id knows no place: a record asked for again, with its attempts now listed, is the same answer.
    attempt_id('openrouter_generation', id, case when not is_whole then place - 1 end, created_time) as attempt_id,
    coalesce(label_of(payload.request_id), request.pseudonym, label_of(id), answer.pseudonym) as request_id,
    case when is_listed then 'attempt' else 'request' end as record_kind,
    cast(case when is_listed then place - 1 end as smallint) as attempt_index,
    cast(null as smallint) as reported_retries,
    cast(null as smallint) as reported_fallbacks,
    cast(null as varchar) as trace_id,
    cast(null as varchar) as span_id,
    cast(null as varchar) as enclosing_span_id,
    coalesce(label_of(session_id), session.pseudonym) as conversation_id,
    case when is_whole then coalesce(label_of(id), answer.pseudonym) else label_of(response.id) end as response_id,
    'openrouter_generation' as source,
    cast(null as varchar) as source_version,
    cast(null as bigint) as source_revision,
    start_time,
    end_time,
    own_ms / 1e3 as duration_s,
    cast(null as double) as time_to_first_chunk_s,
    case when has_own_clock then 'attempt' else 'request' end as latency_scope,
    case when is_whole then moderation_latency / 1e3 end as queue_or_overhead_s,
    openrouter_operation(api_type) as operation_name,
    streamed as stream,
    model_name_of(coalesce(nullif(router, ''), model)) as request_model,
    cast(null as varchar) as served_model_group,
    label_of(response.endpoint_id) as deployment_id,
    model_name_of(nullif(response.model_permaslug, '')) as response_model,
    -- A permaslug knows no variant (`:free`): the answer's own name goes for every attempt of the same slug.
    model_name_of(
        case
            when is_whole or response.model_permaslug is not distinct from responses[whole_place].model_permaslug
            then model
            else coalesce(nullif(response.model_permaslug, ''), model)
        end
    ) as model_raw,
    'openrouter' as provider_name,
    label_of(coalesce(response.provider_name, case when is_whole then payload.provider_name end)) as upstream_provider,
    cast(null as varchar) as server_address,
    outcome as status,
    case when http_status between 100 and 599 then http_status end as http_status,
    case
        when outcome = 'cancelled'
        then 'cancelled'
        when outcome = 'error'
        then case when http_status = 402 then 'budget' else coalesce(error_type_of_http(http_status), '_OTHER') end
    end as error_type,
    cast(null as varchar) as error_code_raw,
    case
        outcome
        when 'cancelled'
        then 'client'
        when 'error'
        then case when is_listed or payload.provider_name <> '' then 'provider' else 'gateway' end
    end as error_origin,
    case when is_whole then finish_reason_of(coalesce(finish_reason, native_finish_reason)) end as finish_reason,
    case when has_usage then cast(native_tokens_prompt as bigint) end as input_tokens,
    case when has_usage then cast(native_tokens_completion as bigint) end as output_tokens,
    case when has_usage then cast(native_tokens_cached as bigint) end as cache_read_input_tokens,
    cast(null as bigint) as cache_write_input_tokens,
    case when has_usage then cast(native_tokens_reasoning as bigint) end as reasoning_output_tokens,
    case
        when has_usage and coalesce(native_tokens_prompt, native_tokens_completion) is not null
        then 'provider'
        else 'unknown'
    end as usage_source,
    case when is_whole then payload.cost_usd end as cost_usd,
    cast(null as double) as input_cost_usd,
    cast(null as double) as output_cost_usd,
    case when is_whole and payload.cost_usd is not null then 'provider' else 'none' end as cost_source,
    case when is_whole then payload.is_byok else response.is_byok end as is_byok,
    is_whole and coalesce(response_cache_source_id, '') <> '' as response_cache_hit,
    cast(null as varchar) as api_key_id,
    cast(null as varchar) as api_key_alias,
    person.pseudonym as user_id,
    person.pseudonym as end_user_id,
    coalesce(label_of(workspace_id), workspace.pseudonym) as team_id,
    cast(null as varchar) as team_name,
    cast(null as varchar) as org_id,
    cast(null as varchar) as project_id,
    'app ' || label_of(app_id) as app_name,
    url_host(http_referer) as app_url_host,
    user_agent_family(user_agent) as user_agent_family,
    cast(null as varchar) as environment,
    cast(null as varchar) as category,
    cast(null as varchar[]) as tags,
    label_of(data_region) as data_region,
    cast(null as varchar) as data_policy,
    label_of(service_tier) as service_tier,
    cast(null as varchar) as guardrail_status,
    cast(null as double) as feedback_score,
from openrouter.attempts as payload
left join openrouter.pseudonyms as person on person.raw = payload.external_user
left join openrouter.pseudonyms as session on session.raw = payload.session_id
left join openrouter.pseudonyms as workspace on workspace.raw = payload.workspace_id
left join openrouter.pseudonyms as request on request.raw = payload.request_id
left join openrouter.pseudonyms as answer on answer.raw = payload.id
