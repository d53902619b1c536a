-- One row per UTC day and measure; a source without a row that day has no requests.
with
    days as (
        select
            event_date,
            measure,
            case when measure = 'requests' then coalesce(sum(value), 0) else sum(value) end as value,
            case when measure = 'requests' then coalesce(sum(reference_value), 0) else sum(reference_value) end as reference_value,
        from reconcile.measures
        group by event_date, measure
    )

select
    event_date,
    measure,
    value,
    reference_value,
    value - reference_value as difference,
    difference_share(value, reference_value) as difference_share,
    coalesce(abs(difference_share(value, reference_value)) > $tolerance, false) as is_beyond,
from days
order by event_date, list_position(['requests', 'input_tokens', 'output_tokens', 'reasoning_output_tokens', 'cost_usd'], measure)
