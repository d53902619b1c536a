-- One row per call with another call of its trace and kind inside it, and the source of that one: the same call told
-- twice, of which the inner counts. An embedding inside a chat is a call of its own. Only calls that begin in the outer
-- one's hour or the hours on either side are seen, so that it does not depend on which hours are folded together. Of
-- calls that enclose each other in a ring, the one of the smallest span id counts, unless one has yet another inside it.
with recursive
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
        union all
        select trace_id, span_id, outer_span_id as enclosing_span_id, source, hour, kind
        from traced
        where outer_span_id is not null
    ),

    pairs as materialized(
        select
            outer_calls.batch_id,
            outer_calls.source_row,
            outer_calls.trace_id,
            outer_calls.span_id as outer_id,
            outer_calls.hour as outer_hour,
            inner_calls.span_id as inner_id,
            inner_calls.hour as inner_hour,
            inner_calls.source as inner_source,
        from traced as outer_calls
        inner join inner_calls
            on outer_calls.trace_id = inner_calls.trace_id
            and outer_calls.span_id = inner_calls.enclosing_span_id
            and inner_calls.hour >= outer_calls.hour - interval '1' hour
            and inner_calls.hour <= outer_calls.hour + interval '1' hour
            and (inner_calls.kind = outer_calls.kind or 'other' in (inner_calls.kind, outer_calls.kind))
        where inner_calls.span_id is distinct from outer_calls.span_id
    ),

    -- Only what is inside one call and around another can be in a ring; versions of one span that differ are one step.
    steps as materialized(
        select trace_id, inner_id, min(inner_hour) as inner_hour, min(outer_id) as outer_id, min(outer_hour) as outer_hour,
        from pairs
        where
            (trace_id, inner_id) in (select (around.trace_id, around.outer_id) from pairs as around)
            and (trace_id, outer_id) in (select (inside.trace_id, inside.inner_id) from pairs as inside)
        group by trace_id, inner_id
    ),

    walked as (
        select trace_id, inner_id as first_id, inner_hour as first_hour, outer_id as at_id, inner_id as least_id, 1 as step_count
        from steps
        union all
        select
            walked.trace_id,
            walked.first_id,
            walked.first_hour,
            steps.outer_id as at_id,
            least(walked.least_id, steps.inner_id) as least_id,
            walked.step_count + 1 as step_count,
        from walked
        inner join steps
            on walked.trace_id = steps.trace_id
            and walked.at_id = steps.inner_id
            and steps.outer_hour >= walked.first_hour - interval '1' hour
            and steps.outer_hour <= walked.first_hour + interval '1' hour
        where walked.at_id <> walked.first_id and walked.step_count < 64
    ),

    rings as (select trace_id, first_id as span_id, least_id from walked where at_id = first_id),

    told_again as (
        select rings.trace_id, rings.least_id
        from rings
        semi join
            pairs
            on pairs.trace_id = rings.trace_id
            and pairs.outer_id = rings.span_id
            and (pairs.trace_id, pairs.inner_id) not in (select (inside.trace_id, inside.span_id) from rings as inside)
    )

select distinct pairs.batch_id, pairs.source_row, pairs.inner_source
from pairs
left join rings on pairs.trace_id = rings.trace_id and pairs.inner_id = rings.span_id
where
    pairs.outer_id is distinct from rings.least_id
    or (pairs.trace_id, pairs.outer_id) in (select (told_again.trace_id, told_again.least_id) from told_again)
