-- One row: a model whose id looks like the one asked for, three at most. Under 0.8 ids merely share letters.
with
    models as (
        select distinct model_id, jaro_winkler_similarity(lower(model_id), lower($model)) as similarity,
        from rankings.weekly
    )

select model_id
from models
where similarity >= 0.8
order by similarity desc, model_id
limit 3
