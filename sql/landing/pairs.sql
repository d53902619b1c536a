-- One row per raw model name and provider in the batch.
select distinct model_raw, provider_name,
from landing.staged
where source_row not in (select source_row from landing.refused)
