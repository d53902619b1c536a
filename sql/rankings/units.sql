-- One row per window, unit (tokens, requests, spend, users) and model: rankings.volume in long form, each model with
-- its place.
-- known_part of whole is the unit's coverage; a change on a base under base_floor means little.
with
    units as (
        -- unnest, not lateral (values ...): over aggregates DuckDB 2.0.0 gives wrong rows for that one
        select
            period,
            windows_back,
            model_id,
            unnest(['tokens', 'requests', 'spend', 'users']) as unit,
            unnest([total_tokens, request_count, spend_usd, active_user_count]::decimal(38, 10)[]) as value,
            unnest([usage_known_count, request_count, priced_tokens, user_known_count]) as known_part,
            unnest([usage_due_count, request_count, total_tokens, request_count]) as whole,
            unnest([total_tokens, request_count, total_tokens, active_user_count]) as base,
            unnest([1000000, 100, 1000000, 5]) as base_floor,
            unnest([false, false, false, has_hidden_users]) as is_hidden,
        from rankings.volume
    )
select
    period,
    windows_back,
    unit,
    model_id,
    row_number() over (
        partition by period, windows_back, unit order by value desc nulls last, is_hidden desc, model_id
    ) as place,
    value,
    is_hidden,
    known_part,
    whole,
    base,
    base_floor,
from units
