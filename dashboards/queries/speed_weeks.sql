-- One row: a complete week's speed, success and rate limits over all traffic, oldest first; for sparklines.
select
    week_start,
    totals.ttft_p50_s,
    totals.ttft_p95_s,
    totals.output_speed_p50,
    totals.request_success_rate,
    limited.rate_limited_share,
from rankings.totals_weekly as totals
left join
    (
        select
            date_trunc('week', event_date)::date as week_start,
            sum(error_rate_limit_count)::double / nullif(sum(row_count), 0) as rate_limited_share,
        from rollups.usage_daily
        group by all
    ) as limited using (week_start)
where totals.is_complete
order by week_start
