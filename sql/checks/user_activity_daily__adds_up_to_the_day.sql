-- Every day, the requests and dollars of all users (and of rows that name none) add up to the day's total.
with
    days as (
        select event_date, row(sum(request_count), sum(ok_count), sum(cost_usd)) as figures,
        from rollups.usage_daily
        group by event_date
    ),

    users as (
        select event_date, row(sum(request_count), sum(ok_count), sum(cost_usd)) as figures,
        from rollups.user_activity_daily
        group by event_date
    )

select coalesce(days.event_date, users.event_date) as event_date,
from days
full join users on days.event_date = users.event_date
where days.figures is distinct from users.figures
