-- One row per raw model name and provider in the batch.
select distinct model_raw, provider_name,
from landing.staged
where place not in (select place from landing.refused where place is not null)
