-- One row is one call with a call above it in its file, or with a span above it that its file does not hold and that may
-- be one: which call gives way is not known before all files are, so it is judged where calls are counted.
-- Spans that are each other's parents enclose nothing.
with recursive
    nearest as (
        select trace_id, call_id, min(above_id) as above_id, bool_or(is_call) as is_call,
        from otel.climbed
        where (is_call or not is_known) and regexp_full_match(above_id, '[0-9a-f]{16}')
        group by trace_id, call_id
    ),

    rounds as (
        select trace_id, call_id, above_id, 1 as steps
        from nearest
        where is_call
        union all
        select rounds.trace_id, rounds.call_id, nearest.above_id, rounds.steps + 1 as steps
        from rounds
        join nearest on nearest.trace_id = rounds.trace_id and nearest.call_id = rounds.above_id
        where nearest.is_call and rounds.above_id <> rounds.call_id and rounds.steps < 64
    )

select trace_id, call_id as span_id, above_id as enclosing_span_id,
from nearest
anti join (from rounds where above_id = call_id) as circles using (trace_id, call_id)
