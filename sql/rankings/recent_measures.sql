-- One row per model, measure (ttft_p50_s, ttft_p95_s, output_speed_p50, request_success_rate) and span: its value in the
-- latest complete week (`week`) and in the four before it, pooled (`before`), with a 95 % interval.
-- column: metric: What the measure is of, as in rankings.day_spreads: ttft, output_speed or success
-- column: value: The measure's value in the span; null where too few samples tell [s, tokens/s or 0 to 1]
with
    answered as (
        select
            case when usage.event_date >= period_starts.start_1w then 'week' else 'before' end as span,
            usage.model_id,
            sum(usage.ok_count)::bigint as ok,
            sum(usage.ok_count + usage.error_count)::bigint as n,
        from rollups.usage_daily as usage
        inner join
            rankings.period_starts
            on usage.event_date >= period_starts.start_1w - 28
            and usage.event_date < period_starts.end_date
        group by all
    )
select
    span,
    model_id,
    metric,
    'ttft_p50_s' as measure,
    p50 / 1e3 as value,
    p50_low / 1e3 as low,
    p50_high / 1e3 as high,
    sample_count,
from rankings.recent_quantiles
where metric = 'ttft'
union all
select span, model_id, metric, 'ttft_p95_s', p95 / 1e3, p95_low / 1e3, p95_high / 1e3, sample_count,
from rankings.recent_quantiles
where metric = 'ttft'
union all
select span, model_id, metric, 'output_speed_p50', p50, p50_low, p50_high, sample_count,
from rankings.recent_quantiles
where metric = 'output_speed'
union all
select span, model_id, 'success', 'request_success_rate', rate_of_20(ok, n), wilson_low(ok, n), wilson_high(ok, n), n,
from answered
