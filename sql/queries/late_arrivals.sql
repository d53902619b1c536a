-- How late do logs arrive?
-- One row per source over the last 28 days of the log: after how many hours half, 95 % and all of its rows had arrived,
-- within 1 %, and the part that came more than a day late.
-- Change: the 28 days; group by event_date, too.
with
    arrivals as (
        select
            source,
            lateness_hours,
            row_count,
            sum(row_count) over (partition by source order by lateness_hours) as nth,
            sum(row_count) over (partition by source) as n,
        from
            (
                select source, lateness_hours, sum(row_count) as row_count,
                from rollups.arrival_daily
                where event_date > (select max(latest.event_date) - 28 from rollups.arrival_daily as latest)
                group by source, lateness_hours
            )
    )
select
    source,
    cast(any_value(n) as bigint) as row_count,
    round(min(lateness_hours) filter (where nth >= ceil(0.5 * n)), 2) as lateness_p50_hours,
    round(min(lateness_hours) filter (where nth >= ceil(0.95 * n)), 2) as lateness_p95_hours,
    round(max(lateness_hours), 2) as lateness_max_hours,
    round(coalesce(sum(row_count) filter (where lateness_hours > 24), 0) / any_value(n), 4) as over_a_day_share,
from arrivals
group by source
order by source
