-- One row per window and model: the distinct known users whose requests it answered; no row is nobody known.
-- `(all)` is everybody once; `other` is everybody of the models that are not listed, of which the period's latest
-- window
-- has 50: first those of k users, by users.
-- Not in current.duckdb: counts of any size; rankings.active_users is what of them may be told.
with
    spans as (
        select *, 1::bigint << (row_number() over (order by period, windows_back) - 1) as mark, from rankings.windows
    ),
    days as (
        -- one bit per window (63 at most): after one pass over the activity, any window is one AND
        select event_date, bit_or(mark) as marks,
        from (select mark, unnest(range(start_date, end_date, interval 1 day))::date as event_date from spans)
        group by event_date
    ),
    people as (
        select activity.user_id, activity.model_id, bit_or(days.marks) as marks,
        from rollups.user_activity_daily as activity
        inner join days on activity.event_date = days.event_date
        where activity.user_id is not null and activity.request_count > 0
        group by activity.user_id, activity.model_id
    ),
    anybody as (select user_id, bit_or(marks) as marks from people group by user_id),
    by_model as (
        select spans.period, spans.windows_back, people.model_id, count(*) as user_count,
        from people
        inner join spans on people.marks & spans.mark <> 0
        group by spans.period, spans.windows_back, people.model_id
    ),
    listed as (
        select period, model_id, true as is_listed,
        from by_model
        cross join meta.publication as publication
        where windows_back = 0
        qualify
            row_number() over (
                partition by period
                order by case when user_count >= min_users then user_count end desc nulls last, model_id
            )
            <= 50
    )
select
    by_model.period,
    by_model.windows_back,
    by_model.model_id,
    coalesce(listed.is_listed, false) as is_listed,
    by_model.user_count,
from by_model
left join listed on by_model.period = listed.period and by_model.model_id = listed.model_id
union all
select spans.period, spans.windows_back, '(all)' as model_id, null as is_listed, count(*) as user_count,
from anybody
inner join spans on anybody.marks & spans.mark <> 0
group by spans.period, spans.windows_back
union all
select
    spans.period,
    spans.windows_back,
    'other' as model_id,
    null as is_listed,
    count(distinct people.user_id) as user_count,
from people
inner join spans on people.marks & spans.mark <> 0 and spans.windows_back <= 3
anti join listed on spans.period = listed.period and people.model_id = listed.model_id
group by spans.period, spans.windows_back
