-- One row per grain (day, or ISO week from Monday), its first day and provider, `(all)` being every one of them, since the
-- longest period began: how often its calls were answered.
-- Null under 20 that count. uptime_rate is of attempts, so a provider's failure is its own where another rescued it.
-- column: grain: How long a row is: day or week (ISO, from Monday)
select
    grains.grain,
    date_trunc(grains.grain, usage.event_date)::date as start_date,
    case
        when grouping(usage.provider_name) = 0 then coalesce(usage.provider_name, '(unknown)') else '(all)'
    end as provider_name,
    sum(usage.request_count)::bigint as request_count,
    sum(usage.ok_count + usage.error_count)::bigint as request_success_n,
    rate_of_20(sum(usage.ok_count), sum(usage.ok_count + usage.error_count)) as request_success_rate,
    sum(usage.attempt_ok_count + usage.attempt_error_count - usage.error_rate_limit_count)::bigint as uptime_n,
    case
        when sum(usage.attempt_count) > 0
        then
            rate_of_20(
                sum(usage.attempt_ok_count),
                sum(usage.attempt_ok_count + usage.attempt_error_count - usage.error_rate_limit_count)
            )
    end as uptime_rate,
from rollups.usage_daily as usage
cross join (values ('day'), ('week')) as grains(grain)
where usage.event_date >= (select min(start_date) from rankings.periods)
group by grains.grain, date_trunc(grains.grain, usage.event_date), cube (usage.provider_name)
