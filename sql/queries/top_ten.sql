-- One row per model: the ten most used by tokens in the last complete week, with price, speed and success.
select
    rank,
    model_id,
    cast(value as bigint) as total_tokens,
    share,
    change,
    is_new,
    is_small_base,
    effective_usd_per_mtok,
    ttft_p50_s,
    request_success_rate,
from rankings.leaderboard
where period = '1w' and unit = 'tokens' and rank <= 10
order by rank
