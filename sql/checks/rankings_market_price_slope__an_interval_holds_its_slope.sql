-- A slope lies in its interval and a correlation between -1 and 1, and neither stands on fewer than ten models.
select period, unit, price_axis, weighting,
from rankings.market_price_slope
where
    slope not between slope_low - 1e-9
    and slope_high + 1e-9
    or r not between -1.000001
    and 1.000001
    or effective_n > model_count + 1e-6
    or (model_count < 10 and coalesce(slope, r) is not null)
