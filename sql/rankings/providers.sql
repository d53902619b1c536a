-- One row per period, model and provider that served it: its part of the model's tokens, its real price, speed and
-- success.
-- `(unknown)` is traffic whose provider the log does not name.
with
    sums as (
        select
            periods.period,
            usage.model_id,
            coalesce(usage.provider_name, '(unknown)') as provider_name,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.usage_known_count) as usage_known,
            sum(usage.request_count) as requests,
            sum(usage.ok_count) as ok,
            sum(usage.error_count) as errors,
            sum(usage.priced_tokens) as priced,
            sum(usage.priced_cost_usd) as priced_cost,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by all
    ),
    speeds as (
        select
            period,
            model_id,
            provider_name,
            any_value(p50) filter (where metric = 'ttft') / 1e3 as ttft_p50_s,
            any_value(p50_low) filter (where metric = 'ttft') / 1e3 as ttft_p50_s_low,
            any_value(p50_high) filter (where metric = 'ttft') / 1e3 as ttft_p50_s_high,
            any_value(p95) filter (where metric = 'ttft') / 1e3 as ttft_p95_s,
            any_value(sample_count) filter (where metric = 'ttft') as ttft_n,
            any_value(p50) filter (where metric = 'output_speed') as output_speed_p50,
        from rankings.quantiles
        where provider_name <> '(all)'
        group by period, model_id, provider_name
    )
select
    sums.period,
    sums.model_id,
    sums.provider_name,
    known(sums.tokens, sums.usage_known)::bigint as total_tokens,
    ratio(
        known(sums.tokens, sums.usage_known), sum(sums.tokens) over (partition by sums.period, sums.model_id)
    ) as token_share,
    sums.requests::bigint as request_count,
    usd_per_mtok(sums.priced_cost, sums.priced) as effective_usd_per_mtok,
    ratio(coalesce(sums.priced, 0), sums.tokens) as pricing_coverage_share,
    speeds.ttft_p50_s,
    speeds.ttft_p50_s_low,
    speeds.ttft_p50_s_high,
    speeds.ttft_p95_s,
    coalesce(speeds.ttft_n, 0) as ttft_n,
    speeds.output_speed_p50,
    rate_of_20(sums.ok, sums.ok + sums.errors) as request_success_rate,
    rate_low_of_20(sums.ok, sums.ok + sums.errors) as request_success_rate_low,
    rate_high_of_20(sums.ok, sums.ok + sums.errors) as request_success_rate_high,
    (sums.ok + sums.errors)::bigint as request_success_n,
from sums
left join
    speeds
    on sums.period = speeds.period
    and sums.model_id = speeds.model_id
    and sums.provider_name = speeds.provider_name
