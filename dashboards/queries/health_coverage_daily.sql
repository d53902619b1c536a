-- One row: a day calls started on and a source, and how much of what it logged is known, 0 to 100; the newest sixty days.
-- Of a log that lists requests alone, no share of attempts is known.
with
    logged as (
        select days.event_date, totals.*,
        from rollups.log_totals_hourly as totals
        inner join meta.days on totals.hour >= days.starts_at and totals.hour < days.ends_at
        where ($day is null or days.event_date = $day::date) and ($source is null or totals.source = $source)
    )

select
    event_date,
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
from logged
where event_date in (select distinct event_date from logged order by event_date desc limit 60)
group by event_date, source
order by event_date desc, source
