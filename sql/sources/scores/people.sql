-- One row is one evaluator or request id that gives away a person or a key, as delivered: only read to make pseudonyms.
select evaluator as raw
from scores.judged
where misfit is null and label_of(evaluator) is null and evaluator is not null
union
select request_id as raw
from scores.judged
where misfit is null and label_of(request_id) is null
