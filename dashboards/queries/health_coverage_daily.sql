-- One row: a day calls started on and a source, and how much of what it logged is known, 0 to 100; the newest sixty days.
-- Of a log that lists requests alone, no share of attempts is known.
with
    days as (
        select distinct hour::date as event_date,
        from rollups.log_totals_hourly
        where $day is null or hour::date = $day::date
        order by event_date desc
        limit 60
    )

select
    hour::date as event_date,
    source,
    sum(request_count)::bigint as request_count,
    sum(usage_known_count)::double / nullif(sum(usage_due_count), 0) as usage_share,
    usage_share * 100 as usage_percent,
    sum(priced_tokens)::double / nullif(sum(total_tokens), 0) as priced_share,
    priced_share * 100 as priced_percent,
    sum(ttft_known_count)::double / nullif(sum(ttft_due_count), 0) as ttft_share,
    ttft_share * 100 as ttft_percent,
    sum(name_known_count)::double / nullif(sum(row_count), 0) as name_share,
    name_share * 100 as name_percent,
    sum(cost_known_count)::double / nullif(sum(usage_due_count), 0) as cost_share,
    cost_share * 100 as cost_percent,
    nullif(sum(attempt_row_count), 0)::double / nullif(sum(row_count), 0) as attempt_share,
    attempt_share * 100 as attempt_percent,
    sum(user_known_count)::double / nullif(sum(row_count), 0) as user_share,
    user_share * 100 as user_percent,
from rollups.log_totals_hourly
where hour::date in (select event_date from days) and ($source is null or source = $source)
group by hour::date, source
order by event_date desc, source
