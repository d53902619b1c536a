-- One row per score that lands: one the lake holds already does not.
select
    arrived.request_id,
    arrived.score_name,
    arrived.evaluator,
    arrived.score,
    arrived.scored_at,
    cast($batch_id as varchar) as batch_id,
    arrived.source_row,
    cast($received_at as timestamptz) as received_at,
    arrived.event_date,
from landing.arrived as arrived
where
    not exists (
        select 1
        from landing.held as held
        where
            held.request_id = arrived.request_id
            and held.score_name = arrived.score_name
            and held.evaluator is not distinct from arrived.evaluator
            and held.scored_at = arrived.scored_at
            and held.score = arrived.score
    )
order by arrived.event_date, arrived.source_row
