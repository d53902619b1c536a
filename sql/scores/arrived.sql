-- One row per staged score that is sound, once each; one that does not say when was given when it was received.
select
    source_row,
    request_id,
    score_name,
    evaluator,
    score,
    coalesce(scored_at, $received_at) as scored_at,
    cast(utc(coalesce(scored_at, $received_at)) as date) as event_date,
from landing.staged
where place not in (select refused.place from landing.refused as refused where refused.place is not null)
qualify
    row_number() over (
        partition by request_id, score_name, evaluator, score, coalesce(scored_at, $received_at) order by source_row
    ) = 1
