-- No interval of a share, rank, change or price ends before it begins, or reaches where no figure can be.
select period, unit, model_id,
from rankings.intervals
where
    not (0 <= share_low and share_low <= share_high and share_high <= 1)
    or not (1 <= rank_low and rank_low <= rank_high)
    or not (-1 <= change_low and change_low <= change_high)
    or not (0 <= effective_usd_per_mtok_low and effective_usd_per_mtok_low <= effective_usd_per_mtok_high)
    or (share_low is null) <> (tied_group is null)
