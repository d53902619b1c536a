-- One row per period a page can show: the latest complete day, calendar month, and 1, 4 and 12 ISO weeks (Monday), and
-- `to_date`, the running week; all in the reporting timezone.
-- A window is complete when the log reaches past its end and two hours have gone by. coverage_days counts the days the
-- log covers: whole ones of a complete window, begun ones of the running week. The month before may have other days.
with
    lengths as (
        from (values ('1d', 'day', 1), ('1w', 'week', 7), ('4w', 'week', 28), ('12w', 'week', 84), ('1mo', 'month', 0)) as lengths(
            period, ends_with, days
        )
    ),
    spans as (
        select
            lengths.period,
            window_before(lengths.period, date_trunc(lengths.ends_with, calendar.today)::date, lengths.days, 1) as start_date,
            date_trunc(lengths.ends_with, calendar.today)::date as end_date,
            window_before(lengths.period, start_date, lengths.days, 1) as previous_start_date,
            calendar.first_whole_date,
        from rankings.calendar
        cross join lengths
    ),
    complete as (
        select
            period,
            start_date,
            end_date,
            previous_start_date,
            start_date as previous_end_date,
            first_whole_date <= previous_start_date as has_previous,
            true as is_complete,
            cast(end_date - greatest(start_date, first_whole_date) as integer) as coverage_days,
        from spans
    ),
    running as (
        select
            'to_date' as period,
            date_trunc('week', today)::date as start_date,
            start_date + 7 as end_date,
            null::date as previous_start_date,
            null::date as previous_end_date,
            false as has_previous,
            false as is_complete,
            cast(least(last_date + 1, end_date) - greatest(start_date, first_date) as integer) as coverage_days,
        from rankings.calendar
    )
select *
from complete
where coverage_days > 0
union all
select *
from running
where coverage_days > 0
