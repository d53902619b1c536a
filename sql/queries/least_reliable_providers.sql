-- Which provider of a model fails most, and does another do better?
-- One row per model that several providers serve: its worst and its best provider by success over the last four
-- complete
-- weeks, each with at least 100 requests.
-- Change: period; the least number of requests.
with
    served as (
        select model_id, provider_name, request_success_rate, request_count,
        from rankings.providers
        where period = '4w' and request_count >= 100 and request_success_rate is not null
    )
select
    model_id,
    arg_min(provider_name, (request_success_rate, provider_name)) as worst_provider,
    round(min(request_success_rate), 4) as worst_success_rate,
    arg_min(request_count, (request_success_rate, provider_name)) as worst_request_count,
    arg_min(provider_name, (- request_success_rate, provider_name)) as best_provider,
    round(max(request_success_rate), 4) as best_success_rate,
    round(100 * (max(request_success_rate) - min(request_success_rate)), 2) as difference_pp,
    count(*) as provider_count,
from served
group by model_id
having count(*) > 1
order by difference_pp desc, model_id
