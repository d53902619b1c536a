-- One row per app, model and length of session (turns: 1, 2-9, 10-49, 50+): what a session costs, over 30 days.
-- Origin: OpenRouter's session cost; medians are of one app alone, never over apps. A session counts the requests it made
-- of that model; one with an unpriced request has no cost and lowers coverage. The median is null under 8 priced sessions.
-- A session is one person's: fewer than k of them are no row, nor are those of an app that fewer than k people use.
with
    sessions as (
        select
            session.app_name,
            session.model_id,
            session.session_id,
            sum(session.request_count) as turns,
            sum(session.cost_usd) as cost,
            sum(session.unpriced_count) as unpriced,
        from rollups.session_daily as session
        inner join rankings.periods on periods.period = '1w'
        where session.event_date >= periods.end_date - 30 and session.event_date < periods.end_date
        group by all
        having turns > 0
    ),
    named as (
        select
            *,
            case when turns = 1 then '1' when turns < 10 then '2-9' when turns < 50 then '10-49' else '50+' end as turn_bucket,
            case when unpriced = 0 then cost end as known_cost,
        from sessions
        anti join
            rankings.user_groups
            on user_groups.dimension = 'app'
            and sessions.app_name = user_groups.dimension_value
            and user_groups.shown_value <> user_groups.dimension_value
        where app_name is not null
    )
select
    app_name,
    model_id,
    turn_bucket,
    count(*) as session_count,
    sum(turns)::bigint as request_count,
    case when count(known_cost) >= 8 then median(known_cost::double) end as session_cost_p50_usd,
    ratio(count(known_cost), count(*)) as coverage_share,
from named
group by app_name, model_id, turn_bucket
having count(*) >= (select min_users from meta.publication)
