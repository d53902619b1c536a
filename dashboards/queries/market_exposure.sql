-- One row: how much of a period's traffic hangs on one provider, and how much goes to open weights.
select
    exposure.*,
    weights.share as open_weights_share,
    weights.share_change_pp as open_weights_share_change_pp,
    coalesce(unknown.share, 0) as unknown_weights_share,
    (
        select list(share order by week_start)
        from rankings.market_weekly
        where
            market = 'weights'
            and member = 'open'
            and unit = $unit
            and is_complete
            and week_start > (select max(week_start) from rankings.market_weekly where is_complete) - 84
    ) as open_weights_shares,
from rankings.exposure
left join
    rankings.market as weights
    on exposure.period = weights.period
    and exposure.unit = weights.unit
    and weights.market = 'weights'
    and weights.member = 'open'
left join
    rankings.market as unknown
    on exposure.period = unknown.period
    and exposure.unit = unknown.unit
    and unknown.market = 'weights'
    and unknown.member = '(unknown)'
where exposure.period = $period and exposure.unit = $unit
