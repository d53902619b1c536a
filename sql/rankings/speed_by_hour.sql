-- One row per period, hour of the day (UTC) and metric: how fast answers were, within 5 %, with 95 % intervals of medians.
-- Milliseconds for ttft and duration, tokens/s for output_speed; null where too few samples tell. All models pooled: an
-- hour in which other models are asked differs by that alone.
with
    days as (
        select periods.period, hours.hour_of_day, hours.metric, hours.bucket, sum(hours.sample_count)::bigint as samples,
        from rollups.latency_by_hour_daily as hours
        inner join rankings.periods on hours.event_date >= start_date and hours.event_date < end_date and is_complete
        group by all
    ),
    counted as (
        select *, sum(samples) over (scope order by bucket rows unbounded preceding) as nth, sum(samples) over scope as n,
        from days
        window scope as (partition by period, hour_of_day, metric)
    )
select
    period,
    hour_of_day,
    metric,
    any_value(n)::bigint as sample_count,
    coarse_quantile(bucket, nth, n, 0.10, 53) as p10,
    coarse_quantile(bucket, nth, n, 0.50, 8) as p50,
    coarse_quantile_low(bucket, nth, n, 0.50, 8) as p50_low,
    coarse_quantile_high(bucket, nth, n, 0.50, 8) as p50_high,
    coarse_quantile(bucket, nth, n, 0.95, 110) as p95,
from counted
group by period, hour_of_day, metric
