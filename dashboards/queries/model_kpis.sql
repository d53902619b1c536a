-- One row: a model's figures in a period, with changes against the week or window before.
select
    standings.rank,
    standings.value as total_tokens,
    standings.change as total_tokens_change,
    price.effective_usd_per_mtok,
    price.pricing_coverage_share,
    price.spend_usd,
    latency.ttft_p50_s,
    latency.ttft_n,
    latency.output_speed_p50,
    latency.output_speed_p10_slow,
    latency.output_speed_n,
    reliability.request_success_rate,
    reliability.request_success_rate_low,
    reliability.request_success_rate_high,
    reliability.request_success_n,
    reliability.request_count,
from rankings.standings
left join rankings.price using (period, model_id)
left join rankings.latency using (period, model_id)
left join rankings.reliability using (period, model_id)
where standings.period = $period and standings.unit = 'tokens' and standings.model_id = $model
