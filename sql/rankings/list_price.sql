-- One row per period and model with a list price: the price valid at the as-of instant, of the provider that served
-- most of its tokens.
-- other_hours_ratio is not null where that price holds in some hours of the day alone.
-- Where no serving provider lists one: the user's own price for any provider (name null), then the author's, then by
-- name.
with
    valid as (
        select prices.*, publication.as_of::date as price_as_of,
        from reference.list_prices as prices
        inner join
            meta.publication as publication
            on coalesce(prices.valid_from <= publication.as_of, true)
            and coalesce(prices.valid_to > publication.as_of, true)
        qualify
            row_number() over (
                partition by prices.model_id, prices.provider_name order by prices.valid_from desc nulls last
            )
            = 1
    )
select
    volume.period,
    volume.model_id,
    valid.provider_name as price_provider_name,
    valid.price_as_of,
    valid.input_usd_per_mtok as list_input_usd_per_mtok,
    valid.output_usd_per_mtok as list_output_usd_per_mtok,
    valid.cache_read_usd_per_mtok as list_cache_read_usd_per_mtok,
    valid.cache_write_usd_per_mtok as list_cache_write_usd_per_mtok,
    valid.other_hours_ratio,
    valid.other_hours,
from rankings.volume
inner join valid on volume.model_id = valid.model_id
left join
    rankings.providers
    on volume.period = providers.period
    and volume.model_id = providers.model_id
    and coalesce(valid.provider_name, '(unknown)') = providers.provider_name
where volume.windows_back = 0 and volume.period <> 'to_date'
qualify
    row_number() over (
        partition by volume.period, volume.model_id
        order by
            providers.request_count is null,
            providers.total_tokens desc nulls last,
            valid.provider_name is null desc,
            valid.provider_name = author_of(volume.model_id) desc,
            valid.provider_name
    )
    = 1
