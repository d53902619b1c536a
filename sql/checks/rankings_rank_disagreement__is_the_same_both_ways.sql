-- Two units agree as much as the same two the other way round, between -1 and 1, on no more than ten models.
select one.period, one.unit, one.other_unit,
from rankings.rank_disagreement as one
left join
    rankings.rank_disagreement as turned
    on one.period = turned.period
    and one.unit = turned.other_unit
    and one.other_unit = turned.unit
where
    one.kendall_tau_b is distinct from turned.kendall_tau_b
    or one.overlap_count is distinct from turned.overlap_count
    or one.overlap_count not between 0
    and 10
    or not (abs(one.kendall_tau_b) <= 1 + 1e-12)
