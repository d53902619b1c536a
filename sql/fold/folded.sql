-- One row per attempt, requests folded: which attempt is the outcome, what was asked first, whose clock it is. A name
-- that was unknown when the row landed and is known by now counts under its model.
select
    attempts.event_date,
    attempts.hour,
    attempts.source,
    coalesce(names.known_model_id, attempts.model_id) as model_id,
    attempts.provider_name,
    attempts.user_id,
    coalesce(attempts.team_name, attempts.team_id) as team,
    attempts.app_name,
    coalesce(attempts.api_key_alias, left(attempts.api_key_id, 12)) as api_key,
    attempts.category,
    attempts.data_region,
    attempts.record_kind,
    latency_bucket(greatest((epoch_us(attempts.ingested_at) - epoch_us(coalesce(attempts.end_time, attempts.start_time))) / 1e6, 0)) as lateness_bucket,
    attempts.status,
    attempts.error_type,
    attempts.stream,
    attempts.finish_reason,
    attempts.conversation_id,
    attempts.response_cache_hit,
    -- What landed as a score replaces what the log says of the request.
    case
        when scored.is_final is null then attempts.feedback_score when scored.is_final then scored.score
    end as feedback_score,
    attempts.ttft_bucket,
    attempts.duration_bucket,
    attempts.output_speed_bucket,
    case
        when attempts.input_tokens <= 1000 then 1000
        when attempts.input_tokens <= 10000 then 10000
        when attempts.input_tokens <= 100000 then 100000
        when attempts.input_tokens <= 1000000 then 1000000
        when attempts.input_tokens <= 10000000 then 10000000
    end as prompt_tokens_to,
    attempts.input_tokens as tokens_in,
    attempts.output_tokens as tokens_out,
    attempts.cache_read_input_tokens as tokens_cache_read,
    attempts.cache_write_input_tokens as tokens_cache_write,
    attempts.reasoning_output_tokens as tokens_reasoning,
    attempts.input_tokens + attempts.output_tokens as tokens_both,
    attempts.usage_source,
    attempts.cost_usd as billed_usd,
    attempts.cost_source,
    attempts.list_cost_usd as listed_usd,
    attempts.cache_savings_usd as saved_usd,
    coalesce(siblings.is_last, true) as is_final,
    -- All attempts of a request, in the row of its outcome, where that one's cost is known.
    case
        when coalesce(siblings.is_last, true) and attempts.cost_usd is not null and not attempts.response_cache_hit
        then cost_bucket(coalesce(siblings.request_usd, attempts.cost_usd))
    end as request_cost_bucket,
    attempts.served_model_group <> coalesce(siblings.first_request_model, attempts.request_model) as is_fallback,
    -- Whether it was the request's first choice; unknown (null) where an earlier try may be missing from the log.
    case
        when attempts.response_cache_hit or not siblings.is_first
        then false
        when is_after_unlogged(attempts.attempt_index, attempts.reported_retries, attempts.reported_fallbacks)
        then null
        when attempts.record_kind = 'attempt' or attempts.reported_retries is not null
        then true
    end as is_first,
    not attempts.response_cache_hit
    and coalesce(siblings.is_first, true)
    and is_after_unlogged(attempts.attempt_index, attempts.reported_retries, attempts.reported_fallbacks) as is_after_lost_first,
    attempts.status = 'error' and coalesce(siblings.is_rescue, false) as is_rescued,
    -- LiteLLM's stream after a failure keeps the request's clock (1.106.2): its latency is not the model's.
    attempts.latency_scope = 'attempt'
    and (
        attempts.source <> 'litellm_slp'
        or not coalesce(attempts.stream, false)
        or coalesce(siblings.sibling_count, 1) = 1
    ) as is_own_clock,
from lake.attempts as attempts
left join lake.siblings as siblings
    on attempts.source_row = siblings.source_row
    and attempts.batch_id = siblings.batch_id
left join lake.known_by_now as names
    on attempts.model_id = names.model_id
    and attempts.provider_name = names.provider_name
left join lake.scored as scored
    on attempts.source_row = scored.source_row
    and attempts.batch_id = scored.batch_id
    and scored.score_name = 'feedback'
