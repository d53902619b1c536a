-- One row per complete period and model that answered: the median of what a request cost, all its attempts together,
-- within 1 %, with a 95 % interval. From log buckets of a thousand-millionth of a dollar, up to which a request is free.
-- Of requests whose outcome's cost is known, free ones included, without gateway cache hits; null under 8.
with
    summed as (
        select periods.period, costs.model_id, costs.bucket, sum(costs.request_count) as requests,
        from rankings.periods
        inner join
            rollups.request_cost_daily as costs
            on costs.event_date >= periods.start_date
            and costs.event_date < periods.end_date
        where periods.is_complete
        group by all
    ),
    counted as (
        select
            *,
            sum(requests) over (scope order by bucket rows unbounded preceding) as nth,
            sum(requests) over scope as n,
        from summed
        window scope as (partition by period, model_id)
    ),
    medians as (
        select
            period,
            model_id,
            any_value(n)::bigint as n,
            bucket_quantile(bucket, nth, n, 0.50, 8) as p50,
            bucket_quantile_low(bucket, nth, n, 0.50, 8) as p50_low,
            bucket_quantile_high(bucket, nth, n, 0.50, 8) as p50_high,
        from counted
        group by period, model_id
    )
select
    period,
    model_id,
    case when p50 < 1 then 0 else p50 / 1e9 end as cost_usd_per_request_p50,
    p50_low / 1e9 as cost_usd_per_request_p50_low,
    case when p50_high <= 1 then 0 else p50_high / 1e9 end as cost_usd_per_request_p50_high,
    n as cost_usd_per_request_n,
from medians
