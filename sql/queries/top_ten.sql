-- Which ten models carry most of our traffic?
-- One row per model: the ten most used by tokens in the last complete week, with price, speed and success.
-- Change: unit to requests, spend or users; period to 4w or 12w.
select
    rank,
    model_id,
    cast(value as bigint) as total_tokens,
    round(share, 6) as share,
    round(change, 6) as change,
    is_new,
    is_small_base,
    round(effective_usd_per_mtok, 6) as effective_usd_per_mtok,
    round(ttft_p50_s, 4) as ttft_p50_s,
    round(request_success_rate, 6) as request_success_rate,
from rankings.leaderboard
where period = '1w' and unit = 'tokens' and rank <= 10
order by rank
