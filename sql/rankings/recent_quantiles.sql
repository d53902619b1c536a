-- One row per model, metric (ttft in ms, output_speed in tokens/s) and span: the latest complete week (`week`), and the
-- four weeks before it pooled (`before`).
-- Quantiles from the log buckets with their intervals, as in rankings.quantiles; rankings.regressions compares them.
with
    scopes as (
        select
            case when weeks.week_start = period_starts.start_1w then 'week' else 'before' end as span,
            weeks.model_id,
            weeks.metric,
            weeks.bucket,
            sum(weeks.sample_count)::bigint as samples,
        from rollups.latency_weekly as weeks
        inner join
            rankings.period_starts
            on weeks.week_start >= period_starts.start_1w - 28
            and weeks.week_start < period_starts.end_date
        where weeks.metric <> 'duration'
        group by all
    ),
    counted as (
        select
            *,
            sum(samples) over (scope order by bucket rows unbounded preceding) as nth,
            sum(samples) over scope as n,
        from scopes
        window scope as (partition by span, model_id, metric)
    )
select
    span,
    model_id,
    metric,
    any_value(n)::bigint as sample_count,
    bucket_quantile(bucket, nth, n, 0.50, 8) as p50,
    bucket_quantile_low(bucket, nth, n, 0.50, 8) as p50_low,
    bucket_quantile_high(bucket, nth, n, 0.50, 8) as p50_high,
    bucket_quantile(bucket, nth, n, 0.95, 110) as p95,
    bucket_quantile_low(bucket, nth, n, 0.95, 110) as p95_low,
    bucket_quantile_high(bucket, nth, n, 0.95, 110) as p95_high,
from counted
group by span, model_id, metric
