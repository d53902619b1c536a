-- One row: an app, a model and a length of session, the most frequent first.
select *, coverage_share * 100 as priced_percent,
from rankings.session_cost
where session_cost_p50_usd is not null and ($app is null or app_name = $app)
order by session_count desc, app_name, model_id, turn_bucket
limit 100
