-- One row: a cell of the price-usage grid of a period, with its verdict in words.
select
    *,
    case
        when slope is null
        then 'too few models'
        when slope_low <= 0 and slope_high >= 0
        then 'no clear association'
        when slope < 0
        then 'cheaper goes with more use'
        else 'dearer goes with more use'
    end as drawn_verdict,
    case when slope is not null then format('{:.2f} to {:.2f}', slope_low, slope_high) end as drawn_interval,
    replace(weighting, 'by_usage', 'by usage') as drawn_weighting,
from rankings.market_price_slope
where period = $period
order by array_position(['tokens', 'requests', 'users'], unit), price_axis desc, weighting desc
