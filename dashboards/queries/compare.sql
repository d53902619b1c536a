-- One row: a figure of one of the compared models in a period, with its interval, coverage and count where published.
-- Without a value, but with a count: too few to tell. is_best is the best of those known, unless all are equal; is_clear says that no other's interval reaches into its
-- own.
with
    joined as (
        select
            models.model_id,
            volume.total_tokens,
            market.share as token_share,
            volume.request_count,
            volume.active_user_count,
            price.* exclude (
                period, model_id, rank, price_as_of, price_provider_name, other_hours, is_off_list, is_above_3x_blended
            ),
            latency.* exclude (period, model_id, rank),
            reliability.* exclude (period, model_id, rank, request_count),
            feedback.* exclude (period, model_id, rank, request_count),
        from (select unnest($models) as model_id) as models
        inner join rankings.volume on volume.model_id = models.model_id and volume.windows_back = 0
        inner join rankings.price on price.model_id = models.model_id and price.period = volume.period
        left join
            rankings.market
            on market.member = models.model_id
            and market.period = volume.period
            and market.market = 'model'
            and market.unit = 'tokens'
        left join rankings.latency on latency.model_id = models.model_id and latency.period = volume.period
        left join rankings.reliability on reliability.model_id = models.model_id and reliability.period = volume.period
        left join rankings.feedback on feedback.model_id = models.model_id and feedback.period = volume.period
        where volume.period = $period
    ),
    figures as (
        unpivot (select model_id, columns(* exclude (model_id))::double from joined) on columns(* exclude (model_id))
        into name figure value value
    ),
    metrics as (
        select *
        from
            (
                values
                    (11, 'Adoption', 'total_tokens', 'high', 'most', null, null),
                    (12, 'Adoption', 'token_share', null, null, null, null),
                    (13, 'Adoption', 'request_count', 'high', 'most', null, null),
                    (14, 'Adoption', 'active_user_count', 'high', 'most', null, null),
                    (21, 'Price', 'effective_usd_per_mtok', 'low', 'cheapest', 'pricing_coverage_share', null),
                    (22, 'Price', 'blended_usd_per_mtok', 'low', 'cheapest', null, null),
                    (23, 'Price', 'list_input_usd_per_mtok', 'low', 'cheapest', null, null),
                    (24, 'Price', 'list_output_usd_per_mtok', 'low', 'cheapest', null, null),
                    (25, 'Price', 'cost_usd_per_success', 'low', 'cheapest', 'priced_request_share', null),
                    (26, 'Price', 'cache_hit_rate', 'high', 'highest', null, null),
                    (27, 'Price', 'failed_spend_share', 'low', 'least', 'priced_request_share', null),
                    (28, 'Price', 'spend_usd', null, null, 'pricing_coverage_share', null),
                    (31, 'Speed', 'ttft_p50_s', 'low', 'fastest', null, 'ttft_n'),
                    (32, 'Speed', 'ttft_p95_s', 'low', 'fastest', null, 'ttft_n'),
                    (33, 'Speed', 'output_speed_p50', 'high', 'fastest', null, 'output_speed_n'),
                    (34, 'Speed', 'output_speed_p10_slow', 'high', 'fastest', null, 'output_speed_n'),
                    (41, 'Reliability', 'request_success_rate', 'high', 'best', null, 'request_success_n'),
                    (42, 'Reliability', 'provider_uptime_rate', null, null, null, null),
                    (43, 'Reliability', 'error_rate_rate_limit', null, null, null, null),
                    (44, 'Reliability', 'fallback_rate', null, null, null, 'fallback_n'),
                    (51, 'Quality', 'feedback_up_share', 'high', 'best', null, 'feedback_count')
            ) as metrics(place, section, metric, goal, word, coverage_name, n_name)
    ),
    told as (
        select
            metrics.place,
            metrics.section,
            metrics.metric,
            metrics.goal,
            metrics.word,
            models.model_id,
            here.value,
            low.value as low,
            high.value as high,
            coverage.value as coverage_share,
            counted.value as n,
            hours.value as other_hours_ratio,
            false as is_hidden,
        from metrics
        cross join (select unnest($models) as model_id) as models
        left join figures as here on here.model_id = models.model_id and here.figure = metrics.metric
        left join figures as low on low.model_id = models.model_id and low.figure = metrics.metric || '_low'
        left join figures as high on high.model_id = models.model_id and high.figure = metrics.metric || '_high'
        left join figures as coverage on coverage.model_id = models.model_id and coverage.figure = metrics.coverage_name
        left join figures as counted on counted.model_id = models.model_id and counted.figure = metrics.n_name
        left join
            figures as hours
            on hours.model_id = models.model_id
            and hours.figure = 'other_hours_ratio'
            and metrics.metric in ('blended_usd_per_mtok', 'list_input_usd_per_mtok', 'list_output_usd_per_mtok')
        where here.value is not null or counted.value > 0
        union all
        select
            52 as place,
            'Quality' as section,
            value.benchmark as metric,
            case when scales.higher_is_better is false then 'low' else 'high' end as goal,
            'best' as word,
            value.model_id,
            value.quality_score as value,
            value.quality_low as low,
            value.quality_high as high,
            null as coverage_share,
            null as n,
            null as other_hours_ratio,
            false as is_hidden,
        from rankings.value
        left join
            (
                select benchmark, bool_and(higher_is_better) as higher_is_better from reference.quality group by all
            ) as scales using (benchmark)
        where value.period = $period and list_contains($models, value.model_id)
    ),
    hidden as (
        select 14 as place, 'Adoption' as section, 'active_user_count' as metric, 'most' as word, model_id, true as is_hidden,
        from rankings.volume
        where period = $period and windows_back = 0 and list_contains($models, model_id) and has_hidden_users
    ),
    best as (
        select
            *,
            case when goal = 'high' then max(value) over here when goal = 'low' then min(value) over here end = value
            and min(value) over here < max(value) over here as is_best,
        from (from told union all by name from hidden)
        window here as (partition by metric)
    )
select
    best.*,
    publication.min_users,
    best.is_best
    and not exists (
        select 1
        from best as other
        where
            other.metric = best.metric
            and other.model_id <> best.model_id
            and other.low <= best.high
            and other.high >= best.low
    ) as is_clear,
from best
cross join meta.publication as publication
order by place, metric, list_position($models, model_id)
