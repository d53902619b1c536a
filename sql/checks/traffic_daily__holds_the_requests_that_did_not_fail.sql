-- Every day and model, the requests by size are those that ended ok or were cancelled, without what the gateway's own
-- cache answered: never more of them.
with
    sizes as (
        select event_date, model_id, sum(request_count) as requests,
        from rollups.traffic_daily
        group by event_date, model_id
    ),

    days as (
        select event_date, model_id, sum(ok_count) + sum(cancelled_count) as requests, sum(response_cache_hit_count) as cached,
        from rollups.usage_daily
        group by event_date, model_id
    )

select sizes.event_date, sizes.model_id,
from sizes
left join days on sizes.event_date = days.event_date and sizes.model_id = days.model_id
where not sizes.requests between days.requests - days.cached and days.requests or days.requests is null
