-- One row: a source and how much of what it logged is known, 0 to 100; the total last. Of a log that lists
-- requests alone, no share of attempts is known.
select
    coalesce(source, 'All sources') as source,
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
inner join meta.days on hour >= starts_at and hour < ends_at
where ($source is null or source = $source) and ($day is null or event_date = $day::date)
group by grouping sets ((source), ())
having sum(row_count) > 0
order by grouping(source), source
