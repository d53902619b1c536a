-- One row: a model's price in a period, as published and as drawn (`_percent`, `drawn_`), cheapest first.
select
    * exclude (other_hours_ratio, other_hours, cost_usd_per_request_p50),
    -- named: a file of before these were told is another version's
    other_hours_ratio,
    other_hours,
    cost_usd_per_request_p50,
    pricing_coverage_share * 100 as priced_percent,
    cache_hit_rate * 100 as cache_hit_percent,
    failed_spend_share * 100 as failed_percent,
    case
        when output_share is not null
        then
            format(
                '{:.0f} / {:.0f} / {:.0f}',
                fresh_input_share * 100,
                (cache_read_share + cache_write_share) * 100,
                output_share * 100
            )
    end as drawn_mix,
    list_filter(
        [
            case when is_above_3x_blended then 'over 3x list' end,
            case when is_off_list then 'off list' end,
            case when cache_savings_usd < 0 then 'caching costs' end,
        ],
        lambda flag:flag is not null
    ) as drawn_flags,
from rankings.price
where period = $period and (not $flagged or is_above_3x_blended or is_off_list or cache_savings_usd < 0)
order by rank nulls last, model_id
