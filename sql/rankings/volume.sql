-- One row per window and model with traffic in it: the four units that boards rank by, and how much of each is known.
-- The parts of the coverage shares stand beside them, so that any group of models can be summed.
with
    grains as (select grain, min(start_date) as first_date from rankings.windows group by grain),
    parts as (
        select
            grains.grain,
            case grains.grain when 'week' then date_trunc('week', event_date)::date else event_date end as begins_on,
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
        inner join grains on event_date >= grains.first_date
        group by all
    ),
    known_users as (
        select
            grains.grain,
            case grains.grain when 'week' then date_trunc('week', event_date)::date else event_date end as begins_on,
            model_id,
            sum(request_count) as requests,
        from rollups.user_activity_daily
        inner join grains on event_date >= grains.first_date
        where user_id is not null
        group by all
    )
select
    windows.period,
    windows.windows_back,
    parts.model_id,
    cast(known(sum(parts.tokens), sum(parts.usage_known)) as bigint) as total_tokens,
    cast(sum(parts.requests) as bigint) as request_count,
    cast(known(sum(parts.spend), sum(parts.priced_requests)) as decimal(38, 10)) as spend_usd,
    any_value(active_users.active_user_count) as active_user_count,
    coalesce(bool_or(active_users.is_hidden), false) as has_hidden_users,
    usd_per_mtok(sum(parts.priced_cost), sum(parts.priced)) as effective_usd_per_mtok,
    cast(sum(parts.ok) as bigint) as ok_count,
    cast(sum(parts.errors) as bigint) as error_count,
    cast(sum(parts.usage_known) as bigint) as usage_known_count,
    cast(sum(parts.usage_due) as bigint) as usage_due_count,
    cast(sum(parts.priced) as bigint) as priced_tokens,
    cast(sum(parts.priced_cost) as decimal(38, 10)) as priced_cost_usd,
    cast(coalesce(sum(known_users.requests), 0) as bigint) as user_known_count,
from parts
inner join
    rankings.windows
    on parts.grain = windows.grain
    and parts.begins_on >= windows.start_date
    and parts.begins_on < windows.end_date
left join
    known_users
    on parts.grain = known_users.grain
    and parts.begins_on = known_users.begins_on
    and parts.model_id = known_users.model_id
left join
    rankings.active_users
    on windows.period = active_users.period
    and windows.windows_back = active_users.windows_back
    and parts.model_id = active_users.model_id
group by windows.period, windows.windows_back, parts.model_id
