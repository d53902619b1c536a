-- One row per window and model with traffic in it: the four units that boards rank by, and how much of each is known.
-- The parts of the coverage shares stand beside them, so that any group of models can be summed.
with
    weeks as (
        select
            date_trunc('week', event_date)::date as week_start,
            model_id,
            sum(board_tokens(input_tokens, output_tokens, response_cache_hit_tokens)) as tokens,
            sum(request_count) as requests,
            sum(cost_usd) as spend,
            sum(usage_known_count) as usage_known,
            sum(usage_due_count) as usage_due,
            sum(priced_request_count) as priced_requests,
            coalesce(sum(priced_tokens), 0) as priced,
            sum(priced_cost_usd) as priced_cost,
            sum(ok_count) as ok,
            sum(error_count) as errors,
        from rollups.usage_daily
        group by all
    ),
    known_users as (
        select date_trunc('week', event_date)::date as week_start, model_id, sum(request_count) as requests,
        from rollups.user_activity_daily
        where user_id is not null
        group by all
    )
select
    windows.period,
    windows.windows_back,
    weeks.model_id,
    cast(known(sum(weeks.tokens), sum(weeks.usage_known)) as bigint) as total_tokens,
    cast(sum(weeks.requests) as bigint) as request_count,
    cast(known(sum(weeks.spend), sum(weeks.priced_requests)) as decimal(38, 10)) as spend_usd,
    any_value(active_users.active_user_count) as active_user_count,
    usd_per_mtok(sum(weeks.priced_cost), sum(weeks.priced)) as effective_usd_per_mtok,
    cast(sum(weeks.ok) as bigint) as ok_count,
    cast(sum(weeks.errors) as bigint) as error_count,
    cast(sum(weeks.usage_known) as bigint) as usage_known_count,
    cast(sum(weeks.usage_due) as bigint) as usage_due_count,
    cast(sum(weeks.priced) as bigint) as priced_tokens,
    cast(sum(weeks.priced_cost) as decimal(38, 10)) as priced_cost_usd,
    cast(coalesce(sum(known_users.requests), 0) as bigint) as user_known_count,
from weeks
inner join rankings.windows on weeks.week_start >= windows.start_date and weeks.week_start < windows.end_date
left join known_users on weeks.week_start = known_users.week_start and weeks.model_id = known_users.model_id
left join
    rankings.active_users
    on windows.period = active_users.period
    and windows.windows_back = active_users.windows_back
    and weeks.model_id = active_users.model_id
group by windows.period, windows.windows_back, weeks.model_id
