-- One row per request of a day that only one source knows, or whose figures differ by more than the tolerance. Its day
-- is that of its first row; the days on either side are looked at too, for clocks differ.
with
    requests as (
        select
            source,
            request_id,
            min(event_date) as event_date,
            sum(input_tokens) as input_tokens,
            sum(output_tokens) as output_tokens,
            sum(reasoning_output_tokens) as reasoning_output_tokens,
            sum(cost_usd) as cost_usd,
        from lake.compared
        group by source, request_id
    ),

    paired as (
        select
            coalesce(mine.event_date, theirs.event_date) as event_date,
            coalesce(mine.request_id, theirs.request_id) as request_id,
            case
                when theirs.request_id is null
                then 'missing in ' || $reference
                when mine.request_id is null
                then 'missing in ' || $source
                else 'differs'
            end as finding,
            mine.input_tokens,
            theirs.input_tokens as reference_input_tokens,
            mine.output_tokens,
            theirs.output_tokens as reference_output_tokens,
            mine.reasoning_output_tokens,
            theirs.reasoning_output_tokens as reference_reasoning_output_tokens,
            mine.cost_usd,
            theirs.cost_usd as reference_cost_usd,
        from (from requests where source = $source) as mine
        full join (from requests where source = $reference) as theirs on mine.request_id = theirs.request_id
    )

select *,
from paired
where
    event_date = $date
    and (
        finding <> 'differs'
        or abs(difference_share(input_tokens, reference_input_tokens)) > $tolerance
        or abs(difference_share(output_tokens, reference_output_tokens)) > $tolerance
        or abs(difference_share(reasoning_output_tokens, reference_reasoning_output_tokens)) > $tolerance
        or abs(difference_share(cost_usd, reference_cost_usd)) > $tolerance
    )
