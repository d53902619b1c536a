-- One row per staged row that lands, with what landing adds to it: canonical name, exact money, list price of its
-- half hour, latency buckets, partition. `place` is the row's position in the staged file.
with
    named as (
        select
            staged.*,
            names.model_id,
            passed_over.outer_span_id,
            utc(staged.start_time) as started_at,
            to_usd(staged.cost_usd) as logged_cost_usd,
            -- a CASE around the price formulas would cost five times as much (sql/macros/prices.sql)
            case when not staged.response_cache_hit then staged.input_tokens end as priceable_input_tokens,
        from landing.staged as staged
        inner join landing.names as names
            on staged.model_raw = names.model_raw and staged.provider_name = names.provider_name
        left join landing.passed_over as passed_over
            on staged.trace_id = passed_over.trace_id and staged.enclosing_span_id = passed_over.span_id
        where
            staged.place not in (select refused.place from landing.refused as refused where refused.place is not null)
            and staged.place not in (select questioned.place from landing.questioned as questioned where questioned.is_duplicate)
    ),

    priced as (
        select
            named.*,
            prices.price_source,
            prices.is_price_backdated,
            list_cost_usd(
                named.priceable_input_tokens, named.output_tokens, named.cache_read_input_tokens,
                named.cache_write_input_tokens, named.reasoning_output_tokens, prices.price
            ) as list_cost_usd,
            cache_savings_usd(
                named.priceable_input_tokens, named.cache_read_input_tokens, named.cache_write_input_tokens, prices.price
            ) as cache_savings_usd,
        from named
        left join landing.prices as prices
            on named.model_id = prices.model_id
            and named.model_raw = prices.model_raw
            and named.provider_name = prices.provider_name
            and named.service_tier is not distinct from prices.service_tier
            and price_slot(named.start_time) = prices.slot
    )

select
    place,
    outer_span_id,
    model_id,
    coalesce(logged_cost_usd, case when status <> 'error' then list_cost_usd end) as cost_usd,
    case
        when logged_cost_usd is not null then cost_source
        when status <> 'error' and list_cost_usd is not null then price_source
        else 'none'
    end as cost_source,
    to_usd(input_cost_usd) as input_cost_usd,
    to_usd(output_cost_usd) as output_cost_usd,
    list_cost_usd,
    cache_savings_usd,
    is_price_backdated and list_cost_usd is not null as is_price_backdated,
    case when not response_cache_hit then latency_bucket(time_to_first_chunk_s * 1000) end as ttft_bucket,
    case when not response_cache_hit then latency_bucket(duration_s * 1000) end as duration_bucket,
    case
        when not response_cache_hit and stream and output_tokens >= 10 and duration_s > time_to_first_chunk_s
            then latency_bucket(output_tokens / (duration_s - time_to_first_chunk_s))
    end as output_speed_bucket,
    place in (select questioned.place from landing.questioned as questioned where not questioned.is_duplicate)
        as is_contested,
    cast(started_at as date) as event_date,
    cast(hour(started_at) as smallint) as event_hour,
from priced
order by place
