-- One row per call with another call of its trace and kind inside it, and the source of that one: the same call told
-- twice, of which the inner counts. An embedding inside a chat is a call of its own. Only calls that begin in the outer
-- one's hour or the hours on either side are seen, so that it does not depend on which hours are folded together. Two
-- calls that claim to enclose each other both count.
with
    traced as (
        select
            *,
            case when operation_name in ('chat', 'text_completion', 'generate_content') then 'text' else operation_name end as kind,
        from lake.traced
    ),

    inner_calls as (
        select trace_id, span_id, enclosing_span_id, source, hour, kind
        from traced
        where enclosing_span_id is not null
    )

select distinct outer_calls.batch_id, outer_calls.source_row, inner_calls.source as inner_source
from traced as outer_calls
inner join inner_calls
    on outer_calls.trace_id = inner_calls.trace_id
    and outer_calls.span_id = inner_calls.enclosing_span_id
    and inner_calls.hour >= outer_calls.hour - interval '1' hour
    and inner_calls.hour <= outer_calls.hour + interval '1' hour
    and (inner_calls.kind = outer_calls.kind or 'other' in (inner_calls.kind, outer_calls.kind))
where outer_calls.enclosing_span_id is distinct from inner_calls.span_id and outer_calls.span_id <> inner_calls.span_id
