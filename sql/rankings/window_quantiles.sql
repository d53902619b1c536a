-- One row per window, model and metric: quantiles from the log buckets as in rankings.quantiles, further back but
-- coarser:
-- `(all)` models in every window, single models by time to first token (ttft, ms) in single weeks.
with
    single_days as (
        -- of the latest day and month and the ones before, whose edges cut weeks
        select windows.period, windows.windows_back, daily.metric, daily.bucket, sum(daily.sample_count)::bigint as samples,
        from rollups.latency_daily as daily
        inner join rankings.windows on daily.event_date >= windows.start_date and daily.event_date < windows.end_date
        where windows.grain = 'day' and windows.windows_back <= 1 and daily.metric in ('ttft', 'output_speed')
        group by all
    ),
    reach as (select min(start_date) as first_date from rankings.windows where period = '1w'),
    model_weeks as (
        select week_start, model_id, bucket, sum(sample_count)::bigint as samples,
        from rollups.latency_weekly
        inner join reach on week_start >= first_date
        where metric = 'ttft'
        group by all
    ),
    all_weeks as (
        select week_start, metric, bucket, sum(sample_count)::bigint as samples,
        from rollups.latency_weekly
        inner join reach on week_start >= first_date
        where metric = 'output_speed'
        group by all
        union all by name
        select week_start, 'ttft' as metric, bucket, sum(samples)::bigint as samples
        from model_weeks
        group by all
    ),
    scopes as (
        select windows.period, windows.windows_back, weeks.metric, '(all)' as model_id, weeks.bucket, weeks.samples,
        from all_weeks as weeks
        inner join rankings.windows on weeks.week_start >= windows.start_date and weeks.week_start < windows.end_date
        where windows.grain = 'week' and (windows.windows_back <= 1 or windows.period = '1w')
        union all by name
        select *, '(all)' as model_id from single_days
        union all by name
        select windows.period, windows.windows_back, 'ttft' as metric, weeks.model_id, weeks.bucket, weeks.samples,
        from model_weeks as weeks
        inner join rankings.windows on weeks.week_start = windows.start_date
        where windows.period in ('1w', 'to_date')
    ),
    buckets as (select * replace (sum(samples)::bigint as samples) from scopes group by all),
    counted as (
        select *, sum(samples) over (scope order by bucket) as nth, sum(samples) over scope as n,
        from buckets
        window scope as (partition by period, windows_back, metric, model_id)
    )
select
    period,
    windows_back,
    model_id,
    metric,
    any_value(n)::bigint as sample_count,
    bucket_quantile(bucket, nth, n, 0.50, 8) as p50,
    bucket_quantile(bucket, nth, n, 0.95, 110) as p95,
from counted
group by period, windows_back, model_id, metric
