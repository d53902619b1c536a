-- One row per period of weeks, block of users and model they used: their traffic in the period and in the equal window
-- before. A block is drawn as one by rankings.draws: a user, or in a log of more than 1,024 people those of one hash.
-- `(all)` is every model, of which only requests and people are told.
-- Not in current.duckdb: rows of single people.
with
    people as (
        select
            periods.period,
            activity.user_id,
            activity.model_id,
            activity.event_date >= periods.start_date as is_now,
            sum(activity.total_tokens) as tokens,
            sum(activity.request_count) as requests,
            round(sum(activity.cost_usd) * 1e9) as nano_usd,
            sum(activity.priced_tokens) as priced,
            round(sum(activity.priced_cost_usd) * 1e9) as priced_nano_usd,
        from rankings.periods
        inner join
            rollups.user_activity_daily as activity
            on activity.event_date >= periods.previous_start_date
            and activity.event_date < periods.end_date
        where periods.is_complete and periods.period in ('1w', '4w', '12w') and activity.user_id is not null
        group by all
    ),
    blocks as (select user_id, user_block(user_id, count(*) over ()) as block, from people group by user_id),
    held as (
        from people
        union all by name
        select period, user_id, '(all)' as model_id, is_now, sum(requests) as requests,
        from people
        group by period, user_id, is_now
    )
select
    period,
    block::decimal(20, 0) as block,
    model_id,
    (sum(tokens) filter (where is_now))::bigint as total_tokens,
    (sum(requests) filter (where is_now))::bigint as request_count,
    (sum(nano_usd) filter (where is_now))::bigint as spend_nano_usd,
    count(*) filter (where is_now and requests > 0) as user_count,
    (sum(priced) filter (where is_now))::bigint as priced_tokens,
    (sum(priced_nano_usd) filter (where is_now))::bigint as priced_nano_usd,
    (sum(tokens) filter (where not is_now))::bigint as previous_total_tokens,
    (sum(requests) filter (where not is_now))::bigint as previous_request_count,
    (sum(nano_usd) filter (where not is_now))::bigint as previous_spend_nano_usd,
    count(*) filter (where not is_now and requests > 0) as previous_user_count,
from held
inner join blocks using (user_id)
group by period, block, model_id
