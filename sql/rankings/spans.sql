-- One row per grain (week: ISO, from Monday; month) and complete span of it, the latest 12: what cohorts are made of.
with
    ends as (
        select grains.grain, grains.step, date_trunc(grains.grain, calendar.today) as last_end, calendar.first_date,
        from rankings.calendar
        cross join (values ('week', interval 7 days), ('month', interval 1 month)) as grains(grain, step)
    )
select
    ends.grain,
    back.spans_back,
    (ends.last_end - ends.step * (back.spans_back + 1))::date as start_date,
    (ends.last_end - ends.step * back.spans_back)::date as end_date,
from ends
cross join (select unnest(range(12))::integer as spans_back) as back
where ends.last_end - ends.step * back.spans_back > ends.first_date
