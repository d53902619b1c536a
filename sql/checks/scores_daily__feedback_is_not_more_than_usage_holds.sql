-- Every landed verdict named 'feedback' is in the usage of its day and model too, next to those the logs themselves tell.
select scores.event_date, scores.model_id,
from rollups.scores_daily as scores
left join (
    select event_date, model_id, sum(feedback_count) as feedback_count from rollups.usage_daily group by all
) as usage
    on scores.event_date = usage.event_date
    and scores.model_id = usage.model_id
where scores.score_name = 'feedback' and scores.score_count > coalesce(usage.feedback_count, 0)
