-- One row per attempt of a scored request and name of the score: the latest that counts, by what scores say and not by
-- when they arrived. Only the request's outcome is final; its other attempts are here so that they are not judged twice.
with
    due as (
        select
            attempts.batch_id,
            attempts.source_row,
            attempts.event_date,
            attempts.hour,
            coalesce(names.known_model_id, attempts.model_id) as model_id,
            scores.score_name,
            scores.score,
            row_number() over (
                partition by attempts.batch_id, attempts.source_row, scores.score_name
                order by scores.scored_at desc, scores.evaluator asc nulls last, scores.score desc
            ) as place,
        from lake.attempts as attempts
        inner join lake.scores as scores
            on attempts.request_id = scores.request_id
            and is_score_due(attempts.event_date, scores.event_date, $score_days)
        left join lake.known_by_now as names
            on attempts.model_id = names.model_id
            and attempts.provider_name = names.provider_name
    )

select
    due.batch_id,
    due.source_row,
    due.event_date,
    due.hour,
    due.model_id,
    due.score_name,
    due.score,
    coalesce(siblings.is_last, true) as is_final,
from due
left join lake.siblings as siblings on due.source_row = siblings.source_row and due.batch_id = siblings.batch_id
where due.place = 1
