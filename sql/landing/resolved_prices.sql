-- One row per key asked for, with the price in force then; price is null where the key is unpriced.
-- A key has at most one offer at any instant, so no row repeats.
select
    keys.*,
    offers.price,
    offers.price_source,
    coalesce(keys.slot < offers.listed_from, false) as is_price_backdated,
from temp.price_asked as keys
left join temp.price_offers as offers
    on keys.model_id = offers.model_id
    and keys.model_raw = offers.model_raw
    and keys.provider_name = offers.provider_name
    and keys.service_tier is not distinct from offers.service_tier
    and keys.slot >= offers.valid_from
    and keys.slot < offers.valid_to
    and 60 * hour(keys.slot) + minute(keys.slot) >= offers.from_minute
    and 60 * hour(keys.slot) + minute(keys.slot) < offers.to_minute
