-- In every complete period each dimension's values, the unknown one included, add up exactly to the period's requests.
with
    parts as (
        select period, dimension, sum(value) as requests,
        from rankings.mix
        where unit = 'requests'
        group by period, dimension
    ),

    days as (
        select periods.period, sum(usage.request_count) as requests,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by periods.period
    )

select parts.period, parts.dimension,
from parts
left join days on parts.period = days.period
where parts.requests is distinct from days.requests
