-- One row per model and metric (ttft, output_speed, success): by how much single days differed in the four weeks before
-- the latest complete one: the standard deviation of ln(median), or of the success rate.
-- Medians are from 5 % buckets, of days with at least eight samples; success is of days with twenty requests.
-- column: metric: ttft (time to first token), output_speed, or success (request_success_rate)
with
    days as (
        select prompts.event_date, prompts.model_id, prompts.metric, prompts.bucket, sum(sample_count)::bigint as samples,
        from rollups.latency_by_prompt_daily as prompts
        inner join
            rankings.period_starts
            on prompts.event_date >= period_starts.start_1w - 28
            and prompts.event_date < period_starts.start_1w
        where prompts.metric <> 'duration'
        group by all
    ),
    counted as (
        select
            *,
            sum(samples) over (scope order by bucket rows unbounded preceding) as nth,
            sum(samples) over scope as n,
        from days
        window scope as (partition by event_date, model_id, metric)
    ),
    medians as (
        select event_date, model_id, metric, coarse_quantile(bucket, nth, n, 0.50, 8) as p50,
        from counted
        group by event_date, model_id, metric
    ),
    rates as (
        select event_date, model_id, rate_of_20(sum(ok_count), sum(ok_count + error_count)) as success,
        from rollups.usage_daily
        inner join rankings.period_starts on event_date >= start_1w - 28 and event_date < start_1w
        group by event_date, model_id
    )
select model_id, metric, stddev_samp(ln(p50) order by event_date) as day_spread, count(p50) as day_count,
from medians
group by model_id, metric
union all
select model_id, 'success' as metric, stddev_samp(success order by event_date) as day_spread, count(success) as day_count,
from rates
group by model_id
