-- One row per window, grouping (model, author, provider, weights, country, size_class) and member: its traffic.
-- Windows: the latest 52 complete ISO weeks (`1w`), the running one (`to_date`), and of the other periods the latest and
-- the one before.
-- `(unknown)` is what the log or the catalogue does not say. Country is the lab's, not the user's.
with
    windows as (
        select
            periods.period,
            back.windows_back,
            window_before(periods.period, periods.start_date, periods.end_date - periods.start_date, back.windows_back) as start_date,
            window_before(periods.period, periods.end_date, periods.end_date - periods.start_date, back.windows_back) as end_date,
            periods.is_complete,
        from rankings.periods
        cross join (select unnest(range(52))::integer as windows_back) as back
        where
            case
                when periods.period = '1w' then true when periods.period = 'to_date' then windows_back = 0 else windows_back <= 1
            end
    ),
    traffic as (
        select
            windows.period,
            windows.windows_back,
            windows.start_date,
            windows.end_date,
            windows.is_complete,
            usage.model_id,
            coalesce(usage.provider_name, '(unknown)') as provider,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.usage_known_count) as usage_known,
            sum(usage.usage_due_count) as usage_due,
            sum(usage.request_count) as requests,
            sum(usage.cost_usd) as spend,
            sum(usage.priced_tokens) as priced,
        from windows
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= windows.start_date
            and usage.event_date < windows.end_date
        group by all
    ),
    labelled as (
        select
            traffic.*,
            coalesce(models.author, author_of(traffic.model_id)) as author,
            coalesce(models.weights, '(unknown)') as weights,
            coalesce(models.author_country, '(unknown)') as country,
            coalesce(models.size_class, '(unknown)') as size_class,
        from traffic
        left join reference.models on traffic.model_id = models.model_id
    )
select
    period,
    windows_back,
    any_value(start_date) as start_date,
    any_value(end_date) as end_date,
    any_value(is_complete) and (select first_whole_date from rankings.calendar) <= any_value(start_date) as is_complete,
    case
        when grouping(model_id) = 0 then 'model'
        when grouping(author) = 0 then 'author'
        when grouping(provider) = 0 then 'provider'
        when grouping(weights) = 0 then 'weights'
        when grouping(country) = 0 then 'country'
        else 'size_class'
    end as market,
    coalesce(model_id, author, provider, weights, country, size_class) as member,
    count(distinct model_id)::integer as model_count,
    known(sum(tokens), sum(usage_known))::bigint as total_tokens,
    sum(requests)::bigint as request_count,
    sum(spend)::decimal(38, 10) as spend_usd,
    coalesce(sum(priced), 0)::bigint as priced_tokens,
    sum(usage_known)::bigint as usage_known_count,
    sum(usage_due)::bigint as usage_due_count,
from labelled
group by
    grouping sets (
        (period, windows_back, model_id),
        (period, windows_back, author),
        (period, windows_back, provider),
        (period, windows_back, weights),
        (period, windows_back, country),
        (period, windows_back, size_class)
    )
