-- A dominated endpoint's better one is served in the same period and model, is not itself the endpoint, and is no worse
-- on price, time to first token and success; and what it is clearly better on bears that out.
select endpoints.period, endpoints.model_id, endpoints.provider_name,
from rankings.endpoints
left join
    rankings.endpoints as better
    on endpoints.period = better.period
    and endpoints.model_id = better.model_id
    and endpoints.dominated_by = better.provider_name
    and better.provider_name <> endpoints.provider_name
    and better.effective_usd_per_mtok <= endpoints.effective_usd_per_mtok
    and better.ttft_p50_s <= endpoints.ttft_p50_s
    and better.request_success_rate >= endpoints.request_success_rate
where
    endpoints.is_dominated
    and (
        better.provider_name is null
        or endpoints.is_clear <> (endpoints.clear_on is not null)
        or (contains(endpoints.clear_on, 'price') and not is_tenth_lower(better.effective_usd_per_mtok, endpoints.effective_usd_per_mtok))
        or (contains(endpoints.clear_on, 'first token') and better.ttft_p50_s_high >= endpoints.ttft_p50_s_low)
        or (contains(endpoints.clear_on, 'success') and better.request_success_rate_low <= endpoints.request_success_rate_high)
    )
