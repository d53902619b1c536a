-- One row per model, provider, service tier and half hour in the batch: what list prices are looked up for.
select distinct
    names.model_id,
    staged.model_raw,
    staged.provider_name,
    staged.service_tier,
    price_slot(staged.start_time) as slot,
from landing.staged as staged
inner join landing.names as names
    on staged.model_raw = names.model_raw and staged.provider_name = names.provider_name
where staged.place not in (select refused.place from landing.refused as refused where refused.place is not null)
