-- One row per period, model and benchmark it has a score on: quality beside the price really paid.
-- On the frontier: nothing costs no more and scores better, or costs less and scores as much; exact equals both stand.
-- A model's score is its best-scoring variant, or the user's own figure; scores of different benchmarks are never
-- mixed. p_dominated says how sure that is of its price: it draws the users anew and holds the scores.
with
    judged as (
        select
            *,
            effective_usd_per_mtok is not null
            and merit = max(merit) over (partition by period, benchmark, effective_usd_per_mtok)
            and merit > coalesce(
                max(merit) over (
                    partition by period, benchmark
                    order by effective_usd_per_mtok nulls last
                    groups between unbounded preceding and 1 preceding
                ),
                '-inf'::double
            ) as is_on_frontier,
        from rankings.scored_models
    )
select
    judged.period,
    judged.model_id,
    judged.benchmark,
    judged.quality_score,
    judged.quality_low,
    judged.quality_high,
    judged.variant,
    judged.match,
    judged.measured_on,
    judged.effective_usd_per_mtok,
    volume.total_tokens,
    judged.is_on_frontier,
    case
        when judged.is_on_frontier
        then
            row_number() over (
                partition by judged.period, judged.benchmark, judged.is_on_frontier
                order by judged.effective_usd_per_mtok, judged.model_id
            )
    end as frontier_order,
    dominance.p_dominated,
from judged
inner join rankings.volume on judged.period = volume.period and judged.model_id = volume.model_id
left join
    rankings.dominance
    on judged.period = dominance.period
    and judged.benchmark = dominance.benchmark
    and judged.model_id = dominance.model_id
where volume.windows_back = 0
