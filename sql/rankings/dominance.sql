-- One row per period of weeks, benchmark and model with a score and a price: in which part of 1,000 draws of users
-- (pipeline/statistics.py) another model costs no more and scores no less, and is better on one. A step of rankings.value.
-- What is drawn are prices, cost over tokens of the same rows as effective_usd_per_mtok. Quality stays at its score: its
-- interval is of the benchmark's cases, which no user of ours stands behind and which all models shared.
with
    points as (
        select
            scored.period,
            scored.benchmark,
            scored.model_id,
            scored.merit,
            volume.priced_cost_usd,
            volume.priced_tokens,
            row_number() over (partition by scored.period, scored.benchmark order by scored.model_id)::integer as model,
        from rankings.scored_models as scored
        inner join
            rankings.volume as volume
            on scored.period = volume.period
            and scored.model_id = volume.model_id
            and volume.windows_back = 0
        where scored.effective_usd_per_mtok is not null
    ),
    cells as (
        select
            points.period,
            points.benchmark,
            list(
                {
                    'block':held.block::ubigint,
                    'model':points.model,
                    'now':coalesce(held.priced_nano_usd, 0)::double,
                    'before':coalesce(held.priced_tokens, 0)::double
                }
            ) as cells,
        from rankings.user_blocks as held
        inner join points using (period, model_id)
        group by points.period, points.benchmark
    ),
    wholes as (
        select
            period,
            benchmark,
            list(
                {
                    'model_id':model_id,
                    'now':priced_cost_usd::double * 1e9,
                    'before':priced_tokens::double,
                    'merit':merit::double
                }
                order by model
            ) as models,
        from points
        group by period, benchmark
    )
select cells.period, cells.benchmark, unnest(dominated(cells.cells, wholes.models), recursive := true),
from cells
inner join wholes using (period, benchmark)
