-- One row: how many models a board stands for, listed or in `other`.
select sum(model_count)::bigint as model_count from rankings.leaderboard where period = $period and unit = $unit
