-- One row per day and pair of setting `reconcile`: what the boards count, beside what the other source says of the
-- same traffic. Shares are of the larger figure; a figure that either source never tells is NULL and not compared.
with
    days as (
        select
            event_date,
            source,
            cast(sum(request_count) as bigint) as request_count,
            cast(sum(input_tokens) as bigint) as input_tokens,
            cast(sum(output_tokens) as bigint) as output_tokens,
            cast(sum(reasoning_output_tokens) as bigint) as reasoning_output_tokens,
            cast(sum(cost_usd) as decimal(38, 10)) as cost_usd,
        from lake.sides
        group by event_date, source
    ),

    due as (
        select distinct days.event_date, pairs.source, pairs.reference_source, pairs.tolerance_share,
        from lake.reconcile_pairs as pairs
        inner join days on days.source in (pairs.source, pairs.reference_source)
    )

select
    due.event_date,
    due.source,
    due.reference_source,
    coalesce(mine.request_count, 0) as request_count,
    coalesce(theirs.request_count, 0) as reference_request_count,
    mine.input_tokens,
    theirs.input_tokens as reference_input_tokens,
    mine.output_tokens,
    theirs.output_tokens as reference_output_tokens,
    mine.reasoning_output_tokens,
    theirs.reasoning_output_tokens as reference_reasoning_output_tokens,
    mine.cost_usd,
    theirs.cost_usd as reference_cost_usd,
    greatest(
        abs(difference_share(coalesce(mine.request_count, 0), coalesce(theirs.request_count, 0))),
        abs(difference_share(mine.input_tokens, theirs.input_tokens)),
        abs(difference_share(mine.output_tokens, theirs.output_tokens)),
        abs(difference_share(mine.reasoning_output_tokens, theirs.reasoning_output_tokens)),
        abs(difference_share(mine.cost_usd, theirs.cost_usd))
    ) as largest_difference_share,
    due.tolerance_share,
from due
left join days as mine on due.event_date = mine.event_date and due.source = mine.source
left join days as theirs on due.event_date = theirs.event_date and due.reference_source = theirs.source
