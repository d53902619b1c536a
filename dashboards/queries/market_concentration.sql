-- One row: how concentrated a market is in a period, how that moved, and its latest twelve whole weeks, oldest first.
-- The largest ones' shares are of all traffic, as in the table below them; the index is of the known members alone.
select
    latest.*,
    latest.effective_count / before.effective_count - 1 as effective_count_change,
    100 * (latest.top_1_share - before.top_1_share) as top_1_share_change_pp,
    100 * (latest.top_5_share - before.top_5_share) as top_5_share_change_pp,
    weeks.effective_counts,
    weeks.top_1_shares,
    weeks.top_5_shares,
from rankings.concentration as latest
left join
    rankings.concentration as before
    on latest.period = before.period
    and latest.market = before.market
    and latest.unit = before.unit
    and before.windows_back = 1
    and before.is_complete
cross join
    (
        select
            list(effective_count order by start_date) as effective_counts,
            list(top_1_share order by start_date) as top_1_shares,
            list(top_5_share order by start_date) as top_5_shares,
        from rankings.concentration
        where period = '1w' and is_complete and windows_back < 12 and market = $market and unit = $unit
    ) as weeks
where latest.period = $period and latest.market = $market and latest.unit = $unit and latest.windows_back = 0
