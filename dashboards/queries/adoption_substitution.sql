-- One row: what moved from a model to one that appeared. The models that lost most stand alone, the rest and all that
-- few users left are `other`.
with
    flows as (
        select substitution.*, sum(moved_tokens) over (partition by from_model_id) as from_tokens,
        from rankings.substitution
        where window_weeks = $weeks and list_contains($to, to_model_id)
    ),
    placed as (
        select *, dense_rank() over (order by from_model_id = 'other', from_tokens desc, from_model_id) as place,
        from flows
    )
select
    to_model_id,
    case when place <= $listed then from_model_id else 'other' end as from_model_id,
    min(place) as place,
    sum(model_count)::bigint as model_count,
    sum(moved_tokens) as moved_tokens,
    sum(loss_tokens) as loss_tokens,
    sum(gain_share) as gain_share,
from placed
group by all
order by min(place), to_model_id
