-- One row per unit (tokens, requests, spend) and model used in the log's last 30 whole days: traffic of the last day
-- over that of the mean day of as many of the 30 as the model was there for (age_days: since its release or first use).
-- Null under 7 days of age, and on under 1 M tokens or 100 requests; the interval draws users as rankings.intervals
-- does.
with
    ends as (select today - 1 as last_date, first_date as log_date, from rankings.calendar),
    ages as (
        select
            usage.model_id,
            min(usage.event_date) as first_used_date,
            greatest(
                any_value(ends.log_date), least(any_value(models.released_date), min(usage.event_date))
            ) as first_date,
            least(any_value(ends.last_date) - first_date + 1, 30) as age_days,
        from rollups.usage_daily as usage
        cross join ends
        left join reference.models on usage.model_id = models.model_id
        where usage.request_count > 0
        group by usage.model_id
    ),
    months as (
        select
            model_id,
            event_date = last_date as is_last,
            sum(board_tokens(input_tokens, output_tokens, response_cache_hit_tokens)) as tokens,
            sum(request_count) as requests,
            sum(cost_usd) * 1e9 as nano_usd,
        from rollups.usage_daily
        inner join ends on event_date between last_date - 29 and last_date
        group by all
    ),
    people as (
        select
            user_id,
            model_id,
            event_date = last_date as is_last,
            sum(total_tokens) as tokens,
            sum(request_count) as requests,
            round(sum(cost_usd) * 1e9) as nano_usd,
        from rollups.user_activity_daily
        inner join ends on event_date between last_date - 29 and last_date
        where user_id is not null
        group by all
    ),
    blocks as (select user_id, user_block(user_id, count(*) over ()) as block, from people group by user_id),
    totals as (
        select
            model_id,
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest(
                [
                    sum(tokens) filter (where is_last),
                    sum(requests) filter (where is_last),
                    sum(nano_usd) filter (where is_last)
                ]::double[]
            ) as last_day,
            unnest([sum(tokens), sum(requests), sum(nano_usd)]::double[]) as month,
            unnest([sum(tokens) < 1e6, sum(requests) < 100, sum(tokens) < 1e6]) as is_small_base,
        from months
        group by model_id
    ),
    models as (
        select *, row_number() over (partition by unit order by model_id)::integer as model, from totals where month > 0
    ),
    sums as (
        select
            block,
            model_id,
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest(
                [
                    sum(tokens) filter (where is_last),
                    sum(requests) filter (where is_last),
                    sum(nano_usd) filter (where is_last)
                ]::double[]
            ) as last_day,
            unnest([sum(tokens), sum(requests), sum(nano_usd)]::double[]) as month,
        from people
        inner join blocks using (user_id)
        group by block, model_id
    ),
    cells as (
        select
            sums.unit,
            list(
                {'block':block, 'model':model, 'now':coalesce(sums.last_day, 0), 'before':coalesce(sums.month, 0)}
            ) as cells,
        from sums
        inner join models using (unit, model_id)
        group by sums.unit
    ),
    wholes as (
        select
            unit,
            list(
                {'model_id':model_id, 'now':coalesce(last_day, 0), 'before':month, 'is_whole':false} order by model
            ) as models,
        from models
        group by unit
    ),
    drawn as (
        select cells.unit, unnest(bootstrap(cells.cells, wholes.models), recursive := true),
        from cells
        inner join wholes using (unit)
    )
select
    models.unit,
    models.model_id,
    ages.first_used_date,
    ages.age_days,
    case
        when ages.age_days >= 7 and not models.is_small_base
        then coalesce(models.last_day, 0) / models.month * ages.age_days
    end as momentum,
    case when momentum is not null then drawn.ratio_low * ages.age_days end as momentum_low,
    case when momentum is not null then drawn.ratio_high * ages.age_days end as momentum_high,
from models
inner join ages on models.model_id = ages.model_id
left join drawn on models.unit = drawn.unit and models.model_id = drawn.model_id
