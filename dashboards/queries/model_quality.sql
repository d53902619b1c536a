-- One row: a name of the scores a model's requests have in a period, feedback first: of that, the share above one half,
-- the log's own verdicts included. As published and as drawn (`_percent`, `drawn_`).
with
    judged as (
        select
            'feedback' as score_name,
            'judged good' as drawn_figure,
            feedback_up_share as score_mean,
            feedback_up_share_low as score_mean_low,
            feedback_up_share_high as score_mean_high,
            feedback_count as score_count,
            request_count,
        from rankings.feedback
        where period = $period and model_id = $model
        union all
        select
            score_name,
            'mean' as drawn_figure,
            score_mean,
            score_mean_low,
            score_mean_high,
            score_count,
            request_count,
        from rankings.scores
        where period = $period and model_id = $model and score_name <> 'feedback'
    )

select
    *,
    score_mean * 100 as mean_percent,
    format('{:.1f} to {:.1f} %', score_mean_low * 100, score_mean_high * 100) as drawn_interval,
    score_count::double / nullif(request_count, 0) as scored_share,
    scored_share * 100 as scored_percent,
from judged
order by score_name <> 'feedback', score_count desc, score_name
