-- One row per grain (week: ISO, Monday, UTC; month) and complete span of it, the latest 12: what cohorts are made of.
with
    log as (
        select
            min(sources.first_hour) as began_at,
            least(any_value(publication.data_through), any_value(publication.as_of) - interval 2 hours) as reached_at,
        from meta.sources as sources
        cross join meta.publication as publication
    ),
    ends as (
        select grains.grain, grains.step, date_trunc(grains.grain, log.reached_at) as last_end, log.began_at,
        from log
        cross join (values ('week', interval 7 days), ('month', interval 1 month)) as grains(grain, step)
    )
select
    ends.grain,
    back.spans_back,
    (ends.last_end - ends.step * (back.spans_back + 1))::date as start_date,
    (ends.last_end - ends.step * back.spans_back)::date as end_date,
from ends
cross join (select unnest(range(12))::integer as spans_back) as back
where ends.last_end - ends.step * back.spans_back > ends.began_at
