-- One row: how many models and authors users keep to in a period, how many users are known, and of how many requests.
select
    totals.active_user_count,
    totals.has_hidden_users,
    totals.active_user_count_change,
    totals.user_coverage_share,
    publication.min_users,
    homing.multi_homing_n,
    homing.multi_homing_share,
    homing.multi_homing_share_low,
    homing.multi_homing_share_high,
    homing.effective_models_per_user,
    homing.author_multi_homing_share,
    homing.author_multi_homing_share_low,
    homing.author_multi_homing_share_high,
    homing.effective_authors_per_user,
from rankings.totals
cross join meta.publication as publication
left join rankings.multi_homing as homing on totals.period = homing.period
where totals.period = $period
