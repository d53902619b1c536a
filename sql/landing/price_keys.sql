-- One row per model, provider and half hour in the batch: what list prices are looked up for.
select distinct
    names.model_id,
    staged.model_raw,
    staged.provider_name,
    price_slot(staged.start_time) as slot,
from landing.staged as staged
inner join landing.names as names
    on staged.model_raw = names.model_raw and staged.provider_name = names.provider_name
where staged.source_row not in (select source_row from landing.refused)
