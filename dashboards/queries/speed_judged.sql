-- One row: how many models' measures were judged against the four weeks before, and how many had too few samples.
select
    count(distinct model_id) filter (where verdict <> 'too few') as judged_count,
    count(distinct model_id) - judged_count as unjudged_count,
from rankings.regressions
