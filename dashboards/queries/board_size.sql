-- One row: how many models a board stands for, listed or in `other`, and its longest share bar.
select sum(model_count)::bigint as model_count, max(share) * 100 as largest_share_percent,
from rankings.leaderboard
where period = $period and unit = $unit
