-- An index lies between one member having it all and all being equal; larger groups hold no less, and none more than is
-- known.
select *
from rankings.concentration
where
    hhi > 10000.000001
    or effective_count > member_count + 1e-6
    or gini not between -1e-9 and 1
    or not top_1_share <= top_5_share + 1e-9
    or not top_5_share <= top_10_share + 1e-9
    or not top_10_share <= top_20_share + 1e-9
    or top_20_share > known_share + 1e-9
    or known_share > 1 + 1e-9
