-- One row per period, unit, price axis and weighting: the slope of ln usage on ln price over models, an association,
-- not an effect. Read the whole grid, never one of its numbers: they disagree where there is no clear answer.
-- HC1 standard error, 95 % at z = 1.96; null under 10 models. Weighted by usage, a few large models decide: effective_n
-- (Kish) says how many.
with
    grid as (
        unpivot (
            select period, unit, price_axis, model_id, ln(usd_per_mtok) as x, ln(value) as y, 1e0 as none, value as by_usage,
            from rankings.price_usage
        )
        on none,
        by_usage
        into name weighting value weight
    ),
    centred as (
        select
            *,
            x - sum(weight * x) over cell / sum(weight) over cell as dx,
            y - sum(weight * y) over cell / sum(weight) over cell as dy,
        from grid
        window cell as (partition by period, unit, price_axis, weighting order by model_id rows between unbounded preceding and unbounded following)
    ),
    fitted as (
        select
            *,
            count(*) over cell as n,
            sum(weight * dx * dx) over cell as xx,
            sum(weight * dx * dy) over cell / nullif(xx, 0) as slope,
        from centred
        window cell as (partition by period, unit, price_axis, weighting order by model_id rows between unbounded preceding and unbounded following)
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
            / nullif(sqrt(sum(weight * dx * dx order by model_id) * sum(weight * dy * dy order by model_id)), 0) as r,
            any_value(slope) as slope,
            sqrt(any_value(n / nullif(n - 2, 0)) * sum(pow(weight * dx * (dy - slope * dx), 2) order by model_id))
            / nullif(any_value(xx), 0) as error,
        from fitted
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
