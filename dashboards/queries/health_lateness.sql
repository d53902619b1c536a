-- One row: a source and how many hours after a call ended its row arrived, in the middle and for the slowest twentieth;
-- the total last.
with
    found as (
        select coalesce(source, 'All sources') as source, grouping(source) as is_total, lateness_hours, sum(row_count) as row_count,
        from rollups.arrival_daily
        where ($source is null or source = $source) and ($day is null or event_date = $day::date)
        group by grouping sets ((source, lateness_hours), (lateness_hours))
    ),

    counted as (
        select
            *,
            sum(row_count) over (partition by is_total, source order by lateness_hours) as nth,
            sum(row_count) over (partition by is_total, source) as n,
        from found
    )

select
    source,
    min(lateness_hours) filter (where nth >= 0.5 * n) as lateness_p50_hours,
    min(lateness_hours) filter (where nth >= 0.95 * n) as lateness_p95_hours,
    coalesce(sum(row_count) filter (where lateness_hours <= 1), 0)::double / sum(row_count) as within_hour_share,
    within_hour_share * 100 as within_hour_percent,
    coalesce(sum(row_count) filter (where lateness_hours <= 24), 0)::double / sum(row_count) as within_day_share,
    within_day_share * 100 as within_day_percent,
    sum(row_count)::bigint as row_count,
from counted
group by is_total, source
order by is_total, source
