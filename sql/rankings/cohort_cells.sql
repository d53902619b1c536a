-- One row per grain (week, month), model, cohort and later span: how many users whose first span with the model the
-- cohort's was are active on it in the later one. `(all)` is any model.
-- Not in current.duckdb: cells of any size; rankings.retention is what of it may be seen.
with
    ends as (
        select date_trunc('week', today)::date as week_end, date_trunc('month', today)::date as month_end,
        from rankings.calendar
    ),
    -- Bit n of a mask: whether the user was active on the model in the span n before the latest complete one.
    used as (
        select
            activity.user_id,
            activity.model_id,
            min(activity.event_date) as first_date,
            bit_or(span_bit((ends.week_end - date_trunc('week', activity.event_date)::date) // 7 - 1)) as week_mask,
            bit_or(span_bit(datediff('month', activity.event_date, ends.month_end) - 1)) as month_mask,
        from rollups.user_activity_daily as activity
        cross join ends
        where activity.user_id is not null and activity.request_count > 0
        group by activity.user_id, activity.model_id
    ),
    anywhere as (
        from used
        union all
        select user_id, '(all)' as model_id, min(first_date), bit_or(week_mask), bit_or(month_mask),
        from used
        group by user_id
    ),
    grains as (
        select 'week' as grain, model_id, date_trunc('week', first_date)::date as cohort_start, week_mask as mask,
        from anywhere
        union all
        select 'month' as grain, model_id, date_trunc('month', first_date)::date as cohort_start, month_mask as mask,
        from anywhere
    ),
    alike as (select grain, model_id, cohort_start, mask, count(*) as user_count, from grains group by all)
select
    alike.grain,
    alike.model_id,
    alike.cohort_start,
    later.start_date as span_start,
    own.spans_back - later.spans_back as age,
    alike.cohort_start = date_trunc(alike.grain, calendar.first_date) as is_from_log_start,
    sum(alike.user_count)::bigint as cohort_user_count,
    coalesce(sum(alike.user_count) filter (where alike.mask >> later.spans_back & 1 = 1), 0)::bigint as active_user_count,
from alike
cross join rankings.calendar
inner join rankings.spans as own on alike.grain = own.grain and alike.cohort_start = own.start_date
inner join rankings.spans as later on own.grain = later.grain and own.spans_back >= later.spans_back
group by all
