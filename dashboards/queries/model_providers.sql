-- One row: a provider that served a model in a period, the largest first.
select
    provider_name,
    total_tokens,
    token_share * 100 as share_percent,
    request_count,
    effective_usd_per_mtok,
    pricing_coverage_share * 100 as priced_percent,
    ttft_p50_s,
    ttft_p95_s,
    ttft_n,
    output_speed_p50,
    request_success_rate * 100 as success_percent,
from rankings.providers
where period = $period and model_id = $model
order by total_tokens desc nulls last, provider_name
