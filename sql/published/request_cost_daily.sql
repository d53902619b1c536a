-- One row per day, model and 1 % bucket of what a request cost: how many requests fell into it. Buckets add up over any
-- days; medians never do.
select event_date, model_id, bucket, cast(sum(request_count) as bigint) as request_count,
from lake.request_cost_hourly
group by event_date, model_id, bucket
