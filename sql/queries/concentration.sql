-- How much of our traffic hangs on how few?
-- One row per grouping (author, model, provider) and unit of the last complete week; effective_count: as many equal
-- ones
-- would be as concentrated.
-- Change: period to 4w or 12w; windows_back to look at an earlier one.
select
    market,
    unit,
    member_count,
    round(top_1_share, 4) as top_1_share,
    round(top_5_share, 4) as top_5_share,
    round(effective_count, 2) as effective_count,
    round(hhi) as hhi,
    round(gini, 3) as gini,
    round(known_share, 4) as known_share,
from rankings.concentration
where period = '1w' and windows_back = 0
order by market, unit
