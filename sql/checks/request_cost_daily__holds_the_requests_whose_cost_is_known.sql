-- Every day and model, the requests by cost are exactly those whose cost is known, without what the gateway's own cache
-- answered.
with
    costs as (
        select event_date, model_id, sum(request_count) as requests,
        from rollups.request_cost_daily
        group by event_date, model_id
    ),

    days as (
        select event_date, model_id, sum(priced_outcome_count) as requests,
        from rollups.usage_daily
        group by event_date, model_id
        having requests > 0
    )

select *
from costs
full join days using (event_date, model_id)
where costs.requests is distinct from days.requests
