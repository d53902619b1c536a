-- One row per grain (week, month), model, cohort and later span: how many users whose first span with the model the
-- cohort's was are active on it in the later one. `(all)` is any model.
-- Not in current.duckdb: cells of any size; rankings.retention is what of it may be seen.
with
    active as (
        select 'week' as grain, user_id, model_id, date_trunc('week', event_date)::date as start_date,
        from rollups.user_activity_daily
        where user_id is not null and request_count > 0
        group by all
        union all
        select 'month' as grain, user_id, model_id, date_trunc('month', event_date)::date as start_date,
        from rollups.user_activity_daily
        where user_id is not null and request_count > 0
        group by all
    ),
    anywhere as (
        from active
        union all
        select distinct grain, user_id, '(all)' as model_id, start_date,
        from active
    ),
    dated as (
        select
            grain, model_id, start_date, min(start_date) over (partition by grain, model_id, user_id) as cohort_start,
        from anywhere
    ),
    counted as (select grain, model_id, cohort_start, start_date, count(*) as user_count, from dated group by all)
select
    own.grain,
    cohorts.model_id,
    own.start_date as cohort_start,
    later.start_date as span_start,
    own.spans_back - later.spans_back as age,
    own.start_date = date_trunc(own.grain, calendar.first_date) as is_from_log_start,
    cohorts.user_count as cohort_user_count,
    coalesce(counted.user_count, 0) as active_user_count,
from counted as cohorts
cross join rankings.calendar
inner join rankings.spans as own on cohorts.grain = own.grain and cohorts.cohort_start = own.start_date
inner join rankings.spans as later on own.grain = later.grain and own.spans_back >= later.spans_back
left join
    counted
    on cohorts.grain = counted.grain
    and cohorts.model_id = counted.model_id
    and cohorts.cohort_start = counted.cohort_start
    and later.start_date = counted.start_date
where cohorts.cohort_start = cohorts.start_date
