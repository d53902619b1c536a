-- One row per span of days that a ranking looks at: every period, and the equal windows before it (windows_back 1, 2,
-- ...; of `1mo` the calendar months before).
-- `1w` goes 25 weeks back for the weekly charts, the other complete ones three windows back for change and trend.
-- is_covered: the log began in the window's first hour or before. grain: what a window is summed from, whole weeks or
-- single days.
with
    shifted as (
        select
            periods.period,
            back.windows_back,
            window_before(periods.period, periods.start_date, periods.end_date - periods.start_date, back.windows_back) as start_date,
            window_before(periods.period, periods.end_date, periods.end_date - periods.start_date, back.windows_back) as end_date,
            periods.is_complete,
            case when periods.period in ('1d', '1mo') then 'day' else 'week' end as grain,
        from rankings.periods
        cross join (select unnest(range(26))::integer as windows_back) as back
        where back.windows_back <= case periods.period when '1w' then 25 when 'to_date' then 0 else 3 end
    )
select
    shifted.period,
    shifted.windows_back,
    shifted.start_date,
    shifted.end_date,
    shifted.is_complete,
    calendar.first_whole_date <= shifted.start_date as is_covered,
    shifted.grain,
from shifted
inner join rankings.calendar as calendar on shifted.end_date > calendar.first_date
