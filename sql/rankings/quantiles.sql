-- One row per period, model, provider and metric: quantiles read from the log buckets, within 1 %.
-- Milliseconds for ttft and duration, tokens/s for output_speed; `(all)` is all providers of the model. Null where
-- too few samples tell.
with
    starts as (
        select
            any_value(start_date) filter (where period = '1w') as start_1w,
            any_value(start_date) filter (where period = '4w') as start_4w,
            any_value(start_date) filter (where period = '12w') as start_12w,
            any_value(end_date) as end_date,
        from rankings.periods
        where is_complete
    ),
    nested as (
        -- the periods end on one day, each inside the next: one pass sums all three
        select
            model_id,
            coalesce(provider_name, '(unknown)') as provider_name,
            metric,
            bucket,
            sum(sample_count) filter (where event_date >= start_1w) as samples_1w,
            sum(sample_count) filter (where event_date >= start_4w) as samples_4w,
            sum(sample_count) as samples_12w,
        from rollups.latency_daily
        inner join starts on event_date >= start_12w and event_date < end_date
        group by all
    ),
    periods as (
        -- unnest, not lateral (values ...): over aggregates DuckDB 2.0.0 gives wrong rows for that one
        select
            nested.* exclude (samples_1w, samples_4w, samples_12w),
            unnest(['1w', '4w', '12w']) as period,
            unnest([samples_1w, samples_4w, samples_12w]) as samples,
        from nested
    ),
    scopes as (
        select
            period,
            model_id,
            case when grouping(periods.provider_name) = 0 then periods.provider_name else '(all)' end as provider_name,
            metric,
            bucket,
            sum(samples)::bigint as samples,
        from periods
        where samples > 0
        group by
            grouping sets (
                (period, model_id, metric, bucket), (period, model_id, metric, bucket, periods.provider_name)
            )
    ),
    counted as (
        select *, sum(samples) over (scope order by bucket) as nth, sum(samples) over scope as n,
        from scopes
        window scope as (partition by period, model_id, provider_name, metric)
    )
select
    period,
    model_id,
    provider_name,
    metric,
    any_value(n)::bigint as sample_count,
    bucket_quantile(bucket, nth, n, 0.10, 53) as p10,
    bucket_quantile(bucket, nth, n, 0.50, 8) as p50,
    bucket_quantile(bucket, nth, n, 0.95, 110) as p95,
    bucket_quantile(bucket, nth, n, 0.99, 563) as p99,
from counted
group by period, model_id, provider_name, metric
