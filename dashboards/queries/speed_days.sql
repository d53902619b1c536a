-- One row: a provider's day in a period, its week in one of 12 weeks: how many of its calls were answered, of attempts
-- where the log tells them, else of requests; null under 20. The busiest providers first.
select
    spans.grain,
    spans.start_date,
    strftime(spans.start_date, '%-d %b') as day,
    spans.provider_name,
    coalesce(spans.uptime_rate, spans.request_success_rate) as rate,
    rate * 100 as rate_percent,
    case when spans.uptime_rate is null then spans.request_success_n else spans.uptime_n end::double as n,
    spans.uptime_rate is null and spans.request_success_rate is not null as is_of_requests,
    spans.request_count,
    spans.request_success_rate,
    spans.request_success_n,
    spans.uptime_rate,
    spans.uptime_n,
from rankings.success_over_time as spans
inner join
    rankings.periods
    on periods.period = $period
    and spans.grain = case when periods.period = '12w' then 'week' else 'day' end
    and spans.start_date >= periods.start_date
    and spans.start_date < periods.end_date
where spans.provider_name <> '(all)'
order by sum(spans.request_count) over (partition by spans.provider_name) desc, spans.provider_name, spans.start_date
