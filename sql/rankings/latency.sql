-- One row per period and model: how fast it answered, from streams and attempts whose clock was the model's own.
-- Ranked by median time to first token, quickest first; null where too few samples tell.
select
    period,
    case
        when ttft_p50_s is not null
        then row_number() over (partition by period order by ttft_p50_s nulls last, model_id)
    end as rank,
    model_id,
    speed.* exclude (period, model_id, provider_name),
from rankings.speed as speed
where provider_name = '(all)' and model_id <> '(all)'
