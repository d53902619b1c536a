-- One row per call with another call of its trace inside it, and the source of that one: the same call told twice, of
-- which the inner counts. Only calls that begin in the outer one's hour or the hours on either side are seen, so that it
-- does not depend on which hours are folded together. Two calls that claim to enclose each other both count.
with
    inner_calls as (
        select trace_id, span_id, enclosing_span_id, source, hour
        from lake.traced
        where enclosing_span_id is not null
    )

select distinct outer_calls.batch_id, outer_calls.source_row, inner_calls.source as inner_source
from lake.traced as outer_calls
inner join inner_calls
    on outer_calls.trace_id = inner_calls.trace_id
    and outer_calls.span_id = inner_calls.enclosing_span_id
    and inner_calls.hour >= outer_calls.hour - interval '1' hour
    and inner_calls.hour <= outer_calls.hour + interval '1' hour
where outer_calls.enclosing_span_id is distinct from inner_calls.span_id and outer_calls.span_id <> inner_calls.span_id
