-- One row: a model, a provider or a model at a provider in a period ($group), as published and as drawn (`_percent`,
-- `drawn_`); quickest first token first. With $provider, models are those it served.
select
    outcomes.*,
    speed.* exclude (period, model_id, provider_name),
    outcomes.request_success_rate * 100 as success_percent,
    outcomes.uptime_rate * 100 as uptime_percent,
    outcomes.provider_uptime_rate * 100 as provider_uptime_percent,
    outcomes.error_rate_rate_limit * 100 as rate_limited_percent,
    outcomes.first_choice_failure_rate * 100 as first_failed_percent,
    outcomes.rescued_share * 100 as rescued_percent,
    outcomes.fallback_rate * 100 as fallback_percent,
    coalesce(speed.ttft_n, 0) as drawn_ttft_n,
    speed.ttft_p50_s is null and drawn_ttft_n > 0 as drawn_is_few,
from rankings.outcomes as outcomes
left join rankings.speed as speed using (period, model_id, provider_name)
where
    outcomes.period = $period
    and (outcomes.model_id = '(all)') = ($group = 'provider')
    and (outcomes.provider_name = '(all)') = ($group = 'model' and $provider is null)
    and ($provider is null or outcomes.provider_name = $provider)
    and outcomes.request_count >= $minimum
    and (not $streamed or speed.ttft_n > 0)
order by speed.ttft_p50_s nulls last, outcomes.request_count desc, outcomes.model_id, outcomes.provider_name
