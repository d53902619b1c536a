-- One row per period a page can show: the latest complete 1, 4 and 12 ISO weeks (Monday, UTC), and `to_date`, the
-- running week.
-- A window is complete when the log reaches past its end and two hours have gone by. coverage_days counts the days the
-- log covers: whole ones of a complete window, begun ones of the running week.
with
    log as (
        select
            min(sources.first_hour) as began_at,
            began_at::date as first_date,
            (began_at + interval 23 hours)::date as first_whole_date,
            any_value(publication.data_through) as data_through,
            cast(
                date_trunc(
                    'week', least(any_value(publication.data_through), any_value(publication.as_of) - interval 2 hours)
                ) as date
            ) as week_end,
        from meta.sources as sources
        cross join meta.publication as publication
    ),
    complete as (
        select
            lengths.period,
            log.week_end - lengths.days as start_date,
            log.week_end as end_date,
            log.week_end - 2 * lengths.days as previous_start_date,
            log.week_end - lengths.days as previous_end_date,
            log.began_at <= log.week_end - 2 * lengths.days as has_previous,
            true as is_complete,
            cast(log.week_end - greatest(log.week_end - lengths.days, log.first_whole_date) as integer) as coverage_days,
        from log
        cross join (values ('1w', 7), ('4w', 28), ('12w', 84)) as lengths(period, days)
    ),
    running as (
        select
            'to_date' as period,
            week_end as start_date,
            week_end + 7 as end_date,
            null::date as previous_start_date,
            null::date as previous_end_date,
            false as has_previous,
            false as is_complete,
            cast(
                least(data_through::date + 1, week_end + 7) - greatest(week_end, first_date) as integer
            ) as coverage_days,
        from log
    )
select *
from complete
where coverage_days > 0
union all
select *
from running
where coverage_days > 0
