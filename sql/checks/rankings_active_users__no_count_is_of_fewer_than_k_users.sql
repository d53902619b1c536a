-- No count of users that is told is of fewer than k of them, whichever ranking tells it, and no hidden one is ranked.
with
    told as (
        select 'active_users' as told_by, model_id, active_user_count as users,
        from rankings.active_users
        union all
        select 'volume', model_id, active_user_count,
        from rankings.volume
        union all
        select 'window_totals', period, active_user_count,
        from rankings.window_totals
        union all
        select 'standings', model_id, unnest([value, previous_value, previous_base]),
        from rankings.standings
        where unit = 'users'
        union all
        select 'others', period, unnest([value, previous_value, total]),
        from rankings.others
        where unit = 'users'
        union all
        select 'adoption', model_id, unnest([value, previous_value]),
        from rankings.adoption
        where unit = 'users'
        union all
        select 'leaderboard', model_id, unnest([value, previous_value, active_user_count]),
        from rankings.leaderboard
        where unit = 'users'
        union all
        select 'trends', model_id, unnest(trend),
        from rankings.trends
        where unit = 'users'
        union all
        select 'price_usage', model_id, value,
        from rankings.price_usage
        where unit = 'users'
        union all
        select 'multi_homing', period, multi_homing_n,
        from rankings.multi_homing
    )
select told_by, model_id,
from told
cross join meta.publication as publication
where users > 0 and users < min_users
union all
select 'adoption' as told_by, model_id,
from rankings.adoption
where is_hidden and coalesce(rank, value, share) is not null
