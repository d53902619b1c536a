-- One row per neighbouring hour that holds another row of a request in the batch, a call with one of the batch inside it,
-- or one that may be in a ring with it: it must be folded again.
select distinct cast(event_date as timestamp) + to_hours(event_hour) as hour,
from landing.neighbours as logged
where
    request_id in (select request_id from landing.staged)
    or (trace_id, span_id) in (
        select (trace_id, enclosing_span_id) from landing.staged where enclosing_span_id is not null
    )
    or (
        enclosing_span_id is not null
        and trace_id in (select trace_id from landing.staged where enclosing_span_id is not null)
    )
