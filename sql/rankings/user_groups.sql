-- One row per dimension (team, app, api_key) and value whose users the log names: how many they are in all of the log,
-- and what it goes by where people read of it. A value of fewer than k users is these people's traffic: it goes by
-- '(few users)', together with the others like it, and with the smallest larger one where they alone are one value or
-- fewer than k people; where that is not to be had, by '(unknown)'. A value whose users the log never names stays.
-- Not in current.duckdb: it says whom rankings.dimension_usage does not tell of.
with
    people as materialized (select distinct dimension, dimension_value, user_id, from rollups.dimension_users_daily),
    sized as (
        select
            people.dimension,
            people.dimension_value,
            count(*) as user_count,
            user_count < any_value(publication.min_users) as is_small,
            any_value(publication.min_users) as min_users,
        from people
        cross join meta.publication as publication
        group by people.dimension, people.dimension_value
    ),
    together as (
        select
            sized.dimension,
            count(distinct sized.dimension_value) >= 2
            and count(distinct people.user_id) >= any_value(sized.min_users) as is_enough,
        from sized
        inner join people on sized.dimension = people.dimension and sized.dimension_value = people.dimension_value
        where sized.is_small
        group by sized.dimension
    ),
    folded as (
        select
            sized.*,
            together.is_enough,
            hides_cell(sized.dimension, sized.dimension_value, sized.is_small, sized.user_count)
            and (sized.is_small or not together.is_enough) as is_folded,
        from sized
        left join together on sized.dimension = together.dimension
    )
select
    dimension,
    dimension_value,
    user_count,
    case
        when not is_folded
        then dimension_value
        when is_enough or bool_or(is_folded and not is_small) over (partition by dimension)
        then '(few users)'
        else '(unknown)'
    end as shown_value,
from folded
