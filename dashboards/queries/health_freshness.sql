-- One row: a source or a published table, the last instant it covers and how far behind the as-of that is.
with
    reached as (
        select 'source' as kind, source as name, last_hour + interval 1 hour as reaches_to,
        from meta.sources
        where $source is null or source = $source
        union all
        select 'table', 'rollups.usage_hourly', max(hour) + interval 1 hour,
        from rollups.usage_hourly
        union all
        select 'table', 'rollups.usage_daily', max(event_date) + interval 1 day,
        from rollups.usage_daily
        union all
        select 'table', 'rankings, whole weeks', max(end_date)::timestamp,
        from rankings.periods
        where is_complete
    )

select
    reached.kind,
    reached.name,
    reached.reaches_to,
    greatest(date_diff('minute', reached.reaches_to, publication.as_of), 0) / 60 as hours_behind,
from reached
cross join meta.publication
order by reached.kind, reached.name
