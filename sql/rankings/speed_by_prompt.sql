-- One row per period, model, prompt size and metric: how fast answers were, within 5 %, with 95 % intervals of medians.
-- Milliseconds for ttft and duration, tokens/s for output_speed; null where too few samples tell. `(all)` pools the
-- models: longer prompts go to other ones, so that row says as much of models as of sizes.
with
    nested as (
        -- the periods end on one day, each inside the next: one pass sums all three
        select
            model_id,
            prompt_tokens_to,
            metric,
            bucket,
            sum(sample_count) filter (where event_date >= start_1w)::bigint as samples_1w,
            sum(sample_count) filter (where event_date >= start_4w)::bigint as samples_4w,
            sum(sample_count)::bigint as samples_12w,
        from rollups.latency_by_prompt_daily
        inner join rankings.period_starts on event_date >= start_12w and event_date < end_date
        group by all
    ),
    pooled as (
        select
            '(all)' as model_id,
            prompt_tokens_to,
            metric,
            bucket,
            sum(samples_1w)::bigint as samples_1w,
            sum(samples_4w)::bigint as samples_4w,
            sum(samples_12w)::bigint as samples_12w,
        from nested
        group by all
    ),
    counted as (
        select
            * exclude (samples_1w, samples_4w, samples_12w),
            unnest(['1w', '4w', '12w']) as period,
            unnest([samples_1w, samples_4w, samples_12w]) as samples,
            unnest([sum(samples_1w) over below, sum(samples_4w) over below, sum(samples_12w) over below]) as nth,
            unnest([sum(samples_1w) over scope, sum(samples_4w) over scope, sum(samples_12w) over scope]) as n,
        from (from nested union all by name from pooled)
        window
            below as (partition by model_id, prompt_tokens_to, metric order by bucket rows unbounded preceding),
            scope as (partition by model_id, prompt_tokens_to, metric)
    )
select
    period,
    model_id,
    prompt_tokens_to,
    metric,
    any_value(n)::bigint as sample_count,
    coarse_quantile(bucket, nth, n, 0.10, 53) as p10,
    coarse_quantile(bucket, nth, n, 0.50, 8) as p50,
    coarse_quantile_low(bucket, nth, n, 0.50, 8) as p50_low,
    coarse_quantile_high(bucket, nth, n, 0.50, 8) as p50_high,
    coarse_quantile(bucket, nth, n, 0.95, 110) as p95,
from counted
where samples > 0
group by period, model_id, prompt_tokens_to, metric
