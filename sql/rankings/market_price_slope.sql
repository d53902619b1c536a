-- One row per period, unit, price axis and weighting: the slope of ln usage on ln price over models, an association,
-- not an effect. Read the whole grid, never one of its numbers: they disagree where there is no clear answer.
-- HC1 standard error, 95 % at z = 1.96; null under 10 models. Weighted by usage, a few large models decide: effective_n
-- (Kish) says how many.
with
    grid as (
        unpivot (
            select
                period,
                unit,
                price_axis,
                model_id,
                ln(usd_per_mtok) as x,
                ln(value) as y,
                1e0 as none,
                value as by_usage,
            from rankings.price_usage
        )
        on none,
        by_usage
        into name weighting value weight
    ),
    -- sums of doubles are in the order of models, so that they come out the same every time
    means as (
        select
            period,
            unit,
            price_axis,
            weighting,
            sum(weight * x order by model_id) / sum(weight order by model_id) as mean_x,
            sum(weight * y order by model_id) / sum(weight order by model_id) as mean_y,
        from grid
        group by all
    ),
    centred as (
        select *, x - mean_x as dx, y - mean_y as dy,
        from grid
        inner join means using (period, unit, price_axis, weighting)
    ),
    slopes as (
        select
            period,
            unit,
            price_axis,
            weighting,
            sum(weight * dx * dx order by model_id) as xx,
            sum(weight * dx * dy order by model_id) / nullif(xx, 0) as slope,
        from centred
        group by all
    ),
    cells as (
        select
            period,
            unit,
            price_axis,
            weighting,
            count(*) as model_count,
            pow(sum(weight order by model_id), 2) / sum(weight * weight order by model_id) as effective_n,
            sum(weight * dx * dy order by model_id)
            / nullif(
                sqrt(sum(weight * dx * dx order by model_id) * sum(weight * dy * dy order by model_id)), 0
            ) as r,
            any_value(slope) as slope,
            sqrt(
                count(*)
                / nullif(count(*) - 2, 0)
                * sum(pow(weight * dx * (dy - slope * dx), 2) order by model_id)
            )
            / nullif(any_value(xx), 0) as error,
        from centred
        inner join slopes using (period, unit, price_axis, weighting)
        group by all
    )
select
    period,
    unit,
    price_axis,
    weighting,
    model_count,
    effective_n,
    case when model_count >= 10 then r end as r,
    case when model_count >= 10 then slope end as slope,
    case when model_count >= 10 then slope - 1.96 * error end as slope_low,
    case when model_count >= 10 then slope + 1.96 * error end as slope_high,
from cells
