-- One row: a provider's day in a period: how many of its calls were answered, of attempts where the log tells them, else
-- of requests; null under 20. The busiest providers first.
select
    days.event_date,
    strftime(days.event_date, '%-d %b') as day,
    days.provider_name,
    coalesce(days.uptime_rate, days.request_success_rate) as rate,
    rate * 100 as rate_percent,
    case when days.uptime_rate is null then days.request_success_n else days.uptime_n end::double as n,
    days.uptime_rate is null and days.request_success_rate is not null as is_of_requests,
    days.request_count,
    days.request_success_rate,
    days.request_success_n,
    days.uptime_rate,
    days.uptime_n,
from rankings.success_daily as days
inner join
    rankings.periods
    on periods.period = $period
    and days.event_date >= periods.start_date
    and days.event_date < periods.end_date
where days.provider_name <> '(all)'
order by sum(days.request_count) over (partition by days.provider_name) desc, days.provider_name, days.event_date
