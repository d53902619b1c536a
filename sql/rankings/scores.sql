-- One row per period, model and name of a landed score: how many of its requests have one, and their mean.
-- The interval is Wilson's with the scores' sum as hits: right for votes of 0 and 1, and too wide for anything between.
with
    windows as (select period, start_date, end_date from rankings.periods where is_complete),

    usage as (
        select windows.period, usage.model_id, sum(usage.request_count) as requests,
        from windows
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= windows.start_date
            and usage.event_date < windows.end_date
        group by windows.period, usage.model_id
    ),

    given as (
        select
            windows.period,
            scores.model_id,
            scores.score_name,
            sum(scores.score_count) as scored,
            cast(sum(scores.score_sum) as double) as score_total,
        from windows
        inner join
            rollups.scores_daily as scores
            on scores.event_date >= windows.start_date
            and scores.event_date < windows.end_date
        group by windows.period, scores.model_id, scores.score_name
    )

select
    given.period,
    given.model_id,
    given.score_name,
    usage.requests::bigint as request_count,
    given.scored::bigint as score_count,
    ratio(given.scored, usage.requests) as scored_share,
    ratio(given.score_total, given.scored) as score_mean,
    wilson_low(given.score_total, given.scored) as score_mean_low,
    wilson_high(given.score_total, given.scored) as score_mean_high,
from given
left join usage on given.period = usage.period and given.model_id = usage.model_id
