-- Which models make people wait longest for the first token?
-- One row per model: the ten slowest medians of the last four complete weeks; ttft_n streams were measured.
-- Change: period, or the least number of streams.
select model_id, round(ttft_p50_s, 3) as ttft_p50_s, round(ttft_p95_s, 3) as ttft_p95_s, ttft_n,
from rankings.latency
where period = '4w' and ttft_n >= 100
order by ttft_p50_s desc
limit 10
