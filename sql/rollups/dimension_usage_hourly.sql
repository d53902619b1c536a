-- One row per hour, dimension (team, app, api_key, category, region), its value and model. Each dimension alone
-- sums to the whole; unknown values are the row '(unknown)'.
select
    event_date,
    hour,
    case
        when grouping(team) = 0 then 'team'
        when grouping(app_name) = 0 then 'app'
        when grouping(api_key) = 0 then 'api_key'
        when grouping(category) = 0 then 'category'
        else 'region'
    end as dimension,
    coalesce(team, app_name, api_key, category, data_region, '(unknown)') as dimension_value,
    model_id,
    count(case when is_final then 1 end) as request_count,
    count(case when is_final and status = 'ok' then 1 end) as ok_count,
    count(case when is_final and status = 'error' then 1 end) as error_count,
    count(case when is_final and status = 'cancelled' then 1 end) as cancelled_count,
    cast(sum(tokens_in) as bigint) as input_tokens,
    cast(sum(tokens_out) as bigint) as output_tokens,
    cast(sum(case when response_cache_hit then tokens_both end) as bigint) as response_cache_hit_tokens,
    cast(sum(billed_usd) as decimal(38, 10)) as cost_usd,
    cast(sum(case when billed_usd is not null and not response_cache_hit then tokens_both end) as bigint) as priced_tokens,
from lake.folded
group by
    grouping sets (
        (event_date, hour, model_id, team),
        (event_date, hour, model_id, app_name),
        (event_date, hour, model_id, api_key),
        (event_date, hour, model_id, category),
        (event_date, hour, model_id, data_region)
    )
