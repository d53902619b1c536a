-- One row per model the Activity names.
select distinct model as model_raw, 'openrouter' as provider_name,
from reconcile.activity
