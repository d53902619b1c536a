-- Which models keep one request in twenty waiting longest?
-- One row per model: the ten slowest 95th percentiles of time to first token over the last four complete weeks; a model
-- with fewer than 110 streams is not in it.
-- Change: period; order by duration_p95_s for whole answers.
select
    model_id,
    round(ttft_p95_s, 3) as ttft_p95_s,
    round(ttft_p50_s, 3) as ttft_p50_s,
    ttft_n,
    round(duration_p95_s, 3) as duration_p95_s,
    duration_n,
from rankings.latency
where period = '4w' and ttft_p95_s is not null
order by ttft_p95_s desc, model_id
limit 10
