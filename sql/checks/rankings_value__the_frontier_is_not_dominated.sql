-- No model on the frontier has another, in its period and benchmark, that costs less and scores as much, or costs as
-- much and scores more; and none is on it without a price. The part of draws it is dominated in is a part.
select kept.period, kept.benchmark, kept.model_id,
from rankings.value as kept
inner join reference.quality as scale on kept.benchmark = scale.benchmark and kept.model_id = scale.model_id
left join
    rankings.value as better
    on kept.period = better.period
    and kept.benchmark = better.benchmark
    and better.effective_usd_per_mtok <= kept.effective_usd_per_mtok
    and case
        when scale.higher_is_better is false
        then better.quality_score <= kept.quality_score
        else better.quality_score >= kept.quality_score
    end
    and (better.effective_usd_per_mtok < kept.effective_usd_per_mtok or better.quality_score <> kept.quality_score)
where
    kept.is_on_frontier
    and (kept.effective_usd_per_mtok is null or better.model_id is not null)
    or kept.p_dominated not between 0
    and 1
    or (kept.p_dominated is not null and kept.effective_usd_per_mtok is null)
