-- One row: a source and how much of what it logged is known, 0 to 100; the total last.
select
    coalesce(source, 'All sources') as source,
    sum(request_count)::bigint as request_count,
    sum(usage_known_count) * 100.0::double / nullif(sum(usage_due_count), 0) as usage_percent,
    sum(priced_tokens) * 100.0::double / nullif(sum(total_tokens), 0) as priced_percent,
    sum(ttft_known_count) * 100.0::double / nullif(sum(ttft_due_count), 0) as ttft_percent,
    sum(name_known_count) * 100.0::double / nullif(sum(row_count), 0) as name_percent,
    sum(user_known_count) * 100.0::double / nullif(sum(row_count), 0) as user_percent,
from rollups.log_totals_hourly
where ($source is null or source = $source) and ($day is null or hour::date = $day::date)
group by grouping sets ((source), ())
having sum(row_count) > 0
order by grouping(source), source
