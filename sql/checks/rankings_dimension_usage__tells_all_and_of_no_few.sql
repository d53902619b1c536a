-- Every day's teams, apps and keys add up to what the rollup has, and none of them is of fewer than k known users.
with
    shown as (
        select event_date, dimension, sum(request_count) as requests, sum(cost_usd) as cost,
        from rankings.dimension_usage
        group by all
    ),
    logged as (
        select event_date, dimension, sum(request_count) as requests, sum(cost_usd) as cost,
        from rollups.dimension_usage_daily
        group by all
    )
select coalesce(shown.dimension, logged.dimension) as dimension,
from shown
full join logged on shown.event_date = logged.event_date and shown.dimension = logged.dimension
where shown.requests is distinct from logged.requests or shown.cost is distinct from logged.cost
union all
select groups.dimension,
from rankings.user_groups as groups
inner join
    rankings.dimension_usage as shown
    on groups.dimension = shown.dimension
    and groups.dimension_value = shown.dimension_value
cross join meta.publication as publication
where groups.user_count < publication.min_users
