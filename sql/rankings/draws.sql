-- One row per period of weeks, unit and model with traffic, and `price` as a fifth unit: ends of 95 % intervals from 1,000
-- draws of users (pipeline/statistics.py). ratio is the value over that of the window before; of price, thousand-millionths
-- of a dollar over the tokens they paid for.
-- Where a log names more than 1,024 people, those of one hash are drawn together (rankings.user_blocks).
with
    sums as (
        select
            period,
            model_id,
            block::ubigint as block,
            unnest(['tokens', 'requests', 'spend', 'users', 'price']) as unit,
            unnest([total_tokens, request_count, spend_nano_usd, user_count, priced_nano_usd]::double[]) as now,
            unnest(
                [
                    previous_total_tokens,
                    previous_request_count,
                    previous_spend_nano_usd,
                    previous_user_count,
                    priced_tokens
                ]::double[]
            ) as before,
        from rankings.user_blocks
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
        select period, 'price' as unit, model_id, priced_cost_usd * 1e9 as now, nullif(priced_tokens, 0) as before,
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
