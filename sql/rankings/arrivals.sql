-- One row per comparison and model that appeared with k users who took it up and were there before: the tokens that
-- their changed shares brought it, which its rows of rankings.substitution add up to.
with
    users as (
        select window_weeks, to_model_id as model_id, user_id, any_value(gain_tokens) as gain_tokens,
        from rankings.moves
        group by all
    )
select
    appearances.window_weeks,
    appearances.model_id,
    appearances.appeared_date,
    appearances.is_release,
    appearances.start_date,
    appearances.end_date,
    count(*) as user_count,
    cast(sum(users.gain_tokens) as decimal(38, 6)) as gain_tokens,
from rankings.appearances
inner join users on appearances.window_weeks = users.window_weeks and appearances.model_id = users.model_id
group by all
having user_count >= (select publication.min_users from meta.publication as publication)
