-- One row: a provider that served a model in a period, as published and as drawn (`_percent`), the largest first.
select
    *,
    token_share * 100 as share_percent,
    pricing_coverage_share * 100 as priced_percent,
    request_success_rate * 100 as success_percent,
from rankings.providers
where period = $period and model_id = $model
order by total_tokens desc nulls last, provider_name
