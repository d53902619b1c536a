-- One row: a provider of a model that several serve, as published and as drawn; clearly dominated ones first, then those
-- within error, the largest on top.
select
    *,
    token_share * 100 as share_percent,
    pricing_coverage_share * 100 as priced_percent,
    request_success_rate * 100 as success_percent,
    other_success_rate * 100 as other_success_percent,
    case when is_clear then ['dominated'] when is_dominated then ['within error'] when is_compared then ['stands'] else ['too few'] end as drawn_verdict,
from rankings.endpoints
where period = $period and (is_clear or not $dominated)
order by is_dominated desc, is_clear desc, total_tokens desc nulls last, model_id, provider_name
