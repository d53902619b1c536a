-- One row per complete period, dimension (category, app, region), value and one of its first ten models by tokens.
with
    sums as (
        select
            periods.period,
            usage.dimension,
            usage.dimension_value,
            usage.model_id,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.request_count) as requests,
            sum(usage.ok_count) as ok,
            sum(usage.error_count) as errors,
            sum(usage.cost_usd) as spend,
        from rankings.periods
        inner join
            rankings.dimension_usage as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where
            periods.is_complete
            and usage.dimension in ('category', 'app', 'region')
            and usage.dimension_value <> '(unknown)'
        group by all
    )
select
    period,
    dimension,
    dimension_value,
    row_number() over (partition by period, dimension, dimension_value order by tokens desc, model_id) as rank,
    model_id,
    tokens::bigint as total_tokens,
    ratio(tokens, sum(tokens) over (partition by period, dimension, dimension_value)) as token_share,
    requests::bigint as request_count,
    spend::decimal(38, 10) as spend_usd,
    rate_of_20(ok, ok + errors) as request_success_rate,
    (ok + errors)::bigint as request_success_n,
from sums
qualify rank <= 10
