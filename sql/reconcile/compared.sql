-- One row per attempt of a source that is compared; of an attempt with several contents, the one that counts, and of
-- calls of one source inside each other, the innermost. Its day is that of lake.local_hours.
select
    calls.source,
    days.event_date,
    calls.request_id,
    calls.attempt_id,
    calls.model_id,
    calls.status,
    calls.start_time,
    calls.end_time,
    calls.input_tokens,
    calls.output_tokens,
    calls.reasoning_output_tokens,
    calls.cost_usd,
from lake.around as calls
inner join lake.local_hours as days on calls.hour = days.hour
where
    calls.source in (select pairs.source from lake.reconcile_pairs as pairs union select pairs.reference_source from lake.reconcile_pairs as pairs)
    and (calls.batch_id, calls.source_row) not in (select (superseded.batch_id, superseded.source_row) from lake.superseded as superseded)
    and (calls.batch_id, calls.source_row, calls.source)
    not in (select (nested.batch_id, nested.source_row, nested.inner_source) from lake.nested as nested)
