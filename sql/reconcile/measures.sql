-- One row per day, model and measure: the figure of the source and of what it is held against.
with
    long as (
        unpivot (
            select
                event_date,
                source,
                model_id,
                cast(request_count as decimal(38, 10)) as requests,
                cast(input_tokens as decimal(38, 10)) as input_tokens,
                cast(output_tokens as decimal(38, 10)) as output_tokens,
                cast(reasoning_output_tokens as decimal(38, 10)) as reasoning_output_tokens,
                cost_usd,
            from reconcile.sides
        )
        on requests, input_tokens, output_tokens, reasoning_output_tokens, cost_usd
        into name measure value figure
    )

select
    event_date,
    model_id,
    measure,
    sum(figure) filter (where source = $source) as value,
    sum(figure) filter (where source = $reference) as reference_value,
from long
group by event_date, model_id, measure
