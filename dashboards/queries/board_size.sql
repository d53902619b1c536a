-- One row: how many models a board stands for, listed or in `other`, its longest share bar, and how many are tied for
-- first.
select
    sum(model_count)::bigint as model_count,
    max(share) * 100 as largest_share_percent,
    count(*) filter (where tied_group = 1) as tied_first_count,
from rankings.leaderboard
where period = $period and unit = $unit
