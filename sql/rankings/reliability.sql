-- One row per period and model: how often it answered, and what went wrong.
-- Ranked by request success among models with 20 requests that ended ok or in error. Error rates are of attempts
-- (a source that logs only requests adds its requests); a gateway logs only part of the attempts that failed, so they
-- are lower bounds.
select
    period,
    case
        when request_success_rate is not null
        then row_number() over (partition by period order by request_success_rate desc nulls last, model_id)
    end as rank,
    model_id,
    outcomes.* exclude (period, model_id, provider_name),
from rankings.outcomes as outcomes
where provider_name = '(all)' and model_id <> '(all)'
