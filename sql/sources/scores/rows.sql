-- One row is one sound score; scored_at is NULL where the file does not say when.
select
    judged.source_row,
    coalesce(request.pseudonym, judged.request_id) as request_id,
    judged.score_name,
    coalesce(person.pseudonym, judged.evaluator) as evaluator,
    judged.score,
    judged.scored_at,
from scores.judged as judged
left join scores.pseudonyms as request on request.raw = judged.request_id
left join scores.pseudonyms as person on person.raw = judged.evaluator
where judged.misfit is null
order by judged.source_row
