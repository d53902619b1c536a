-- One row per model and provider that landed under an unknown name.
select distinct model_id, provider_name,
from lake.attempts
where starts_with(model_id, 'unknown/')
