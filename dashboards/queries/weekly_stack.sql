-- One row: a week's value of one of the charted models, or of everything else ('other').
-- People are not added up: one person who uses two models would count twice, so users have no 'other'.
with
    measured as (
        select
            week_start,
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
        from rankings.weekly
        where $everyone or list_contains($shown, model_id)
    )

select
    week_start,
    case when list_contains($charted, model_id) then model_id else 'other' end as entity_id,
    sum(value)::double as value,
from measured
where $unit <> 'users' or list_contains($charted, model_id)
group by all
having sum(value) is not null
order by week_start, entity_id
