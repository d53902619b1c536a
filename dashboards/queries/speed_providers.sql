-- One row: a provider with traffic in a period, the busiest first.
select provider_name
from rankings.outcomes
where period = $period and model_id = '(all)' and provider_name <> '(all)'
order by request_count desc, provider_name
