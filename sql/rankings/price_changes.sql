-- One row per model, provider, class of tokens and day its list price changed: from what to what.
-- Null is not listed: a class can begin or cease to have a price. Prices are dated and appended, never overwritten, so
-- what was paid before stays as it was. is_in_use: this provider served this model in the latest 12 weeks
-- (any did, where the price is the user's own for all).
with
    classes as (
        from reference.list_prices unpivot include nulls(usd_per_mtok for price_class in (columns('_usd_per_mtok$')))
    ),
    steps as (
        select
            model_id,
            provider_name,
            valid_from as changed_on,
            replace(price_class, '_usd_per_mtok', '') as price_class,
            lag(usd_per_mtok) over earlier as from_usd_per_mtok,
            usd_per_mtok as to_usd_per_mtok,
            row_number() over earlier > 1 as has_earlier,
        from classes
        window earlier as (partition by model_id, provider_name, price_class order by valid_from nulls first)
    ),
    in_use as (
        select model_id, provider_name,
        from rankings.providers
        union
        select model_id, null,
        from rankings.providers
    )
select
    steps.changed_on,
    steps.model_id,
    steps.provider_name,
    steps.price_class,
    steps.from_usd_per_mtok,
    steps.to_usd_per_mtok,
    change(steps.to_usd_per_mtok, steps.from_usd_per_mtok) as change,
    in_use.model_id is not null as is_in_use,
from steps
left join in_use on steps.model_id = in_use.model_id and steps.provider_name is not distinct from in_use.provider_name
where steps.has_earlier and steps.from_usd_per_mtok is distinct from steps.to_usd_per_mtok
