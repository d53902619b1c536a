-- One row per period of weeks, unit and model with traffic, and `price` (USD per million priced tokens) as a fifth unit: ends of
-- 95 % intervals from 1,000 draws of users (pipeline/statistics.py). ratio is the value over that of the window before.
-- Where a log names more than 1,024 people, those of one hash are drawn together.
with
    people as (
        select
            periods.period,
            activity.user_id,
            activity.model_id,
            activity.event_date >= periods.start_date as is_now,
            sum(activity.total_tokens) as tokens,
            sum(activity.request_count) as requests,
            round(sum(activity.cost_usd) * 1e6) as micro_usd,
            sum(activity.priced_tokens) as priced,
        from rankings.periods
        inner join
            rollups.user_activity_daily as activity
            on activity.event_date >= periods.previous_start_date
            and activity.event_date < periods.end_date
        where periods.is_complete and periods.period in ('1w', '4w', '12w') and activity.user_id is not null
        group by all
    ),
    blocks as (select user_id, user_block(user_id, count(*) over ()) as block, from people group by user_id),
    held as (
        from people
        union all by name
        select period, user_id, '(all)' as model_id, is_now, sum(requests) as requests,
        from people
        group by period, user_id, is_now
    ),
    sums as (
        select
            period,
            model_id,
            block,
            unnest(['tokens', 'requests', 'spend', 'users', 'price']) as unit,
            unnest(
                [
                    sum(tokens) filter (where is_now),
                    sum(requests) filter (where is_now),
                    sum(micro_usd) filter (where is_now),
                    count(*) filter (where is_now and requests > 0),
                    sum(micro_usd) filter (where is_now)
                ]::double[]
            ) as now,
            unnest(
                [
                    sum(tokens) filter (where not is_now),
                    sum(requests) filter (where not is_now),
                    sum(micro_usd) filter (where not is_now),
                    count(*) filter (where not is_now and requests > 0),
                    sum(priced) filter (where is_now)
                ]::double[]
            ) as before,
        from held
        inner join blocks using (user_id)
        group by period, model_id, block
    ),
    totals as (
        select period, unit, model_id, value as now, previous_value as before,
        from rankings.standings
        where value is not null
        union all by name
        select period, unit, '(all)' as model_id, total as now,
        from rankings.others
        where unit = 'users'
        union all by name
        select period, 'price' as unit, model_id, priced_cost_usd * 1e6 as now, nullif(priced_tokens, 0) as before,
        from rankings.volume
        where windows_back = 0 and period <> 'to_date'
    ),
    models as (
        select *, row_number() over (partition by period, unit order by model_id)::integer as model, from totals
    ),
    cells as (
        select
            sums.period,
            sums.unit,
            list(
                {
                    'block':sums.block,
                    'model':models.model,
                    'now':coalesce(sums.now, 0),
                    'before':coalesce(sums.before, 0)
                }
            ) as cells,
        from sums
        inner join models using (period, unit, model_id)
        group by sums.period, sums.unit
    ),
    wholes as (
        select
            period,
            unit,
            list(
                {'model_id':model_id, 'now':now::double, 'before':before::double, 'is_whole':model_id = '(all)'}
                order by model
            ) as models,
        from models
        group by period, unit
    )
select cells.period, cells.unit, unnest(bootstrap(cells.cells, wholes.models), recursive := true),
from cells
inner join wholes using (period, unit)
