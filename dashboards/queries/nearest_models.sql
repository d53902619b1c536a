-- One row: a model whose id looks most like the one asked for; three of them.
with models as (select distinct model_id from rankings.weekly)

select model_id
from models
order by jaro_winkler_similarity(lower(model_id), lower($model)) desc, model_id
limit 3
