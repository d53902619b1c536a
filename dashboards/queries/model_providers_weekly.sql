-- One row: a week's tokens of a model at one provider; all beyond the seven largest are 'other'.
-- The gateway's own cache hits are left out, as in rankings.weekly: the providers of a week add up to it.
with
    weekly as (
        select
            date_trunc('week', event_date)::date as week_start,
            coalesce(provider_name, '(unknown)') as provider_name,
            sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0) - coalesce(response_cache_hit_tokens, 0))::bigint
            as total_tokens,
        from rollups.usage_daily
        where model_id = $model
        group by all
    )

select
    week_start,
    case when list_contains($charted, provider_name) then provider_name else 'other' end as entity_id,
    sum(total_tokens)::double as value,
from weekly
group by all
having sum(total_tokens) > 0
order by week_start, entity_id
