-- One row: a model in the running week so far, unranked, the most used first.
select
    model_id,
    case
        $unit
        when 'tokens'
        then total_tokens
        when 'requests'
        then request_count
        when 'spend'
        then spend_usd
        when 'users'
        then active_user_count
    end as value,
    case when $unit = 'users' and has_hidden_users then '<' || min_users else '' end as drawn_few,
    effective_usd_per_mtok,
    pricing_coverage_share * 100 as priced_percent,
    ttft_p50_s,
    request_success_rate * 100 as success_percent,
    request_success_n,
from rankings.weekly
cross join (select min_users from meta.publication) as publication
where not is_complete and week_start = (select start_date from rankings.periods where period = 'to_date')
order by value desc nulls last, model_id
limit 50
