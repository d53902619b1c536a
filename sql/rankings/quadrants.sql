-- One row per period, unit and model with a price above zero: its side of the median effective price and of the median
-- usage. Premium (dear, much used), Mass-market (cheap, much used), Specialised (dear, little used), Niche (cheap,
-- little used). The medians are this log's own, of the logarithms; on a median is above it.
select
    period,
    unit,
    model_id,
    usd_per_mtok as effective_usd_per_mtok,
    value::double as value,
    exp(median(ln(usd_per_mtok)) over market) as median_usd_per_mtok,
    exp(median(ln(value)) over market) as median_value,
    case
        when ln(usd_per_mtok) >= median(ln(usd_per_mtok)) over market
        then case when ln(value) >= median(ln(value)) over market then 'Premium' else 'Specialised' end
        when ln(value) >= median(ln(value)) over market
        then 'Mass-market'
        else 'Niche'
    end as quadrant,
from rankings.price_usage
where price_axis = 'effective'
window market as (partition by period, unit)
