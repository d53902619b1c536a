-- One row per hour (UTC, of the request), model that answered and name of a landed score: how many requests have one,
-- and their sum. A request counts once a name, with its latest score.
select
    event_date,
    hour,
    model_id,
    score_name,
    count(*) as score_count,
    cast(sum(cast(score as decimal(38, 10))) as decimal(38, 10)) as score_sum,
from lake.scored
where is_final
group by event_date, hour, model_id, score_name
