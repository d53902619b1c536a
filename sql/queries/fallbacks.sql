-- Which models most often answer for another one?
-- One row per model that answered requests meant for another in the last four complete weeks, where both are known:
-- how often, and how its requests ended.
-- Change: period; the least number of requests.
select
    model_id,
    round(fallback_rate, 4) as fallback_rate,
    fallback_n,
    request_count,
    round(request_success_rate, 4) as request_success_rate,
from rankings.reliability
where period = '4w' and fallback_rate > 0 and fallback_n >= 20
order by fallback_rate desc, model_id
