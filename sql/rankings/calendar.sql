-- One row per file: the days of the reporting timezone that windows are cut by; no row before the first log.
-- today is the running day: every earlier one is complete, as the log reaches past its end and two hours have gone by.
-- first_whole_date is the first day the log covers from its first hour.
with
    instants as (
        select
            min(sources.first_hour) as began_at,
            any_value(publication.data_through) as data_through,
            least(any_value(publication.data_through), any_value(publication.as_of) - interval 2 hours) as settled_at,
        from meta.sources as sources
        cross join meta.publication as publication
    )
select
    max(days.event_date) filter (where days.starts_at <= instants.began_at) as first_date,
    min(days.event_date) filter (where days.starts_at >= instants.began_at) as first_whole_date,
    max(days.event_date) filter (where days.starts_at <= instants.data_through) as last_date,
    max(days.event_date) filter (where days.starts_at <= instants.settled_at) as today,
from instants
inner join meta.days as days on instants.began_at is not null
having count(*) > 0
