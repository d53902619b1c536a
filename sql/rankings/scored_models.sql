-- One row per period, model with traffic and benchmark it has a score on: the score that counts, and the price really
-- paid. A step of rankings.value.
-- A model's score is its best-scoring variant, or the user's own figure. merit is the score, larger always better.
with
    scores as (
        select *, case when higher_is_better is false then - score else score end as merit,
        from reference.quality
        where score is not null
        qualify
            row_number() over (
                partition by benchmark, model_id order by match = 'user' desc nulls last, merit desc, variant
            )
            = 1
    )
select
    price.period,
    scores.benchmark,
    price.model_id,
    scores.score as quality_score,
    scores.score_low as quality_low,
    scores.score_high as quality_high,
    scores.merit,
    scores.variant,
    scores.match,
    scores.measured_on,
    price.effective_usd_per_mtok,
from rankings.price
inner join scores on price.model_id = scores.model_id
