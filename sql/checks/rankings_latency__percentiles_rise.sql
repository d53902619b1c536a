-- A model's median is never above its 95th percentile, nor that above its 99th; speed's slow tail is never above its
-- median.
select period, model_id,
from rankings.latency
where
    ttft_p50_s > ttft_p95_s
    or ttft_p95_s > ttft_p99_s
    or duration_p50_s > duration_p95_s
    or output_speed_p10_slow > output_speed_p50
