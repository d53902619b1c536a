-- One row per UTC day, model and measure.
with
    models as (
        select
            event_date,
            model_id,
            measure,
            case when measure = 'requests' then coalesce(value, 0) else value end as value,
            case when measure = 'requests' then coalesce(reference_value, 0) else reference_value end as reference_value,
        from reconcile.measures
    )

select
    event_date,
    model_id,
    measure,
    value,
    reference_value,
    value - reference_value as difference,
    difference_share(value, reference_value) as difference_share,
    coalesce(abs(difference_share(value, reference_value)) > $tolerance, false) as is_beyond,
from models
order by
    event_date,
    model_id,
    list_position(['requests', 'input_tokens', 'output_tokens', 'reasoning_output_tokens', 'cost_usd'], measure)
