-- One row per window and model: the distinct known users whose requests it answered; no row is nobody known.
-- `(all)` is everybody once; `other` is everybody of the models beyond the first 50 of the period's latest window.
with
    calendar as (select min(start_date) as first_date, max(end_date) as end_date from rankings.windows),
    spans as (
        select
            windows.period,
            windows.windows_back,
            date_diff('week', windows.end_date, calendar.end_date) as weeks_after,
            ((1::bigint << date_diff('week', windows.start_date, windows.end_date)) - 1) << weeks_after as weeks,
        from rankings.windows
        cross join calendar
    ),
    people as (
        -- bit n: active n weeks before the last; after one pass over the activity, any window is one AND
        select
            activity.user_id,
            activity.model_id,
            bit_or(1::bigint << date_diff('week', activity.event_date, calendar.end_date - 1)) as weeks,
        from rollups.user_activity_daily as activity
        inner join calendar on activity.event_date >= calendar.first_date and activity.event_date < calendar.end_date
        where activity.user_id is not null and activity.request_count > 0
        group by activity.user_id, activity.model_id
    ),
    anybody as (select user_id, bit_or(weeks) as weeks from people group by user_id),
    by_model as (
        select spans.period, spans.windows_back, people.model_id, count(*) as active_user_count,
        from people
        inner join spans on people.weeks & spans.weeks <> 0
        group by spans.period, spans.windows_back, people.model_id
    ),
    listed as (
        select period, model_id,
        from by_model
        where windows_back = 0
        qualify row_number() over (partition by period order by active_user_count desc, model_id) <= 50
    )
select period, windows_back, model_id, active_user_count,
from by_model
union all
select spans.period, spans.windows_back, '(all)' as model_id, count(*) as active_user_count,
from anybody
inner join spans on anybody.weeks & spans.weeks <> 0
group by spans.period, spans.windows_back
union all
select spans.period, spans.windows_back, 'other' as model_id, count(distinct people.user_id) as active_user_count,
from people
inner join spans on people.weeks & spans.weeks <> 0 and spans.windows_back <= 3
anti join listed on spans.period = listed.period and people.model_id = listed.model_id
group by spans.period, spans.windows_back
