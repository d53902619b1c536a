-- One row is one call and one span above it, as far as the next sound call, or as far as its file knows: `is_call` tells
-- the first, `is_known` whether the file holds that span. An attempt is part of its request, and has none above it.
with recursive
    sound as (
        select distinct trace_id, span_id
        from otel.told
        where not is_attempt and source_row not in (select faults.source_row from otel.faults as faults)
    ),

    calls as (select distinct trace_id, span_id from otel.told where not is_attempt),

    links as materialized(
        select
            spans.trace_id,
            spans.span_id,
            min(spans.parent_id) as parent_id,
            bool_or(sound.span_id is not null) as is_call,
        from otel.spans as spans
        semi join calls on calls.trace_id = spans.trace_id
        left join sound on sound.trace_id = spans.trace_id and sound.span_id = spans.span_id
        group by spans.trace_id, spans.span_id
    ),

    climbed as (
        select
            calls.trace_id,
            calls.span_id as call_id,
            mine.parent_id as above_id,
            above.parent_id as next_id,
            coalesce(above.is_call, false) as is_call,
            above.span_id is not null as is_known,
            1 as steps,
        from calls
        join links as mine on mine.trace_id = calls.trace_id and mine.span_id = calls.span_id
        left join links as above on above.trace_id = mine.trace_id and above.span_id = mine.parent_id
        where mine.parent_id is not null
        union all
        select
            climbed.trace_id,
            climbed.call_id,
            climbed.next_id as above_id,
            above.parent_id as next_id,
            coalesce(above.is_call, false) as is_call,
            above.span_id is not null as is_known,
            climbed.steps + 1 as steps,
        from climbed
        left join links as above on above.trace_id = climbed.trace_id and above.span_id = climbed.next_id
        where climbed.next_id is not null and not climbed.is_call and climbed.steps < 64
    )

select trace_id, call_id, above_id, is_call, is_known,
from climbed
