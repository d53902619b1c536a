-- One row per period and model: what its tokens really cost, beside its list price, with the share of tokens and of
-- requests priced. Ranked by effective price, cheapest first. Unknown is null, free is 0; gateway cache hits are in
-- no price and no rate.
with
    blended as (
        select
            sums.*,
            list_price.* exclude (period, model_id),
            coalesce(sums.model_cache_read_tokens, 0) as cache_read,
            coalesce(sums.model_cache_write_tokens, 0) as cache_write,
            sums.model_input_tokens - cache_read - cache_write as fresh_input,
            coalesce(sums.model_input_tokens, 0) + coalesce(sums.model_output_tokens, 0) as model_tokens,
            usd_per_mtok(sums.priced_cost_usd, sums.priced_tokens) as effective,
            (
                class_cost(fresh_input, list_price.list_input_usd_per_mtok)
                + class_cost(cache_read, list_price.list_cache_read_usd_per_mtok)
                + class_cost(cache_write, list_price.list_cache_write_usd_per_mtok)
                + class_cost(sums.model_output_tokens, list_price.list_output_usd_per_mtok)
            )
            / nullif(model_tokens, 0) as own_blend,
            ratio(sums.compared_cost_usd, sums.compared_list_cost_usd) as recorded_to_list,
        from rankings.price_sums as sums
        left join rankings.list_price on sums.period = list_price.period and sums.model_id = list_price.model_id
    )
select
    blended.period,
    case
        when effective is not null then row_number() over (partition by blended.period order by effective nulls last, blended.model_id)
    end as rank,
    blended.model_id,
    effective as effective_usd_per_mtok,
    ratio(fresh_input, model_tokens) as fresh_input_share,
    ratio(cache_read, model_tokens) as cache_read_share,
    ratio(cache_write, model_tokens) as cache_write_share,
    ratio(model_output_tokens, model_tokens) as output_share,
    own_blend as blended_usd_per_mtok,
    (3 * list_input_usd_per_mtok::double + list_output_usd_per_mtok) / 4 as blended_3_to_1_usd_per_mtok,
    (7 * list_cache_read_usd_per_mtok::double + 2 * list_input_usd_per_mtok + list_output_usd_per_mtok)
    / 10 as blended_7_2_1_usd_per_mtok,
    effective > 3 * own_blend as is_above_3x_blended,
    list_input_usd_per_mtok,
    list_output_usd_per_mtok,
    list_cache_read_usd_per_mtok,
    other_hours_ratio,
    other_hours,
    price_as_of,
    price_provider_name,
    ratio(model_cache_read_tokens, cache_known_input_tokens) as cache_hit_rate,
    cache_savings_usd,
    recorded_to_list as recorded_to_list_ratio,
    recorded_to_list not between 0.95 and 1.05 as is_off_list,
    ratio(coalesce(priced_tokens, 0), total_tokens) as pricing_coverage_share,
    ratio(priced_request_count, price_due_count) as priced_request_share,
    known(cost_usd, priced_request_count)::decimal(38, 10) as spend_usd,
    known(failed_cost_usd, priced_request_count)::decimal(38, 10) as failed_spend_usd,
    ratio(coalesce(failed_cost_usd, 0), cost_usd) as failed_spend_share,
    ratio(cost_usd, priced_outcome_count) as cost_usd_per_request,
    request_cost.* exclude (period, model_id),
    ratio(cost_usd, priced_ok_count) as cost_usd_per_success,
from blended
left join
    rankings.request_cost
    on blended.period = request_cost.period
    and blended.model_id = request_cost.model_id
