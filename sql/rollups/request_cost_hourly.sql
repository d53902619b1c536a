-- One row per hour, model that answered and 1 % bucket of what a request cost, all its attempts together.
-- Of requests whose outcome's cost is known, free ones included; without the gateway's own cache hits.
select event_date, hour, model_id, request_cost_bucket as bucket, count(*) as request_count,
from lake.folded
where request_cost_bucket is not null
group by event_date, hour, model_id, request_cost_bucket
