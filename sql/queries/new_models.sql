-- Which models were used for the first time since last week began?
-- One row per model whose first row in the log is on or after the first day of the last complete week. Empty where the
-- log itself is younger: then nobody knows.
-- Change: start_date to another day.
with
    since as (
        select periods.start_date, calendar.first_date < periods.start_date as is_known,
        from rankings.periods
        cross join rankings.calendar
        where periods.period = '1w'
    ),
    used as (
        select
            model_id,
            min(event_date) as first_date,
            count(distinct event_date) as day_count,
            sum(request_count) as requests,
            sum(cost_usd) as cost,
            string_agg(distinct provider_name, ', ' order by provider_name) as provider_names,
        from rollups.usage_daily
        group by model_id
    )
select
    model_id,
    models.author_name,
    models.released_date,
    first_date,
    day_count,
    cast(requests as bigint) as request_count,
    cast(cost as decimal(38, 2)) as spend_usd,
    provider_names,
from used
inner join since on first_date >= start_date and is_known
left join reference.models using (model_id)
order by request_count desc, model_id
