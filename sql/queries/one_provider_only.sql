-- Which models would be gone if one provider failed?
-- One row per model that a single provider served in the last four complete weeks, most used first, with its part of
-- all
-- tokens. Models with traffic of unnamed providers are left out.
-- Change: period to 1w or 12w.
select
    model_id,
    any_value(provider_name) as provider_name,
    sum(request_count) as request_count,
    sum(total_tokens) as total_tokens,
    round(
        sum(total_tokens) / nullif((select totals.total_tokens from rankings.totals where totals.period = '4w'), 0), 4
    ) as all_token_share,
    round(any_value(request_success_rate), 4) as request_success_rate,
from rankings.providers
where period = '4w'
group by model_id
having count(*) = 1 and any_value(provider_name) <> '(unknown)'
order by total_tokens desc nulls last, model_id
