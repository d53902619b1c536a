-- One row per refused call with a call above it, and the next one above that is not refused in its batch: a call inside
-- the refused one is inside that too.
with recursive
    refused_calls as (
        select trace_id, span_id, min(enclosing_span_id) as enclosing_span_id,
        from landing.staged
        where
            span_id is not null
            and enclosing_span_id is not null
            and place in (select refused.place from landing.refused as refused)
        group by trace_id, span_id
    ),

    climbed as (
        select trace_id, span_id, enclosing_span_id as outer_span_id, 1 as step_count
        from refused_calls
        union all
        select climbed.trace_id, climbed.span_id, refused_calls.enclosing_span_id as outer_span_id, climbed.step_count + 1 as step_count
        from climbed
        inner join refused_calls
            on climbed.trace_id = refused_calls.trace_id
            and climbed.outer_span_id = refused_calls.span_id
        where climbed.step_count < 64
    )

select trace_id, span_id, arg_max(outer_span_id, step_count) as outer_span_id,
from climbed
group by trace_id, span_id
