-- One row per period and unit: all models beyond the board's first 50 taken together, and the true total that shares
-- are of.
-- Sums, except users: a person who uses several models is counted once, and few are hidden (rankings.active_users).
with
    people as (
        select
            period,
            model_id,
            told_sum(active_user_count, is_hidden, windows_back = 0) as value,
            told_sum(active_user_count, is_hidden, windows_back = 1) as previous_value,
            told_sum(active_user_count, is_hidden, windows_back between 1 and 3) as three_before,
            coalesce(bool_or(is_hidden) filter (where windows_back = 0), false) as is_hidden,
        from rankings.active_users
        where model_id in ('(all)', 'other') and windows_back <= 3
        group by period, model_id
    ),
    unlisted as (
        select
            period,
            unit,
            sum(value) as total,
            sum(value) filter (where not coalesce(place <= 50, false)) as value,
            sum(previous_value) filter (where not coalesce(place <= 50, false)) as previous_value,
            sum(three_before order by model_id) filter (where not coalesce(place <= 50, false)) as three_before,
            sum(previous_base) filter (where not coalesce(place <= 50, false)) < min(base_floor) as is_small_base,
            count(previous_value) > 0 as has_previous,
            count(three_before) > 0 as has_three_before,
            sum(known_part) filter (where place > 50) as known_part,
            sum(whole) filter (where place > 50) as whole,
            count(*) filter (where place > 50) as model_count,
        from rankings.standings
        group by period, unit
    )
select
    unlisted.period,
    unlisted.unit,
    case when unlisted.unit = 'users' then others.value else unlisted.value end::decimal(38, 10) as value,
    coalesce(others.is_hidden, false) as is_hidden,
    case
        when unlisted.unit <> 'users' then unlisted.previous_value when has_previous then others.previous_value
    end::decimal(38, 10) as previous_value,
    case
        when unlisted.unit <> 'users' then unlisted.three_before when has_three_before then others.three_before
    end::decimal(38, 10) as three_before,
    is_small_base,
    ratio(known_part, whole) as coverage_share,
    model_count,
    case when unlisted.unit = 'users' then everybody.value else unlisted.total end::decimal(38, 10) as total,
from unlisted
left join
    people as everybody
    on unlisted.unit = 'users'
    and unlisted.period = everybody.period
    and everybody.model_id = '(all)'
left join people as others on unlisted.unit = 'users' and unlisted.period = others.period and others.model_id = 'other'
