-- One row per span of days that a ranking looks at: every period, and the equal windows before it (windows_back 1, 2,
-- ...).
-- `1w` goes 25 weeks back for the weekly charts, `4w` and `12w` three windows back for change and trend.
-- is_covered: the log began in the window's first hour or before.
with
    reach as (select * from (values ('1w', 25), ('4w', 3), ('12w', 3), ('to_date', 0)) as reach(period, furthest)),
    shifted as (
        select
            periods.period,
            back.windows_back,
            cast(back.windows_back * (periods.end_date - periods.start_date) as integer) as days_back,
            periods.start_date - days_back as start_date,
            periods.end_date - days_back as end_date,
            periods.is_complete,
        from rankings.periods
        inner join reach on periods.period = reach.period
        cross join (select unnest(range(26))::integer as windows_back) as back
        where back.windows_back <= reach.furthest
    )
select
    shifted.period,
    shifted.windows_back,
    shifted.start_date,
    shifted.end_date,
    shifted.is_complete,
    log.first_hour <= shifted.start_date as is_covered,
from shifted
inner join (select min(first_hour) as first_hour from meta.sources) as log on shifted.end_date > log.first_hour
