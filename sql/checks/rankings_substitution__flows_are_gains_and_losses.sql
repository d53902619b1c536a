-- What moved to a model that appeared adds up to what it gained, and what a model lost to what moved there and
-- elsewhere; to a token.
select arrivals.window_weeks, arrivals.model_id,
from rankings.arrivals
left join
    rankings.substitution
    on arrivals.window_weeks = substitution.window_weeks
    and arrivals.model_id = substitution.to_model_id
group by arrivals.window_weeks, arrivals.model_id
having not coalesce(abs(sum(substitution.moved_tokens) - any_value(arrivals.gain_tokens)) < 1, false)
union all
select window_weeks, to_model_id as model_id,
from rankings.substitution
where moved_tokens + moved_elsewhere_tokens <> loss_tokens or moved_elsewhere_tokens < -1
