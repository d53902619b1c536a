-- One row per window (as rankings.windows), model ('(all)': every one) and size of the prompt: requests by what they were
-- like.
select
    windows.period,
    windows.windows_back,
    coalesce(traffic.model_id, '(all)') as model_id,
    traffic.prompt_tokens_to,
    cast(sum(columns('_count$|(prompt|completion)_tokens$')) as bigint) as "\0",
from rankings.windows
inner join
    rollups.traffic_daily as traffic
    on traffic.event_date >= windows.start_date
    and traffic.event_date < windows.end_date
where windows.is_complete and (windows.windows_back = 0 or windows.period = '1w')
group by
    grouping sets (
        (windows.period, windows.windows_back, traffic.prompt_tokens_to, traffic.model_id),
        (windows.period, windows.windows_back, traffic.prompt_tokens_to)
    )
