-- One row: what the catalogue knows of a model.
select model_name, author, author_name, weights, context_tokens, released_date,
from reference.models
where model_id = $model
