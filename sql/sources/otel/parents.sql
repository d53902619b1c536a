-- One row is one call with another call below it, however many other spans lie between: the leaf alone is counted.
-- Only traces with several calls are climbed. Spans that are each other's parents have no leaf and stay calls.
with recursive
    crowded as (
        select trace_id from otel.calls where not is_attempt group by trace_id having count(distinct span_id) > 1
    ),

    links as materialized(
        select trace_id, span_id, min(parent_id) as parent_id
        from otel.spans
        semi join crowded using (trace_id)
        group by trace_id, span_id
    ),

    climbed as (
        select trace_id, span_id as call_id, links.parent_id as above_id, 1 as steps
        from links
        semi join (from otel.calls where not is_attempt) as calls using (trace_id, span_id)
        where links.parent_id is not null
        union
        select climbed.trace_id, climbed.call_id, links.parent_id as above_id, climbed.steps + 1 as steps
        from climbed
        join links on links.trace_id = climbed.trace_id and links.span_id = climbed.above_id
        where links.parent_id is not null and climbed.above_id <> climbed.call_id and climbed.steps < 64
    )

select distinct trace_id, above_id as span_id
from climbed
anti join
    (select trace_id, call_id from climbed where above_id = call_id) as circles
    on circles.trace_id = climbed.trace_id
    and circles.call_id = climbed.above_id
