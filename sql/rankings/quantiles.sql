-- One row per period, model, provider and metric: quantiles read from the log buckets, within 1 %, with 95 % intervals.
-- Milliseconds for ttft and duration, tokens/s for output_speed; `(all)` is every model or provider. Null where too
-- few samples tell.
with
    summed as (
        -- weeks end on one day, each period inside the next: one pass sums all three
        select
            model_id,
            coalesce(provider_name, '(unknown)') as provider_name,
            metric,
            bucket,
            sum(sample_count) filter (where week_start >= start_1w)::bigint as samples_1w,
            sum(sample_count) filter (where week_start >= start_4w)::bigint as samples_4w,
            sum(sample_count)::bigint as samples_12w,
        from rollups.latency_weekly
        inner join rankings.period_starts on week_start >= start_12w and week_start < end_date
        group by all
        union all by name
        select
            model_id,
            coalesce(provider_name, '(unknown)') as provider_name,
            metric,
            bucket,
            sum(sample_count) filter (where event_date >= start_1d and event_date < end_1d)::bigint as samples_1d,
            sum(sample_count) filter (where event_date >= start_1mo and event_date < end_1mo)::bigint as samples_1mo,
        from rollups.latency_daily
        inner join
            rankings.period_starts
            on event_date >= least(start_1d, start_1mo) and event_date < greatest(end_1d, end_1mo)
        group by all
    ),
    parted as (
        select
            model_id,
            provider_name,
            metric,
            bucket,
            cast(sum(columns('samples_')) as bigint) as "\0",
        from summed
        group by model_id, provider_name, metric, bucket
    ),
    pooled as (
        select
            case when grouping(model_id) = 0 then model_id else '(all)' end as model_id,
            case when grouping(provider_name) = 0 then provider_name else '(all)' end as provider_name,
            metric,
            bucket,
            cast(sum(columns('samples_')) as bigint) as "\0",
        from parted
        group by metric, bucket, grouping sets ((model_id), (provider_name), ())
    ),
    scopes as (from parted union all by name from pooled),
    counted as (
        select
            * exclude (samples_1w, samples_4w, samples_12w, samples_1d, samples_1mo),
            unnest(['1w', '4w', '12w', '1d', '1mo']) as period,
            unnest([samples_1w, samples_4w, samples_12w, samples_1d, samples_1mo]) as samples,
            unnest(
                [
                    sum(samples_1w) over below,
                    sum(samples_4w) over below,
                    sum(samples_12w) over below,
                    sum(samples_1d) over below,
                    sum(samples_1mo) over below
                ]
            ) as nth,
            unnest(
                [
                    sum(samples_1w) over scope,
                    sum(samples_4w) over scope,
                    sum(samples_12w) over scope,
                    sum(samples_1d) over scope,
                    sum(samples_1mo) over scope
                ]
            ) as n,
        from scopes
        window
            below as (partition by model_id, provider_name, metric order by bucket rows unbounded preceding),
            scope as (partition by model_id, provider_name, metric)
    )
select
    period,
    model_id,
    provider_name,
    metric,
    any_value(n)::bigint as sample_count,
    bucket_quantile(bucket, nth, n, 0.10, 53) as p10,
    bucket_quantile_low(bucket, nth, n, 0.10, 53) as p10_low,
    bucket_quantile_high(bucket, nth, n, 0.10, 53) as p10_high,
    bucket_quantile(bucket, nth, n, 0.50, 8) as p50,
    bucket_quantile_low(bucket, nth, n, 0.50, 8) as p50_low,
    bucket_quantile_high(bucket, nth, n, 0.50, 8) as p50_high,
    bucket_quantile(bucket, nth, n, 0.95, 110) as p95,
    bucket_quantile_low(bucket, nth, n, 0.95, 110) as p95_low,
    bucket_quantile_high(bucket, nth, n, 0.95, 110) as p95_high,
    bucket_quantile(bucket, nth, n, 0.99, 563) as p99,
    bucket_quantile_low(bucket, nth, n, 0.99, 563) as p99_low,
    bucket_quantile_high(bucket, nth, n, 0.99, 563) as p99_high,
from counted
where samples > 0
group by period, model_id, provider_name, metric
