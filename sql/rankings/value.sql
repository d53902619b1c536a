-- One row per period, model and benchmark it has a score on: quality beside the price really paid.
-- On the frontier: nothing costs no more and scores better, or costs less and scores as much; exact equals both stand.
-- A model's score is its best-scoring variant, or the user's own figure; scores of different benchmarks are never
-- mixed.
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
    ),
    points as (
        select price.period, price.model_id, scores.* exclude (model_id), price.effective_usd_per_mtok as cost,
        from rankings.price
        inner join scores on price.model_id = scores.model_id
    ),
    judged as (
        select
            *,
            cost is not null
            and merit = max(merit) over (partition by period, benchmark, cost)
            and merit > coalesce(
                max(merit) over (
                    partition by period, benchmark
                    order by cost nulls last
                    groups between unbounded preceding and 1 preceding
                ),
                '-inf'::double
            ) as is_on_frontier,
        from points
    )
select
    judged.period,
    judged.model_id,
    judged.benchmark,
    judged.score as quality_score,
    judged.score_low as quality_low,
    judged.score_high as quality_high,
    judged.variant,
    judged.match,
    judged.measured_on,
    judged.cost as effective_usd_per_mtok,
    volume.total_tokens,
    judged.is_on_frontier,
    case
        when judged.is_on_frontier
        then
            row_number() over (
                partition by judged.period, judged.benchmark, judged.is_on_frontier
                order by judged.cost, judged.model_id
            )
    end as frontier_order,
from judged
inner join rankings.volume on judged.period = volume.period and judged.model_id = volume.model_id
where volume.windows_back = 0
