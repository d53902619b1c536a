-- How many people use more than one model?
-- One row per number of models: known users of the last four complete weeks who used that many. Counts alone, never a
-- person; fewer than k (PODIUM_MIN_USERS) are not told (NULL), nor are the next smallest that would give them away.
-- Change: period to 1w or 12w.
with
    people as (
        select user_id, count(distinct model_id) as models,
        from rollups.user_activity_daily
        inner join rankings.periods on event_date >= start_date and event_date < end_date
        where period = '4w' and user_id is not null and request_count > 0
        group by user_id
    ),
    cells as (
        select
            case when models >= 10 then '10 or more' else cast(models as varchar) end as models_used,
            least(max(models), 10) as place,
            count(*) as people,
        from people
        group by models_used
    ),
    ordered as (
        select
            *,
            people / sum(people) over () as share,
            min(people) over () < min_users as has_few,
            row_number() over smallest as nth,
            sum(people) over smallest - people as smaller,
        from cells
        cross join (select min_users from meta.publication) as publication
        window smallest as (order by people, place rows unbounded preceding)
    )
select
    models_used,
    case when not is_hidden then people end as user_count,
    case when not is_hidden then round(share, 4) end as user_share,
from (select *, has_few and (people < min_users or nth <= 2 or smaller < min_users) as is_hidden from ordered)
order by place
