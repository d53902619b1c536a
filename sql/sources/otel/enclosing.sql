-- One row is one call with a call above it in its file, or with a span above it that its file does not hold and that may
-- be one: which call gives way is not known before all files are, so it is judged where calls are counted.
-- Of spans that are each other's parents each names the next; one that is its own parent names none.
select trace_id, call_id as span_id, min(above_id) as enclosing_span_id,
from otel.climbed
where (is_call or not is_known) and above_id <> call_id and regexp_full_match(above_id, '[0-9a-f]{16}')
group by trace_id, call_id
