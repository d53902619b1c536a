-- One row per period, unit (tokens, requests, users), price axis (effective, blended) and model with a price above zero
-- and traffic: what a market of price and usage is drawn from.
-- Free and unpriced models have no place on a logarithmic axis, and are left out.
with
    priced as (
        unpivot (
            select period, model_id, effective_usd_per_mtok as effective, blended_usd_per_mtok as blended
            from rankings.price
        )
        on effective,
        blended
        into name price_axis value usd_per_mtok
    ),
    used as (
        unpivot (
            select
                period,
                model_id,
                total_tokens::double as tokens,
                request_count::double as requests,
                active_user_count::double as users,
            from rankings.volume
            where windows_back = 0
        )
        on tokens,
        requests,
        users
        into name unit value value
    )
select used.period, used.unit, priced.price_axis, used.model_id, priced.usd_per_mtok, used.value,
from used
inner join priced using (period, model_id)
where priced.usd_per_mtok > 0 and used.value > 0
