-- One row per day (of the request), model that answered and name of a landed score: how many requests have one, and
-- their sum. The mean is score_sum / score_count; name 'feedback' is also in usage_daily, where 1 is up.
select
    event_date,
    model_id,
    score_name,
    cast(sum(score_count) as bigint) as score_count,
    cast(sum(score_sum) as decimal(38, 10)) as score_sum,
from lake.scores_hourly
group by event_date, model_id, score_name
