-- Do people like the dear models better?
-- One row per model with 20 verdicts or more in the last four complete weeks: the part above one half with its 95 %
-- interval, beside what a successful request costs. Models serve different tasks: an association, not a cause.
-- Change: period; the least number of verdicts.
select
    feedback.model_id,
    round(feedback.feedback_up_share, 4) as feedback_up_share,
    round(feedback.feedback_up_share_low, 4) as feedback_up_share_low,
    round(feedback.feedback_up_share_high, 4) as feedback_up_share_high,
    feedback.feedback_count,
    round(price.cost_usd_per_success, 6) as cost_usd_per_success,
    round(price.effective_usd_per_mtok, 4) as effective_usd_per_mtok,
    round(price.priced_request_share, 4) as priced_request_share,
from rankings.feedback
left join rankings.price on feedback.period = price.period and feedback.model_id = price.model_id
where feedback.period = '4w' and feedback.feedback_count >= 20
order by feedback_up_share_low desc, feedback.model_id
