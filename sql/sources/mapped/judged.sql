-- One row is one record that can become a row, with what follows from several of its columns. A view: the log is read
-- once, by rows.sql.
with
    told as (
        select
            *,
            -- 499 is what every gateway logs for a client that went away.
            case when http_status = 499 then 'cancelled' else status end as outcome,
            case when http_status between 100 and 599 then http_status end as http_code,
            coalesce(response_cache_hit, false) as is_cache_hit,
            coalesce(input_tokens, 0) <> 0 or coalesce(output_tokens, 0) <> 0 as has_usage,
            coalesce(duration_s, (epoch_us(end_time) - epoch_us(start_time)) / 1e6) as clock_s,
        from mapped.typed
        where verdict is null
    )

select
    *,
    coalesce(end_time, case when clock_s between 0 and 1e7 then instant_of_us(round(epoch_us(start_time) + clock_s * 1e6)) end) as end_at,
    -- A cost of 0 is true on a cache hit and on a failure, unknown without usage, and else what the mapping says of it.
    case
        when cost_usd = 0 and not is_cache_hit and outcome <> 'error' and (is_zero_cost_unknown or not has_usage)
        then null
        else cost_usd
    end as known_cost_usd,
from told
