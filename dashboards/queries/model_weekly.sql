-- One row: a model in a complete week and its change against the week before, the latest twelve, oldest first.
-- A week without the model in between leaves no change.
with
    weeks as (
        select
            *,
            lag(columns(* exclude (week_start, is_complete, model_id))) over before as "before_\0",
            lag(week_start) over before = week_start - interval 7 days as is_adjacent,
        from rankings.weekly
        where is_complete and model_id = $model
        window before as (order by week_start)
    )

select
    week_start,
    total_tokens,
    effective_usd_per_mtok,
    ttft_p50_s,
    request_success_rate,
    case
        when is_adjacent then effective_usd_per_mtok / nullif(before_effective_usd_per_mtok, 0) - 1
    end as effective_usd_per_mtok_change,
    case when is_adjacent then ttft_p50_s / nullif(before_ttft_p50_s, 0) - 1 end as ttft_p50_s_change,
    case when is_adjacent then 100 * (request_success_rate - before_request_success_rate) end as success_change_pp,
from weeks
order by week_start
