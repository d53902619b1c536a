-- One row per attempt of a source that is compared; of an attempt with several contents, the one that counts, and of
-- calls of one source inside each other, the innermost.
select
    source,
    event_date,
    request_id,
    attempt_id,
    model_id,
    status,
    start_time,
    end_time,
    input_tokens,
    output_tokens,
    reasoning_output_tokens,
    cost_usd,
from lake.around
where
    source in (select pairs.source from lake.reconcile_pairs as pairs union select pairs.reference_source from lake.reconcile_pairs as pairs)
    and (batch_id, source_row) not in (select (superseded.batch_id, superseded.source_row) from lake.superseded as superseded)
    and (batch_id, source_row, source)
    not in (select (nested.batch_id, nested.source_row, nested.inner_source) from lake.nested as nested)
