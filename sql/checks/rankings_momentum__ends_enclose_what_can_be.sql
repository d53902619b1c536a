-- A model's day holds no more than all its days together, and no interval ends before it begins.
select unit, model_id,
from rankings.momentum
where not (0 <= momentum and momentum <= age_days) or not (0 <= momentum_low and momentum_low <= momentum_high)
