-- One row: a model that appeared and that k users took up, the most moved tokens first.
select
    arrivals.model_id,
    arrivals.appeared_date,
    arrivals.is_release,
    arrivals.start_date,
    arrivals.end_date,
    arrivals.user_count,
    arrivals.gain_tokens,
from rankings.arrivals
where arrivals.window_weeks = $weeks
order by arrivals.gain_tokens desc, arrivals.model_id
