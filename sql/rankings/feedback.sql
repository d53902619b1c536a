-- One row per period and model with feedback: how many of its requests were judged by people, and which share above one half.
-- Ranked by the lower end of that share's interval among models with 20 verdicts, so that few verdicts do not win.
with
    sums as (
        select
            periods.period,
            usage.model_id,
            sum(request_count) as requests,
            sum(feedback_count) as given,
            sum(feedback_up_count) as up,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by periods.period, usage.model_id
        having given > 0
    )

select
    period,
    case
        when given >= 20
        then row_number() over (partition by period order by given >= 20 desc, wilson_low(up, given) desc, model_id)
    end as rank,
    model_id,
    requests::bigint as request_count,
    given::bigint as feedback_count,
    ratio(up, given) as feedback_up_share,
    wilson_low(up, given) as feedback_up_share_low,
    wilson_high(up, given) as feedback_up_share_high,
from sums
