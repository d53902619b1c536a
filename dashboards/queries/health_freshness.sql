-- One row: a source or a published table, the last instant it covers (never later than the as-of) and how far behind
-- the
-- as-of that is. A source covers up to the start of the newest hour it has rows of: no further row is proven.
with
    reached as (
        select 'source' as kind, source as name, last_hour as reaches_to,
        from meta.sources
        where $source is null or source = $source
        union all
        select 'table', 'rollups.usage_hourly', max(hour),
        from rollups.usage_hourly
        union all
        select
            'table', 'rollups.usage_daily', least(max(days.ends_at), any_value(hourly.last_hour)),
        from rollups.usage_daily as daily
        inner join meta.days on daily.event_date = days.event_date
        cross join (select max(hour) as last_hour from rollups.usage_hourly) as hourly
        union all
        select 'table', 'rankings, whole weeks', days.starts_at,
        from rankings.periods
        inner join meta.days on periods.end_date = days.event_date
        where periods.period = '1w'
    )

select
    reached.kind,
    reached.name,
    least(reached.reaches_to, publication.as_of) as reaches_to,
    greatest(date_diff('minute', reached.reaches_to, publication.as_of), 0) / 60 as hours_behind,
from reached
cross join meta.publication
where reached.reaches_to is not null
order by reached.kind, reached.name
