-- Which models made the spend of last week rise or fall?
-- One row per model whose dollars differ between the last two complete weeks, largest move first: how much of the
-- difference is more or fewer requests, the rest is dollars per request. Only models with a known cost in both weeks.
-- Change: period to 4w or 12w.
with
    weeks as (
        select
            model_id,
            any_value(spend_usd) filter (where windows_back = 0) as spend,
            any_value(spend_usd) filter (where windows_back = 1) as spend_before,
            any_value(request_count) filter (where windows_back = 0) as requests,
            any_value(request_count) filter (where windows_back = 1) as requests_before,
        from rankings.volume
        where period = '1w' and windows_back <= 1
        group by model_id
    )
select
    model_id,
    cast(spend_before as decimal(38, 2)) as previous_spend_usd,
    cast(spend as decimal(38, 2)) as spend_usd,
    cast(spend - spend_before as decimal(38, 2)) as difference_usd,
    round(
        (requests - requests_before) * (spend_before / requests_before + spend / requests) / 2, 2
    ) as from_requests_usd,
    round(
        (spend / requests - spend_before / requests_before) * (requests + requests_before) / 2, 2
    ) as from_cost_per_request_usd,
from weeks
where spend <> spend_before and requests > 0 and requests_before > 0
order by abs(spend - spend_before) desc, model_id
