-- One row per comparison, model that appeared (to) and model that its users used less then (from): tokens of the weeks
-- after that moved with it, which does not say because of it. loss_tokens of a row went to it or elsewhere.
-- `other` holds every model that fewer than k users moved from, and one more, so no subtraction gives those back.
with
    cells as (select window_weeks, to_model_id, from_model_id, count(*) as users, from rankings.moves group by all),
    named as (
        select
            cells.window_weeks,
            cells.to_model_id,
            cells.from_model_id,
            hides_cell(
                row(cells.window_weeks, cells.to_model_id),
                cells.from_model_id,
                cells.users < publication.min_users,
                cells.users
            ) as is_other,
        from cells
        cross join meta.publication as publication
    )
select
    arrivals.window_weeks,
    arrivals.model_id as to_model_id,
    case when named.is_other then 'other' else moves.from_model_id end as from_model_id,
    count(distinct moves.from_model_id) as model_count,
    count(distinct moves.user_id) as user_count,
    cast(sum(moves.moved_tokens) as decimal(38, 6)) as moved_tokens,
    cast(sum(moves.loss_tokens - moves.moved_tokens) as decimal(38, 6)) as moved_elsewhere_tokens,
    cast(sum(moves.loss_tokens) as decimal(38, 6)) as loss_tokens,
    ratio(sum(moves.moved_tokens), any_value(arrivals.gain_tokens)) as gain_share,
from rankings.arrivals
inner join rankings.moves on arrivals.window_weeks = moves.window_weeks and arrivals.model_id = moves.to_model_id
inner join
    named
    on moves.window_weeks = named.window_weeks
    and moves.to_model_id = named.to_model_id
    and moves.from_model_id = named.from_model_id
group by all
